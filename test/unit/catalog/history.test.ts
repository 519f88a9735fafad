import { describe, expect, test } from 'vitest';
import type { ManifestBody, StoredState } from '../../../src/shared/artifact.ts';
import type { Inventory } from '../../../src/shared/inventory.ts';
import type { JobKind, JobState } from '../../../src/shared/job.ts';
import type { Catalog } from '../../../src/main/catalog/catalog.ts';
import * as sample from './samples.ts';

const minute = 60_000;
const start = 1_795_000_000_000;
const stored: StoredState[] = [{ destination: sample.destinationId(1), state: 'stored', message: null }];
const failed: StoredState[] = [
  { destination: sample.destinationId(1), state: 'failed', message: 'The disk said "state":"stored", oddly.' },
];
const shop = sample.source(1);
const till = sample.source(2);

function putBackup(catalog: Catalog, n: number, changes: Partial<ManifestBody> = {}, places = stored): void {
  const manifest = { ...sample.manifest(n, shop, start + n * minute), ...changes };
  catalog.backups.put({ manifest, manifestSha256: sample.sha256(n), stored: places });
}

const idsOf = (cards: { backupId: string }[]): string[] => cards.map(({ backupId }) => backupId);
const ids = (...numbers: number[]): string[] => numbers.map(sample.backupId);

