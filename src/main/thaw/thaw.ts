/** Brings the archived data of one backup where it can be read, and waits for it without being a nuisance. */
import type { ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { Instant } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import { thawHoursAt, type ThawReport, type ThawSpeed } from '../../shared/thaw-report.ts';
import { dataKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import { openSet, type OpenPlace, type OrderedSet } from '../set/open.ts';
import type { VerifyLevel } from '../../shared/verify.ts';

export interface ThawOrder {
  kind: 'thaw';
  /** With the one place where it is thawed. */
  set: OrderedSet;
  days: number;
  speed: ThawSpeed;
  /** When it was asked for first, where that was before. */
  askedAt?: Instant;
  /** What follows once it can be read. */
  prove: VerifyLevel | null;
}

export interface ThawTools {
  place: OpenPlace;
  clock: Clock;
  /** Everything was asked for: whoever needs the source need not wait. */
  asked: () => void;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const soonestLookMs = 250;
/** It takes minutes at least, and hours as a rule. */
const rarestLookMs = 5 * 60 * 1_000;

/** @throws Fail artifact.missing, manifest.*, destination.*; the signal's reason: what was asked for comes all the same. */
export async function thaw(order: ThawOrder, { place, clock, asked }: ThawTools, watch: Watch): Promise<ThawReport> {
  const { set, days, speed } = order;
  const startedAt = clock.now();
  watch.progress({ phase: 'Looking', bytes: 0, totalBytes: null });
  const { manifest } = await openSet(set.backupId, set.manifestSha256, place, watch.signal);
  const sizeBytes = manifest.artifacts.reduce((sum, facts) => sum + facts.sizeBytes, 0);
  let waiting = await coldOf(order, place, manifest.artifacts, watch.signal);
  const thawed = waiting.length;
  for (const { facts } of waiting) {
    watch.signal.throwIfAborted();
    await place.destination.thaw?.(dataKey(set.backupId, facts.name), { days, speed });
  }
  asked();
  const readyAt = (hours: number): Instant => (order.askedAt ?? startedAt) + hours * hourMs;
  const hours = Math.max(0, ...waiting.map(({ storageClass }) => thawHoursAt(storageClass, speed) ?? 0));
  const phase = hours === 0 ? 'Thawing' : `Thawing, up to ${plural(hours, 'hour')} in all`;
  watch.log.info('Archived data was asked for.', { files: thawed, hours, speed });
  while (waiting.length > 0) {
    const left = waiting.reduce((sum, { facts }) => sum + facts.sizeBytes, 0);
    // Past its time nobody knows.
    const leftMs = hours === 0 ? 0 : readyAt(hours) - clock.now();
    watch.progress({ phase, bytes: sizeBytes - left, totalBytes: sizeBytes, leftMs: leftMs > 0 ? leftMs : null });
    await clock.sleep(pauseAfter(clock.now() - startedAt), watch.signal);
    waiting = await coldOf(
      order,
      place,
      waiting.map(({ facts }) => facts),
      watch.signal,
    );
  }
  watch.progress({ phase, bytes: sizeBytes, totalBytes: sizeBytes });
  const endedAt = clock.now();
  const stays = place.destination.thaw === undefined || order.set.destinations[0]?.settings.kind === 'azure';
  return {
    backupId: set.backupId,
    destination: place.id,
    thawed,
    files: manifest.artifacts.length,
    sizeBytes,
    startedAt,
    endedAt,
    readableUntil: thawed === 0 || stays ? null : endedAt + days * dayMs,
  };
}

/** An eighth of the time that it took so far: whoever waits for hours does not mind minutes. */
const pauseAfter = (ms: number): number => Math.min(Math.max(ms / 8, soonestLookMs), rarestLookMs);

async function coldOf(
  { set }: ThawOrder,
  { destination }: OpenPlace,
  artifacts: readonly ArtifactFacts[],
  signal: AbortSignal,
): Promise<{ facts: ArtifactFacts; storageClass: string }[]> {
  const cold: { facts: ArtifactFacts; storageClass: string }[] = [];
  for (const facts of artifacts) {
    signal.throwIfAborted();
    const stored = await destination.stat(dataKey(set.backupId, facts.name));
    if (stored === undefined) throw new Fail('artifact.missing', `${facts.name} of ${set.backupId} is gone.`);
    if (stored.cold !== undefined) cold.push({ facts, storageClass: stored.cold.storageClass });
  }
  return cold;
}
