import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredState } from '../../../src/shared/artifact.ts';
import type { Catalog } from '../../../src/main/catalog/catalog.ts';
import { migrate } from '../../../src/main/catalog/migrate.ts';
import { migrations } from '../../../src/main/catalog/migrations/all.ts';
import * as sample from './samples.ts';

const sources = [sample.source(1), sample.source(2)];
const places = [sample.destinationId(1), sample.destinationId(2)];
const states = ['waiting', 'stored', 'failed', 'damaged'] as const;
const start = 1_795_000_000_000;
const dayMs = 86_400_000;

const sealings = [
  null,
  { method: 'openpgp' as const, keyId: 'secret-1', recipients: ['secret-1'] },
  { method: 'openpgp' as const, keyId: 'secret-2', recipients: ['secret-2', 'key-1'] },
];

/** What may happen to one of a few backups. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('put', 'put', 'put', 'move', 'move', 'forget', 'read', 'find'),
    n: fc.integer({ min: 1, max: 8 }),
    source: fc.nat(1),
    day: fc.integer({ min: 0, max: 60 }),
    states: fc.tuple(fc.option(fc.constantFrom(...states)), fc.option(fc.constantFrom(...states))),
  }),
  { minLength: 5, maxLength: 40 },
);
type Step = (typeof steps extends fc.Arbitrary<infer Value> ? Value : never)[number];

function take(catalog: Catalog, { what, n, source, day, states: given }: Step): void {
  const stored = given.flatMap((state, index): StoredState[] =>
    state === null ? [] : [{ destination: places[index] ?? sample.destinationId(1), state, message: null }],
  );
  const id = sample.backupId(n);
  const at = start + day * dayMs;
  if (what === 'forget') catalog.backups.forget(id);
  else if (what === 'put') {
    const manifest = sample.manifest(n + day, sources[source] ?? sample.source(1), at);
    const sealing = sealings[day % 3] ?? null;
    catalog.backups.put({ manifest: { ...manifest, backupId: id, sealing }, manifestSha256: sample.sha256(n), stored });
  } else if (catalog.backups.card(id) === undefined) return;
  else if (what === 'move') catalog.backups.setStored(id, stored);
  else {
    const finding =
      what === 'read'
        ? null
        : { kind: 'damaged' as const, code: 'artifact.range', message: 'It does not hold.', objects: [] };
    const [place = sample.destinationId(1)] = stored.map(({ destination }) => destination);
    catalog.readings.note(place, { backupId: id, at, position: null, from: 0, finding });
  }
}

/** The slow way: every card and every copy is looked at. */
function counted(catalog: Catalog, since: number): unknown {
  const cards = catalog.backups.cards();
  return places.map((place) => {
    const copies = catalog.readings.copies(place);
    const read = copies.filter(({ readAt, finding }) => finding === null && readAt !== null && readAt > since);
    const bytes = (all: readonly { sizeBytes: number }[]): number => all.reduce((sum, one) => sum + one.sizeBytes, 0);
    const times = copies.map(({ readAt }) => readAt);
    const lying = (wanted: readonly string[]): typeof cards =>
      cards.filter(({ stored }) =>
        stored.some(({ destination, state }) => destination === place && wanted.includes(state)),
      );
    const recent = lying(['stored', 'damaged']).filter(({ takenAt }) => takenAt > since);
    const newest = (all: typeof cards): number | null =>
      all.length === 0 ? null : Math.max(...all.map((one) => one.takenAt));
    return {
      sum: {
        backups: copies.length,
        sizeBytes: bytes(copies),
        readBackups: read.length,
        readBytes: bytes(read),
        oldestReadAt: times.length === 0 || times.includes(null) ? null : Math.min(...(times as number[])),
      },
      tally: {
        stored: lying(['stored']).length,
        waiting: lying(['waiting']).length,
        failed: lying(['failed']).length,
        damaged: lying(['damaged']).length,
        newestAt: newest(lying(['stored'])),
        sizeBytes: bytes(lying(['stored', 'damaged'])),
        recent: recent.length,
        recentBytes: bytes(recent),
        firstRecentAt: recent.length === 0 ? null : Math.min(...recent.map(({ takenAt }) => takenAt)),
      },
      ids: lying(['stored'])
        .map(({ backupId }) => backupId)
        .toSorted(),
      sources: sources.map(({ id }) => lying(['stored']).some(({ sourceId }) => sourceId === id)),
    };
  });
}

/** For whom, where: how many backups, how large, and which, oldest first. */
type Seals = Record<string, { backups: number; sizeBytes: number; ids: string[] }>;

function countedSeals({ backups }: Catalog): Seals {
  const seals: Seals = {};
  for (const { backupId, stored, sizeBytes } of backups.cards().toReversed()) {
    const one = (seals[JSON.stringify([backups.recipients(backupId), stored])] ??= {
      backups: 0,
      sizeBytes: 0,
      ids: [],
    });
    one.backups += 1;
    one.sizeBytes += sizeBytes;
    one.ids.push(backupId);
  }
  return seals;
}

function toldSeals({ backups }: Catalog): Seals {
  const groups = backups.sealGroups();
  return Object.fromEntries(
    groups.map((group) => {
      const ids = backups.oldestOf([group]).map(({ backupId }) => backupId);
      for (const id of ids) expect(backups.groupOf(id, groups)).toBe(group);
      const { recipients, stored, sizeBytes } = group;
      return [JSON.stringify([recipients, stored]), { backups: group.backups, sizeBytes, ids }];
    }),
  );
}

