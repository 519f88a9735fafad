/** A prune that is stopped at every step, and places that are not as they should be. */
import { describe, expect, it } from 'vitest';
import { listManifests, manifestKey, dataKey, proofKey } from '../../src/main/artifact/set.ts';
import { writeManifest } from '../../src/main/artifact/manifest.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import { bodyOf, type Destination } from '../../src/main/destination/destination.ts';
import { prune, type PruneOrder, type PrunePlace, type Remembered } from '../../src/main/prune/prune.ts';
import { wholeSet } from '../../src/main/set/whole.ts';
import { Fail } from '../../src/shared/failure.ts';
import type { BackupId, DestinationId, ProofId, RetentionPreviewId } from '../../src/shared/id.ts';
import { memoryDestination, type MemoryDestination } from '../helpers/memory-destination.ts';
import { artifactFacts, manifestBody } from '../unit/artifact/facts.ts';

const machine = manifestBody().machine.id;
const sourceId = manifestBody().source.id;
const clock = systemClock;
const proof = 'proof-20261120-130000-aaaaaaaa' as ProofId;
const idOf = (n: number): BackupId => `bk-20261101-0000${String(n).padStart(2, '0')}-aaaaaaaa` as BackupId;
const watchWith = (signal = new AbortController().signal) => ({
  signal,
  progress: () => {},
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as never,
  work: '/nowhere',
});

/** Six sets with data and a proof each; the newest stays, the others go. */
async function stored(
  change: Partial<ReturnType<typeof manifestBody>> = {},
): Promise<{ destination: MemoryDestination; sets: Remembered[] }> {
  const destination = memoryDestination();
  const sets: Remembered[] = [];
  for (let n = 0; n < 6; n += 1) {
    const backupId = idOf(n);
    const { file, sha256 } = writeManifest(manifestBody({ backupId, takenAt: 1_764_000_000_000 + n, ...change }));
    await destination.put(dataKey(backupId, artifactFacts().name), bodyOf(Buffer.alloc(1_000)));
    await destination.put(proofKey(backupId, proof), bodyOf(Buffer.from('{}')));
    await destination.put(manifestKey(backupId), bodyOf(file));
    sets.push({ backupId, manifestSha256: sha256, sizeBytes: 1_000 });
  }
  return { destination, sets };
}

function orderFor(sets: Remembered[], change: Partial<PrunePlace> = {}): PruneOrder {
  const card = {
    id: 'dst-aaaaaaaaaaaa' as DestinationId,
    name: 'shelf',
    settings: { kind: 'folder' as const, path: '/shelf' },
  };
  return {
    kind: 'prune',
    previewId: 'rpv-20261101-000000-aaaaaaaa' as RetentionPreviewId,
    sourceId,
    machine,
    newestTakenAt: clock.now() - 60_000,
    believedAt: clock.now() - 60_000,
    places: [
      {
        card,
        goes: sets.slice(0, 5),
        keepers: sets.slice(5),
        remembered: sets.map(({ backupId }) => backupId),
        unfinished: [],
        removing: [],
        ...change,
      },
    ],
  };
}

const run = (order: PruneOrder, destination: Destination, time = clock) =>
  prune(order, { clock: time, places: order.places.map(({ card }) => ({ id: card.id, destination })) }, watchWith());

/** The same place, in which the removals after the first few fail. */
const failingAfter = (destination: Destination, removals: number, failure: Fail): Destination => {
  let left = removals;
  return {
    ...destination,
    remove: async (name) => {
      if (left === 0) throw failure;
      left -= 1;
      return destination.remove(name);
    },
  };
};

const gone = new Fail('destination.unreachable', 'The share is gone.');

async function everythingListedIsWhole(destination: Destination): Promise<void> {
  for (const backupId of await listManifests(destination))
    expect(await wholeSet(destination, backupId), backupId).toBeDefined();
}