describe('pages of backups', () => {
  test('follow each other without a gap or a repetition, also within one moment', () => {
    const catalog = sample.newCatalog();
    for (const n of [1, 2, 3, 4, 5, 6, 7]) putBackup(catalog, n, { takenAt: start + Math.floor(n / 3) * minute });
    const whole = idsOf(catalog.backups.cards());
    const paged: string[] = [];
    for (;;) {
      const page = idsOf(catalog.backups.cards({ limit: 2, before: paged.at(-1) as never }));
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(whole);
    expect(whole).toEqual(ids(7, 6, 5, 4, 3, 2, 1));
  });

  test('hold one source and one verdict where asked', () => {
    const catalog = sample.newCatalog();
    for (const n of [1, 2, 3]) putBackup(catalog, n);
    putBackup(catalog, 4, { source: { id: till.id, name: till.name, kind: 'sqlite' } });
    for (const n of [1, 3, 4]) catalog.proofs.put(sample.proof(n, sample.backupId(n), 'restore', 'proven'));
    expect(idsOf(catalog.backups.cards({ verdict: 'proven' }))).toEqual(ids(4, 3, 1));
    expect(idsOf(catalog.backups.cards({ verdict: 'proven', sourceId: shop.id }))).toEqual(ids(3, 1));
    expect(idsOf(catalog.backups.cards({ verdict: 'unproven', sourceId: shop.id }))).toEqual(ids(2));
    expect(idsOf(catalog.backups.cards({ verdict: 'proven', before: sample.backupId(3) }))).toEqual(ids(1));
    expect(idsOf(catalog.backups.cards({ sourceId: shop.id, before: sample.backupId(4) }))).toEqual(ids(3, 2, 1));
  });

  test('a page after a backup that is gone is refused', () => {
    const catalog = sample.newCatalog();
    expect(() => catalog.backups.cards({ before: sample.backupId(9) })).toThrow(
      expect.objectContaining({ code: 'backup.unknown' }),
    );
  });

  test('a name leads to every source that bears it: the present one, a removed one, one of another machine', () => {
    const catalog = sample.newCatalog();
    const [now, gone] = [sample.source(1, 'shop'), sample.source(2, 'shop')];
    catalog.sources.add(gone);
    catalog.sources.remove(gone.id);
    catalog.sources.add(now);
    // Renamed here since: its backups go by the new name, whatever their manifests say.
    catalog.sources.add(sample.source(3, 'till'));
    for (const n of [1, 2, 3, 4])
      putBackup(catalog, n, { source: { id: sample.sourceId(n), name: 'shop', kind: 'sqlite' } });
    expect(catalog.backups.sourcesNamed('shop')).toEqual([gone.id, now.id, sample.sourceId(4)]);
    expect(catalog.backups.sourcesNamed('till')).toEqual([sample.sourceId(3)]);
    expect(catalog.backups.sourcesNamed('nobody')).toEqual([]);
    const sourceIds = catalog.backups.sourcesNamed('shop');
    expect(idsOf(catalog.backups.cards({ sourceIds, limit: 2 }))).toEqual(ids(4, 2));
    expect(idsOf(catalog.backups.cards({ sourceIds, before: sample.backupId(2) }))).toEqual(ids(1));
    expect(catalog.backups.cards({ sourceIds: [] })).toEqual([]);
  });
});

describe('what has become of a source', () => {
  test('a tally counts every verdict, of one source and of all', () => {
    const catalog = sample.newCatalog();
    expect(catalog.history.tally()).toEqual({ proven: 0, partly: 0, failed: 0, unproven: 0 });
    for (const n of [1, 2, 3]) putBackup(catalog, n);
    putBackup(catalog, 4, { source: { id: till.id, name: till.name, kind: 'sqlite' } });
    catalog.proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven'));
    catalog.proofs.put(sample.proof(2, sample.backupId(2), 'read', 'failed'));
    expect(catalog.history.tally()).toEqual({ proven: 1, partly: 0, failed: 1, unproven: 2 });
    expect(catalog.history.tally(till.id)).toEqual({ proven: 0, partly: 0, failed: 0, unproven: 1 });
  });

  test('BS-15 a chart has the newest points, oldest first, with size, time and rows', () => {
    const catalog = sample.newCatalog();
    const content = { databases: [{ tables: [{ rows: 7 }, { rows: 5 }] }], globals: null } as unknown as Inventory;
    putBackup(catalog, 1);
    putBackup(catalog, 2, { inventory: { form: 'plain', content }, finishedAt: start + 2 * minute + 300 });
    putBackup(catalog, 3);
    expect(catalog.history.trend(shop.id, 2)).toEqual([
      { backupId: sample.backupId(2), takenAt: start + 2 * minute, sizeBytes: 1_007, durationMs: 300, rows: 12 },
      { backupId: sample.backupId(3), takenAt: start + 3 * minute, sizeBytes: 1_008, durationMs: 1_000, rows: null },
    ]);
  });

  test('a stretch of time knows what was held, proven and failed in it, and nothing of its neighbours', () => {
    const catalog = sample.newCatalog();
    for (const n of [1, 2, 3]) putBackup(catalog, n);
    const at = (n: number): number => start + n * minute;
    const nothing = { heldAt: null, proven: false, failed: false };
    expect(catalog.history.stretch(shop.id, at(1), at(3))).toEqual({ ...nothing, heldAt: at(2) });
    expect(catalog.history.stretch(till.id, at(1), at(3))).toEqual(nothing);
    catalog.proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven', at(50)));
    catalog.proofs.put(sample.proof(2, sample.backupId(3), 'restore', 'failed', at(60)));
    expect(catalog.history.stretch(shop.id, at(1), at(3))).toEqual({ heldAt: at(2), proven: true, failed: false });
    expect(catalog.history.stretch(shop.id, at(3), at(4))).toEqual({ ...nothing, failed: true });
    // The proof itself failed on that day.
    expect(catalog.history.stretch(shop.id, at(60), at(61))).toEqual({ ...nothing, failed: true });
    expect(catalog.history.heldBefore(shop.id, at(99))).toBe(at(2));
    expect(catalog.history.heldBefore(shop.id, at(1))).toBeNull();
  });

  test('a backup that no place took is not held, whatever its message says', () => {
    const catalog = sample.newCatalog();
    putBackup(catalog, 1, {}, failed);
    expect(catalog.history.heldBefore(shop.id, start + 99 * minute)).toBeNull();
    catalog.backups.setStored(sample.backupId(1), [...failed, ...stored]);
    expect(catalog.history.heldBefore(shop.id, start + 99 * minute)).toBe(start + minute);
  });

  test('a job that failed marks the stretch in which it ended', () => {
    const catalog = sample.newCatalog();
    for (const [n, kind] of [
      [1, 'backup'],
      [2, 'verify'],
      [3, 'diff'],
    ] as const)
      catalog.jobs.insert(sample.job(n, { kind, state: 'failed', endedAt: start + n * minute }), '{}');
    const failedIn = (n: number): boolean =>
      catalog.history.stretch(shop.id, start + n * minute, start + (n + 1) * minute).failed;
    expect([0, 1, 2, 3, 4].map(failedIn)).toEqual([false, true, true, false, false]);
  });

  test('the newest proof of a level, and the newest job that ended so', () => {
    const catalog = sample.newCatalog();
    for (const n of [1, 2]) putBackup(catalog, n);
    expect(catalog.history.newestProof(shop.id, 'restore')).toBeNull();
    const tables = [
      { name: 'a', expectedRows: 3, rows: 3, digestEqual: true },
      { name: 'b', expectedRows: 3, rows: 3, digestEqual: false },
    ];
    catalog.proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven'));
    catalog.proofs.put({ ...sample.proof(2, sample.backupId(2), 'restore', 'failed'), tables });
    catalog.proofs.put(sample.proof(3, sample.backupId(2), 'read', 'partly'));
    expect(catalog.history.newestProof(shop.id, 'restore')).toMatchObject({
      backupId: sample.backupId(2),
      verdict: 'failed',
      tables: 2,
      equalTables: 1,
    });
    expect(catalog.history.newestProof(shop.id, 'read')).toMatchObject({ verdict: 'partly' });
    catalog.backups.forget(sample.backupId(2));
    expect(catalog.history.newestProof(shop.id, 'restore')).toMatchObject({ backupId: sample.backupId(1) });

    const ended = (n: number, state: JobState): void =>
      catalog.jobs.insert(sample.job(n, { state, endedAt: start + n }), '{}');
    ended(1, 'failed');
    ended(2, 'failed');
    ended(3, 'succeeded');
    ended(4, 'cancelled');
    expect(catalog.history.newestJob(shop.id, 'backup', 'failed')?.id).toBe(sample.jobId(2));
    expect(catalog.history.newestJob(shop.id, 'verify', 'failed')).toBeNull();
  });
});

describe('lists of jobs', () => {
  const kinds: JobKind[] = ['backup', 'verify', 'diff'];
  const states: JobState[] = ['succeeded', 'failed', 'cancelled', 'queued'];
  const make = (): { catalog: Catalog; all: ReturnType<typeof sample.job>[] } => {
    const catalog = sample.newCatalog();
    const all = Array.from({ length: 60 }, (_, index) =>
      sample.job(index + 1, {
        kind: kinds[index % 3] as JobKind,
        state: states[Math.floor(index / 3) % 4] as JobState,
        sourceId: index % 5 === 0 ? null : sample.sourceId(index % 2),
        backupId: index % 7 === 0 ? sample.backupId(1) : null,
      }),
    );
    for (const job of all) catalog.jobs.insert(job, '{}');
    return { catalog, all: all.toReversed() };
  };

  test('every combination of filters comes to what a walk through all of them finds', () => {
    const { catalog, all } = make();
    for (const state of [undefined, 'failed', 'queued'] as const)
      for (const some of [undefined, ['backup'], ['diff', 'verify', 'diff'], []] as const)
        for (const sourceId of [undefined, sample.sourceId(1)])
          for (const backupId of [undefined, sample.backupId(1)])
            for (const before of [undefined, sample.jobId(31)])
              for (const limit of [3, 100]) {
                const expected = all.filter(
                  (job) =>
                    (state === undefined || job.state === state) &&
                    (some === undefined || (some as readonly JobKind[]).includes(job.kind)) &&
                    (sourceId === undefined || job.sourceId === sourceId) &&
                    (backupId === undefined || job.backupId === backupId) &&
                    (before === undefined || job.id < before),
                );
                const filter = { state, kinds: some, sourceId, backupId, before, limit };
                expect(catalog.jobs.list(filter), JSON.stringify(filter)).toEqual(expected.slice(0, limit));
              }
  });

  test('a page after a job that is not known is refused', () => {
    const { catalog } = make();
    expect(() => catalog.jobs.list({ limit: 5, before: sample.jobId(999) })).toThrow(
      expect.objectContaining({ code: 'job.unknown' }),
    );
  });
});
