/** From the source into whatever keeps its streams. */
import type { Readable } from 'node:stream';
import type { ArtifactFacts } from '../../shared/artifact.ts';
import type { PackHead } from '../artifact/name.ts';
import type { PackOptions } from '../artifact/pack.ts';
import type { Sealer } from '../artifact/seal.ts';
import type { Watch } from '../base/watch.ts';
import type { DumpFacts, Sink } from '../engine/engine.ts';
import type { BackupOrder, BackupTools } from './order.ts';

/** Packs one stream and keeps it. When it throws, nothing of it is kept. */
export type Keep = (head: PackHead, body: Readable, options: PackOptions) => Promise<ArtifactFacts>;

/** When this resolves the source is not needed any more. */
export async function dump(
  order: BackupOrder,
  tools: BackupTools,
  sealer: Sealer | undefined,
  keep: Keep,
  watch: Watch,
): Promise<{ facts: DumpFacts; artifacts: ArtifactFacts[] }> {
  const kept: ArtifactFacts[] = [];
  let taken = 0;
  const sink: Sink = async (head, body, discard) => {
    const signal = discard === undefined ? watch.signal : AbortSignal.any([watch.signal, discard]);
    taken += 1;
    const facts = await keep({ number: taken, name: head.name, content: head.content }, body, {
      signal,
      level: order.source.compressionLevel,
      onBytes: (rawBytes) => watch.progress({ bytes: rawBytes }),
      ...(sealer === undefined ? {} : { sealer }),
    });
    kept.push(facts);
    return { artifact: facts.name, rawSizeBytes: facts.rawSizeBytes };
  };
  watch.progress({ phase: 'Connecting', bytes: 0, totalBytes: null });
  const place = { settings: order.source.settings, secrets: tools.secrets };
  watch.progress({ phase: 'Dumping', totalBytes: await tools.engine.estimate(place, watch) });
  const { scope, digests } = order.source;
  const facts = await tools.engine.dump(place, { scope, digests }, sink, watch);
  // An engine that had to let go and start over leaves artifacts that no database of the inventory names.
  const named = new Set([
    ...facts.inventory.databases.map((database) => database.artifact),
    facts.inventory.globals?.artifact,
  ]);
  return { facts, artifacts: kept.filter(({ name }) => named.has(name)) };
}