describe('BS-18 a prune', () => {
  it('removes what its list names, with data and proofs, and tells of each', async () => {
    const { destination, sets } = await stored();
    const report = await run(orderFor(sets), destination);
    expect(report.removed.map(({ backupId, files }) => [backupId, files])).toEqual(
      sets.slice(0, 5).map(({ backupId }) => [backupId, 3]),
    );
    expect([...destination.files.keys()].every((name) => name.includes(idOf(5)))).toBe(true);
    expect(destination.files.size).toBe(3);
    expect(report.stopped).toEqual([]);
  });

  it('stopped at any removal leaves nothing listed that is not whole, and the next one ends it', async () => {
    // Five sets of three files: a stop before each of the fifteen removals.
    for (let removals = 0; removals < 15; removals += 1) {
      const { destination, sets } = await stored();
      const order = orderFor(sets);
      const came = await run(order, failingAfter(destination, removals, gone)).then(
        ({ removed: all }) => all.length,
        (thrown: unknown) => (thrown as Fail).code,
      );
      expect(came).toBe(removals < 3 ? 'destination.unreachable' : Math.floor(removals / 3));
      await everythingListedIsWhole(destination);
      const listed = await listManifests(destination);
      const left = sets.slice(0, 5).filter(({ backupId }) => listed.has(backupId));
      const half = sets.slice(0, 5).filter(({ backupId }) => !listed.has(backupId));
      const next = await run(
        orderFor(sets, { goes: left, unfinished: half, removing: half.map(({ backupId }) => backupId) }),
        destination,
      );
      expect(next.stopped).toEqual([]);
      expect(destination.files.size, `after ${removals} removals`).toBe(3);
    }
  });

  it('cancelled at any backup says so and leaves the others', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { destination, sets } = await stored();
      const order = orderFor(sets);
      const stop = new AbortController();
      let removed = 0;
      const watch = {
        ...watchWith(stop.signal),
        progress: ({ phase = '' }: { phase?: string }) => {
          if (!phase.startsWith('Removing')) return;
          if (removed === n) stop.abort(new Error('cancelled'));
          removed += 1;
        },
      };
      const place = order.places[0]?.card.id as DestinationId;
      const work = prune(order, { clock, places: [{ id: place, destination }] }, watch);
      // The one that was begun is removed to its end.
      const came = await work.then(
        ({ removed: all }) => all.length,
        (thrown: unknown) => (thrown as Error).message,
      );
      expect(came).toBe(n < 4 ? 'cancelled' : 5);
      await everythingListedIsWhole(destination);
      expect((await listManifests(destination)).size).toBe(6 - n - 1);
    }
  });

  it('removes nothing where the place lists fewer than the catalog remembers', async () => {
    for (const hidden of [0, 3, 5]) {
      const { destination, sets } = await stored();
      destination.files.delete(manifestKey(idOf(hidden)));
      const before = destination.files.size;
      await expect(run(orderFor(sets), destination)).rejects.toMatchObject({ code: 'retention.list-short' });
      expect(destination.files.size).toBe(before);
    }
  });

  it('removes nothing where the one that must stay is not whole', async () => {
    const { destination, sets } = await stored();
    destination.files.delete(dataKey(idOf(5), artifactFacts().name));
    await expect(run(orderFor(sets), destination)).rejects.toMatchObject({ code: 'artifact.missing' });
    expect((await listManifests(destination)).size).toBe(6);
  });

  it('stops at a manifest that was replaced behind our back', async () => {
    const { destination, sets } = await stored();
    const other = writeManifest(manifestBody({ backupId: idOf(2), takenAt: 1_764_000_009_000 }));
    destination.files.set(manifestKey(idOf(2)), other.file);
    const report = await run(orderFor(sets), destination);
    expect(report.removed.map(({ backupId }) => backupId)).toEqual([idOf(0), idOf(1)]);
    expect(report.stopped[0]?.failure.code).toBe('manifest.replaced');
    expect((await listManifests(destination)).size).toBe(4);
  });

  it('removes a damaged copy whose manifest is gone or is none any more, and not one under which another was written', async () => {
    const { destination, sets } = await stored();
    const [gone0, rotten, rewritten, ...others] = sets;
    if (gone0 === undefined || rotten === undefined || rewritten === undefined) throw new Error('too few');
    const damaged = [gone0, rotten, rewritten].map((one) => ({ ...one, damaged: true }));
    destination.files.delete(manifestKey(gone0.backupId));
    const bytes = Buffer.from(destination.files.get(manifestKey(rotten.backupId)) ?? '');
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    destination.files.set(manifestKey(rotten.backupId), bytes);
    const other = writeManifest(manifestBody({ backupId: rewritten.backupId, takenAt: 1_764_000_009_000 }));
    destination.files.set(manifestKey(rewritten.backupId), other.file);
    const remembered = others.map(({ backupId }) => backupId);
    const report = await run(orderFor(sets, { goes: damaged, remembered, keepers: others.slice(-1) }), destination);
    expect(report.removed.map(({ backupId }) => backupId)).toEqual([gone0.backupId, rotten.backupId]);
    expect(report.stopped[0]?.failure.code).toBe('manifest.replaced');
    expect([...destination.files.keys()].filter((name) => name.includes(rewritten.backupId))).toHaveLength(3);
    // The same of a copy that is not known as damaged stops everything there.
    destination.files.set(manifestKey(idOf(3)), bytes);
    await expect(run(orderFor(sets, { goes: others, remembered }), destination)).rejects.toMatchObject({
      code: expect.stringMatching(/^manifest/) as string,
    });
  });

  it("leaves another machine's and another source's backups, whatever the list says", async () => {
    for (const change of [
      { machine: { id: 'mac-zzzzzzzzzzzz' as never, name: 'other' } },
      { source: { ...manifestBody().source, id: 'src-zzzzzzzzzzzz' as never } },
    ]) {
      const { destination, sets } = await stored(change);
      await expect(run(orderFor(sets), destination)).rejects.toMatchObject({ code: 'manifest.replaced' });
      expect(destination.files.size).toBe(18);
    }
  });

  it('removes nothing by a clock that looks wrong', async () => {
    const day = 86_400_000;
    for (const [now, believedAt] of [
      [clock.now() - day, clock.now() - 2 * day],
      [clock.now() + 400 * day, clock.now()],
      [0, null],
    ] as const) {
      const { destination, sets } = await stored();
      const order = { ...orderFor(sets), believedAt };
      const time = { ...clock, now: () => now };
      await expect(run(order, destination, time)).rejects.toMatchObject({ code: 'retention.clock-wrong' });
      expect(destination.files.size).toBe(18);
    }
  });

  it('a place that is gone or read-only does not keep the others from being pruned', async () => {
    for (const failure of [gone, new Fail('destination.permission', 'Nobody may write there.')]) {
      const first = await stored();
      const second = await stored();
      const order = orderFor(first.sets);
      const [place] = order.places;
      if (place === undefined) throw new Error('no place');
      const otherId = 'dst-bbbbbbbbbbbb' as DestinationId;
      const both = { ...order, places: [place, { ...place, card: { ...place.card, id: otherId } }] };
      const report = await prune(
        both,
        {
          clock,
          places: [
            { id: place.card.id, destination: failingAfter(first.destination, 0, failure) },
            { id: otherId, destination: second.destination },
          ],
        },
        watchWith(),
      );
      expect(report.stopped.map(({ destination, failure: { code } }) => [destination, code])).toEqual([
        [place.card.id, failure.code],
      ]);
      expect(first.destination.files.size).toBe(18);
      expect(second.destination.files.size).toBe(3);
      expect(report.removed.every(({ destination }) => destination === otherId)).toBe(true);
    }
  });
});
