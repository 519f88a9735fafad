/** What was found in a place by somebody who had nothing but its address and its recovery kit. */
import { DestinationCard } from './destination.ts';
import { ByteCount, Instant, MachineId, SourceId } from './id.ts';
import { z } from './schema.ts';

/** The backups that one machine made of one source. */
export const FoundSource = z.strictObject({
  machine: z.strictObject({ id: MachineId, name: z.string() }),
  sourceId: SourceId,
  name: z.string(),
  kind: z.enum(['postgres', 'sqlite']),
  backups: z.int(),
  oldestAt: Instant,
  newestAt: Instant,
  /** Stored bytes of all of them. */
  sizeBytes: ByteCount,
  /** Whether this source is set up here. If not, its backups can be restored and proven; `source.add` with `joins` sets it up again. */
  setUp: z.boolean(),
});
export type FoundSource = z.output<typeof FoundSource>;

export const FoundReport = z.strictObject({
  destination: DestinationCard,
  /** Backups that lie there and are known here now. */
  backups: z.int(),
  /** Those of them that were not known here before. */
  added: z.int(),
  /** By machine, those of the newest backup first. */
  sources: z.array(FoundSource),
  /** Backups that are sealed for others, by the key that they need: they stay where they are, and are not listed. */
  closed: z.array(z.strictObject({ keyId: z.string(), backups: z.int() })),
  /** What lies there and is no whole backup, and why; at most 200 of them. */
  skipped: z.array(z.strictObject({ key: z.string(), why: z.string() })),
  skippedInAll: z.int(),
  /** Backups whose data lies there without a manifest: being uploaded, left by a broken upload, or not listed. */
  withoutManifest: z.int(),
});
export type FoundReport = z.output<typeof FoundReport>;
