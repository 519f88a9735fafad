/** Copies a good copy over a bad one: object by object, each proven before it is sent and again when it is there. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArtifactFacts, ManifestBody } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import type { RepairReport } from '../../shared/scrub.ts';
import { writeManifest } from '../artifact/manifest.ts';
import { checkRange, demandSize } from '../artifact/range.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Watch } from '../base/watch.ts';
import { bodyOf, type Body, type Key } from '../destination/destination.ts';
import type { OpenPlace, OrderedSet } from '../set/open.ts';
import { demandOurs, examine, writerOf } from './examine.ts';
import { speaksOfCopy } from './finding.ts';

export interface RepairOrder {
  kind: 'repair';
  /** Its places: where the good copy is, then the bad one. */
  set: OrderedSet;
}

export interface RepairTools {
  from: OpenPlace;
  to: OpenPlace;
  /** By the place they belong to: what the HMAC of the manifest there is made with. */
  recovery: ReadonlyMap<DestinationId, RecoveryKey>;
}

const versionWords =
  'Where the bucket keeps versions, the bad objects stay there as older versions until its lifecycle removes them.';

/**
 * Brings a copy back to what it was. Nothing that is whole is touched, and a bad object is replaced only after every range
 * of the good one was found right; whatever stops it in between, no object is there in part. When it returns the whole
 * copy was read back.
 * @throws Fail artifact.*, manifest.* where the good copy does not hold either; repair.rewritten, repair.not-whole;
 * destination.*; the signal's reason.
 */
export async function repair(order: RepairOrder, tools: RepairTools, watch: Watch): Promise<RepairReport> {
  const { set } = order;
  const { from, to } = tools;
  watch.progress({ phase: 'Reading the good copy', bytes: 0, totalBytes: null });
  const file = await buffer(await from.destination.get(manifestKey(set.backupId), { signal: watch.signal }));
  const { body } = demandOurs(file, set, from);
  const remains = set.destinations.some(({ id, settings }) => id === to.id && settings.kind === 's3')
    ? [versionWords]
    : [];
  const report: RepairReport = { destination: to.id, from: from.id, replaced: [], copiedBytes: 0, remains };
  await refuseRewritten(order, tools, watch.signal);
  const bad: ArtifactFacts[] = [];
  const totalBytes = body.artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  watch.progress({ phase: 'Looking for what is bad', bytes: 0, totalBytes });
  for (const facts of body.artifacts) if (!(await isWhole(set, facts, to, watch))) bad.push(facts);
  for (const facts of bad) {
    await replaceArtifact(set, facts, tools, watch);
    report.replaced.push(dataKey(set.backupId, facts.name));
    report.copiedBytes += facts.sizeBytes;
  }
  if (await replaceManifest(order, body, file, tools, watch)) report.replaced.push(manifestKey(set.backupId));
  await readBack(order, to, watch);
  return report;
}

/** Somebody with the secret wrote another manifest: that may be the newer truth, and is not ours to overwrite. */
async function refuseRewritten({ set }: RepairOrder, { to }: RepairTools, signal: AbortSignal): Promise<void> {
  const name = manifestKey(set.backupId);
  const fail = await manifestFailure(set, to, signal);
  if (fail?.code !== 'manifest.replaced') return;
  const file = await buffer(await to.destination.get(name, { signal }));
  if (writerOf(file, set.backupId, to) === 'secret-holder')
    throw new Fail('repair.rewritten', `${fail.message} It is left as it is.`);
}

/** Undefined where the manifest is the one that it should be. */
async function manifestFailure(set: OrderedSet, place: OpenPlace, signal: AbortSignal): Promise<Fail | undefined> {
  try {
    demandOurs(await buffer(await place.destination.get(manifestKey(set.backupId), { signal })), set, place);
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (!speaksOfCopy(thrown)) throw thrown;
    return thrown;
  }
}

async function isWhole(
  set: OrderedSet,
  facts: ArtifactFacts,
  { destination }: OpenPlace,
  watch: Watch,
): Promise<boolean> {
  const name = dataKey(set.backupId, facts.name);
  try {
    await demandSize(destination, name, facts);
    for (const index of facts.ranges.keys()) await checkRange(destination, name, facts, index, watch.signal, () => {});
    return true;
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!speaksOfCopy(thrown)) throw thrown;
    return false;
  }
}

async function replaceArtifact(
  set: OrderedSet,
  facts: ArtifactFacts,
  { from, to }: RepairTools,
  watch: Watch,
): Promise<void> {
  const name = dataKey(set.backupId, facts.name);
  watch.progress({ phase: `Proving the good ${facts.name}`, bytes: 0, totalBytes: facts.sizeBytes });
  const hash = createHash('sha256');
  let read = 0;
  await demandSize(from.destination, name, facts);
  for (const index of facts.ranges.keys()) {
    await checkRange(from.destination, name, facts, index, watch.signal, (chunk) => {
      hash.update(chunk);
      watch.progress({ bytes: (read += chunk.length) });
    });
  }
  watch.progress({ phase: `Copying ${facts.name}`, bytes: 0, totalBytes: facts.sizeBytes });
  // The place keeps nothing but these very bytes, so what changes on the way leaves the bad object as it was.
  await to.destination.put(name, bodyFrom(from, name, facts, hash.digest('hex'), watch.signal), {
    signal: watch.signal,
    onProgress: (bytes) => watch.progress({ bytes }),
  });
}

function bodyFrom(
  { destination }: OpenPlace,
  name: Key,
  facts: ArtifactFacts,
  sha256: string,
  signal: AbortSignal,
): Body {
  return {
    sizeBytes: facts.sizeBytes,
    sha256,
    open: (start = 0) =>
      Readable.from(
        (async function* bytes() {
          yield* await destination.get(name, { from: start, signal });
        })(),
        { objectMode: false },
      ),
  };
}

/** @returns whether it had to be. */
async function replaceManifest(
  { set }: RepairOrder,
  body: ManifestBody,
  file: Buffer,
  { to, recovery }: RepairTools,
  watch: Watch,
): Promise<boolean> {
  if ((await manifestFailure(set, to, watch.signal)) === undefined) return false;
  watch.progress({ phase: 'Writing the manifest', bytes: 0, totalBytes: null });
  const bytes = signedFor(to.id, body, file, recovery);
  await to.destination.put(manifestKey(set.backupId), bodyOf(bytes), { signal: watch.signal });
  return true;
}

/** Line 1 is the same in every place; line 2 is made with the place's own secret, or any other that the set is sealed for. */
function signedFor(
  place: DestinationId,
  body: ManifestBody,
  file: Buffer,
  recovery: ReadonlyMap<DestinationId, RecoveryKey>,
): Buffer {
  const recipients = body.sealing?.recipients ?? [];
  const fitting = [recovery.get(place), ...recovery.values()].find(
    (key) => key !== undefined && recipients.includes(key.keyId),
  );
  // Without a secret the HMAC of the good copy is as good here.
  return fitting === undefined ? file : writeManifest(body, fitting).file;
}

async function readBack({ set }: RepairOrder, place: OpenPlace, watch: Watch): Promise<void> {
  watch.progress({ phase: 'Reading it back', bytes: 0, totalBytes: null });
  let read = 0;
  const { finding } = await examine(
    { backupId: set.backupId, manifestSha256: set.manifestSha256, from: 0, repaired: true },
    {
      place,
      signal: watch.signal,
      isEnough: () => false,
      onBytes: (bytes) => watch.progress({ bytes: (read += bytes) }),
    },
  );
  if (finding !== null) throw new Fail('repair.not-whole', `Read back after the repair: ${finding.message}`);
}