/** What is kept in memory is what is there, after every single change, and after one that was taken back. */
function expectWeighed(catalog: Catalog): void {
  const asked = (): unknown => sources.map(({ id }) => catalog.backups.weighed(id));
  const cards = (): unknown =>
    sources.map(({ id }) =>
      catalog.backups.cards({ sourceId: id }).map(({ backupId, takenAt, sizeBytes, verdict, stored }) => {
        const machine = catalog.backups.manifest(backupId)?.machine.id;
        return { backupId, takenAt, sizeBytes, verdict, machine, stored, pin: null };
      }),
    );
  expect(asked()).toEqual(cards());
}

const nothing = {
  stored: 0,
  waiting: 0,
  failed: 0,
  damaged: 0,
  newestAt: null,
  sizeBytes: 0,
  recent: 0,
  recentBytes: 0,
  firstRecentAt: null,
};

function told({ backups, readings, destinations }: Catalog, since: number): unknown {
  const tallies = new Map(destinations.tally(since).map(({ destination, ...tally }) => [destination, tally]));
  return places.map((place) => ({
    sum: readings.sum(place, since),
    tally: tallies.get(place) ?? nothing,
    ids: backups.storedIn(place),
    sources: sources.map(({ id }) => backups.placesOf(id).includes(place)),
  }));
}

describe('what places hold is counted as backups come and go', () => {
  test('it is what looking at every backup comes to, whatever happened', () => {
    const catalog = sample.newCatalog();
    fc.assert(
      fc.property(steps, fc.integer({ min: -1, max: 61 }), (all, day) => {
        const since = start + day * dayMs;
        // Readings outlive the list: those of the case before are of backups that this one may not have.
        catalog.together(() => {
          catalog.backups.clear();
          for (const [index, step] of all.entries()) {
            take(catalog, step);
            if (index % 4 === 0) expectWeighed(catalog);
          }
        });
        expect(told(catalog, since)).toEqual(counted(catalog, since));
        expect(toldSeals(catalog)).toEqual(countedSeals(catalog));
        const oldestFirst = catalog.backups.cards().toReversed();
        const groups = catalog.backups.sealGroups();
        expect(catalog.backups.oldestOf(groups, 3)).toMatchObject(
          oldestFirst
            .slice(0, 3)
            .map(({ backupId, source, takenAt, sizeBytes }) => ({ backupId, source, takenAt, sizeBytes })),
        );
      }),
      { numRuns: 30 },
    );
    catalog.backups.clear();
    expect(told(catalog, start)).toEqual(counted(catalog, start));
    catalog.close();
  });

  test('the backups that an older catalog has are counted when it is opened', () => {
    const database = new Database(':memory:');
    migrate(
      database,
      migrations.filter(({ number }) => number < 270),
    );
    const put = database.prepare(
      `INSERT INTO backups (id, source_id, source_name, kind, taken_at, size_bytes, complete, manifest_sha256, stored, verdict)
       VALUES (?, ?, 'shop', 'sqlite', 1, ?, 1, '', ?, 'unproven')`,
    );
    put.run('bk-1', 'src-1', 10, '[]');
    put.run('bk-2', 'src-1', 20, '[]');
    put.run('bk-3', 'src-2', 40, '[]');
    migrate(database, migrations);
    expect(database.prepare('SELECT * FROM copy_tally ORDER BY source_id').all()).toEqual([
      { source_id: 'src-1', stored: '[]', backups: 2, size_bytes: 30 },
      { source_id: 'src-2', stored: '[]', backups: 1, size_bytes: 40 },
    ]);
    expect(database.prepare('SELECT * FROM seal_tally').all()).toEqual([
      { recipients: '', stored: '[]', backups: 3, size_bytes: 70 },
    ]);
    database.close();
  });

  test('what a rule weighs is read again after a change that was taken back, a pin and a proof', () => {
    const catalog = sample.newCatalog();
    const of = sample.source(1);
    const put = (n: number): void =>
      catalog.backups.put({ manifest: sample.manifest(n, of, n), manifestSha256: sample.sha256(n), stored: [] });
    const ids = (): string[] => catalog.backups.weighed(of.id).map(({ backupId }) => backupId);
    put(1);
    expect(ids()).toEqual([sample.backupId(1)]);
    expect(() =>
      catalog.together(() => {
        put(2);
        expect(ids()).toHaveLength(2);
        throw new Error('taken back');
      }),
    ).toThrow('taken back');
    expect(ids()).toEqual([sample.backupId(1)]);
    put(3);
    expect(ids()).toEqual([sample.backupId(3), sample.backupId(1)]);
    const pin = { reason: 'court', until: null, hold: true, since: 1, by: 'ada' };
    catalog.pins.put(sample.backupId(1), pin);
    expect(catalog.backups.weighed(of.id).map((one) => one.pin)).toEqual([null, pin]);
    catalog.pins.remove(sample.backupId(1));
    expect(catalog.backups.weighed(of.id).map((one) => one.pin)).toEqual([null, null]);
    catalog.proofs.put(sample.proof(1, sample.backupId(3), 'restore', 'proven'));
    expect(catalog.backups.weighed(of.id)[0]?.verdict).toBe('proven');
    catalog.backups.forget(sample.backupId(3));
    expect(ids()).toEqual([sample.backupId(1)]);
    catalog.close();
  });
});
