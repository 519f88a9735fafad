import { describe, expect, test } from 'vitest';
import type { Rooms } from '../../../src/main/house/rooms.ts';
import { recallReseals } from '../../../src/main/house/recall-reseals.ts';
import { stopIn } from '../../../src/main/house/settle-reseal.ts';
import type { DestinationCard } from '../../../src/shared/destination.ts';
import type { BackupId, JobId } from '../../../src/shared/id.ts';
import * as sample from '../catalog/samples.ts';

const recovery = { keyId: 'secret-now', madeAt: 2, provenAt: null };
const earlier = [{ keyId: 'secret-before', madeAt: 1, provenAt: 1, replacedAt: 2 }];
const place = (n: number): DestinationCard => ({
  ...sample.folder(n),
  seal: true,
  recovery: { ...recovery, earlier },
});

/** A catalog with two sealed places, and what its queue was told to cancel. */
function opened() {
  const catalog = sample.newCatalog();
  const places = [place(1), place(2)] as const;
  for (const card of places) catalog.destinations.add(card);
  const put = (n: number, keyId: string, in_: readonly DestinationCard[], takenAt = n): BackupId => {
    const manifest = {
      ...sample.manifest(n, sample.source(1), takenAt),
      finishedAt: takenAt + 1,
      sealing: { method: 'openpgp' as const, keyId, recipients: [keyId] },
    };
    const stored = in_.map(({ id }) => ({ destination: id, state: 'stored' as const, message: null }));
    catalog.backups.put({ manifest, manifestSha256: sample.sha256(n), stored });
    return manifest.backupId;
  };
  const cancelled: JobId[] = [];
  const jobs: { id: JobId; kind: string; backupId: BackupId }[] = [];
  const queue = { unfinished: () => jobs, cancel: async (id: JobId) => void cancelled.push(id) };
  const rooms = { catalog, queue, clock: sample.stillClock() } as unknown as Rooms;
  const ask = (replaces: BackupId, n: number, made = false): void => {
    const level = 'read' as const;
    const backupId = sample.backupId(n);
    catalog.reseals.put({ replaces, backupId, askedAt: 1, actor: 'ada', level, made, trouble: null });
    jobs.push({ id: sample.jobId(n), kind: 'reseal', backupId });
  };
  return { catalog, places, put, ask, rooms, cancelled };
}

describe('SV-19 BS-16 Stopping what is sealed anew', () => {
  test('stops that of the named place alone; what has its new backup is carried to its end', async () => {
    const { catalog, places, put, ask, rooms, cancelled } = opened();
    const [one, two] = places;
    const here = put(1, 'secret-before', [one]);
    const both = put(2, 'secret-before', places);
    const there = put(3, 'secret-before', [two]);
    const done = put(4, 'secret-before', [one]);
    ask(here, 11);
    ask(both, 12);
    ask(there, 13);
    ask(done, 14, true);
    await stopIn(rooms, one);
    expect(catalog.reseals.list().map(({ replaces }) => replaces)).toEqual([there, done]);
    expect(cancelled).toEqual([sample.jobId(11), sample.jobId(12)]);
    catalog.close();
  });
});

describe('SV-19 BS-16 Two sets of one moment, found by somebody who knows nothing of them', () => {
  test('are one, the earlier key first, in whatever order they came, and once', () => {
    const { catalog, places, put, rooms } = opened();
    const now = put(1, 'secret-now', places, 50);
    const before = put(2, 'secret-before', places, 50);
    recallReseals(rooms, 'ada');
    recallReseals(rooms, 'ada');
    expect(catalog.reseals.list()).toMatchObject([{ replaces: before, backupId: now, made: true }]);
    expect(catalog.reseals.list()[0]?.trouble).toContain('Ask again');
    expect(catalog.backups.card(now)?.insteadOf).toBe(before);
    expect(Object.values(catalog.history.tally()).reduce((sum, count) => sum + count, 0)).toBe(1);
    catalog.backups.forget(before);
    expect(catalog.backups.card(now)?.insteadOf).toBeUndefined();
    catalog.close();
  });

  test('are two where their content differs, or the moment', () => {
    const { catalog, places, put, rooms } = opened();
    put(1, 'secret-before', places, 50);
    put(2, 'secret-now', places, 51);
    const id = put(3, 'secret-now', places, 50);
    const manifest = catalog.backups.manifest(id);
    if (manifest === undefined) throw new Error('It was put a line before.');
    const [artifact] = manifest.artifacts;
    const larger = { ...manifest, artifacts: [{ ...artifact, rawSizeBytes: 1 }] } as typeof manifest;
    catalog.backups.put({
      manifest: larger,
      manifestSha256: sample.sha256(3),
      stored: catalog.backups.card(id)?.stored ?? [],
    });
    recallReseals(rooms, 'ada');
    expect(catalog.reseals.list()).toEqual([]);
    catalog.close();
  });
});
