/** Pure: what the list of a place comes to, beside what the catalog remembers of it. */
import { bytes } from '../../shared/bytes.ts';
import type { Orphan, PlaceHealth } from '../../shared/health.ts';
import type { BackupId, Instant } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';

export const dayMs = 24 * 3_600_000;
/** Younger than this, nobody's left-over is touched; another machine's is not for as long as it might go on with it. */
const ownAgeMs = dayMs;
const unknownAgeMs = 30 * dayMs;
const growthDays = 30;
const soonDays = 30;

/** What lies under one id. */
export interface Heap {
  objects: number;
  sizeBytes: number;
  dataBytes: number;
  newestAt: Instant;
}

export interface Listed {
  /** Ids that have a manifest. */
  manifests: ReadonlySet<string>;
  heaps: ReadonlyMap<string, Heap>;
  sizeBytes: number;
}

/** What the catalog and the jobs of this machine know of an id. */
export interface Known {
  /** A backup that the catalog has; its copy is, or should be, in this place. */
  here: boolean;
  /** A job of this machine made it, or was to. */
  own: boolean;
  /** One of them has not ended, or a copy is on its way. */
  busy: boolean;
}

export interface Facts {
  destination: PlaceHealth['destination'];
  now: Instant;
  listed: Listed;
  freeBytes: number | null;
  unfinished: number;
  known(name: string): Known;
  /** Of the catalog's backups in this place: how large each is, and when it was taken. */
  remembered: readonly { backupId: BackupId; sizeBytes: number; takenAt: Instant }[];
}

export function healthOf(facts: Facts): PlaceHealth {
  const { listed, freeBytes, remembered, destination, now, unfinished } = facts;
  const ours = new Set<string>(remembered.map(({ backupId }) => backupId));
  const bytesADay = growthOf(remembered, now);
  const looked = {
    destination,
    at: now,
    backups: listed.manifests.size,
    unknownBackups: [...listed.manifests].filter((name) => !ours.has(name)).length,
    sizeBytes: listed.sizeBytes,
    freeBytes,
    bytesADay,
    daysLeft: daysLeftOf(freeBytes, bytesADay),
    orphans: orphansOf(facts),
    withoutData: withoutData(facts),
    unfinished,
  };
  return { ...looked, hints: hintsOf(looked) };
}

/** From when on backups say how a place grows. */
export const growthSince = (now: Instant): Instant => now - growthDays * dayMs;

function growthOf(remembered: Facts['remembered'], now: Instant): number | null {
  const recent = remembered.filter(({ takenAt }) => takenAt > growthSince(now));
  const first = recent.reduce((least, { takenAt }) => Math.min(least, takenAt), now);
  const total = recent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return bytesADayOf({ number: recent.length, first, total }, now);
}

/** What a day takes, of so many backups since the first of them. */
export function bytesADayOf(
  { number, first, total }: { number: number; first: Instant; total: number },
  now: Instant,
): number | null {
  return number < 2 ? null : Math.round(total / Math.max(1, (now - first) / dayMs));
}

/** Until a place is full, where nothing is removed. */
export const daysLeftOf = (freeBytes: number | null, bytesADay: number | null): number | null =>
  freeBytes === null || bytesADay === null || bytesADay === 0 ? null : Math.floor(freeBytes / bytesADay);

export function orphansOf({ listed, known, now }: Pick<Facts, 'listed' | 'known' | 'now'>): Orphan[] {
  return [...listed.heaps]
    .filter(([name]) => !listed.manifests.has(name))
    .map(([name, { objects, sizeBytes, newestAt }]) => {
      const about = known(name);
      const whose = about.own || about.here ? ('own' as const) : ('unknown' as const);
      return { name, objects, sizeBytes, newestAt, whose, stays: whyItStays(about, now - newestAt) };
    })
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
}

/** What a list says is there without its manifest, or without its data. */
export function doubtfulIn(listed: Listed, remembered: Facts['remembered']): string[] {
  const bare = withoutData({ listed, remembered }).map(({ backupId }) => backupId as string);
  return [...bare, ...[...listed.heaps.keys()].filter((name) => !listed.manifests.has(name))];
}

function whyItStays({ here, own, busy }: Known, ageMs: number): string | null {
  if (busy) return 'A job of this machine works on it.';
  if (here) return 'The backup is known and its manifest is gone: scrub this place and repair it.';
  if (ageMs < ownAgeMs) return 'It is younger than a day.';
  if (!own && ageMs < unknownAgeMs) return 'Another machine may be writing it: nobody did for less than 30 days.';
  return null;
}

function withoutData({ listed, remembered }: Pick<Facts, 'listed' | 'remembered'>): PlaceHealth['withoutData'] {
  const expected = new Map<string, number>(remembered.map(({ backupId, sizeBytes }) => [backupId, sizeBytes]));
  return [...listed.manifests].flatMap((name) => {
    const sizeBytes = listed.heaps.get(name)?.dataBytes ?? 0;
    const expectedBytes = expected.get(name) ?? null;
    // Of a backup that is not known here, only that nothing at all is there can be told without reading it.
    const whole = expectedBytes === null ? listed.heaps.has(name) : sizeBytes >= expectedBytes;
    return whole ? [] : [{ backupId: name as BackupId, sizeBytes, expectedBytes }];
  });
}

function hintsOf(looked: Omit<PlaceHealth, 'hints'>): PlaceHealth['hints'] {
  const { daysLeft, withoutData: bare, orphans, unfinished, unknownBackups } = looked;
  const hints: PlaceHealth['hints'] = [];
  if (daysLeft !== null && daysLeft <= soonDays)
    hints.push({
      code: 'full-soon',
      words: `Full in about ${plural(daysLeft, 'day')} at this rate. Make room, add a place, or let a retention rule remove old backups.`,
    });
  if (bare.length > 0)
    hints.push({
      code: 'without-data',
      words: `${plural(bare.length, 'backup')} lost data there. Scrub this place, then repair from another that holds them.`,
    });
  const loose = orphans.filter(({ stays }) => stays === null);
  if (loose.length > 0)
    hints.push({
      code: 'orphans',
      words: `${bytes(loose.reduce((sum, one) => sum + one.sizeBytes, 0))} belong to no backup. destination sweep removes them.`,
    });
  if (unfinished > 0)
    hints.push({
      code: 'unfinished',
      words: `${plural(unfinished, 'upload')} that nobody goes on with. destination sweep removes them.`,
    });
  if (unknownBackups > 0)
    hints.push({
      code: 'unknown-backups',
      words: `${plural(unknownBackups, 'backup')} there are not in this catalog: another machine's, or found again with doctor --rebuild.`,
    });
  return hints;
}
