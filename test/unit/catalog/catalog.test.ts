import { statSync, existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../../src/main/catalog/catalog.ts';
import { Fail } from '../../../src/shared/failure.ts';
import { BackupCard } from '../../../src/shared/artifact.ts';
import { z } from '../../../src/shared/schema.ts';
import * as sample from './samples.ts';

const at = 1_795_000_000_000;
const waiting = [{ destination: sample.destinationId(1), state: 'waiting' as const, message: null }];
const stored = [{ destination: sample.destinationId(1), state: 'stored' as const, message: null }];

describe('the file', () => {
  test('is for this user alone, and remembers after it was closed', () => {
    const file = sample.newCatalogFile();
    const first = openCatalog(file, sample.stillClock());
    first.meta.set('colour', 'blue');
    first.sources.add(sample.source(1));
    const modes = [file, `${file}-wal`, `${file}-shm`].map((part) => statSync(part).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    const machine = first.meta.machineId();
    first.close();
    first.close();
    expect(existsSync(`${file}-wal`)).toBe(false);

    const again = openCatalog(file, sample.stillClock());
    expect(again.meta.get('colour')).toBe('blue');
    expect(again.meta.machineId()).toBe(machine);
    expect(again.sources.list()).toEqual([sample.source(1)]);
    again.meta.remove('colour');
    expect(again.meta.get('colour')).toBeUndefined();
    again.close();
  });

  test('changes that count together happen together or not at all', () => {
    const catalog = sample.newCatalog();
    expect(() =>
      catalog.together(() => {
        catalog.sources.add(sample.source(1));
        throw new Fail('job.crashed', 'No.');
      }),
    ).toThrow(expect.objectContaining({ code: 'job.crashed' }));
    expect(catalog.sources.list()).toEqual([]);
    expect(catalog.together(() => (catalog.sources.add(sample.source(1)), 'done'))).toBe('done');
    expect(catalog.sources.list()).toHaveLength(1);
    catalog.close();
  });
});

describe('sources', () => {
  test('a name belongs to one source at a time', () => {
    const { sources } = sample.newCatalog();
    sources.add(sample.source(1, 'shop'));
    expect(() => sources.add(sample.source(2, 'shop'))).toThrow(expect.objectContaining({ code: 'source.name-taken' }));
    sources.add(sample.source(2, 'blog'));
    expect(() => sources.replace(sample.source(2, 'shop'))).toThrow(
      expect.objectContaining({ code: 'source.name-taken' }),
    );
    expect(sources.list().map(({ name }) => name)).toEqual(['blog', 'shop']);
    expect(sources.byName('shop')?.id).toBe(sample.sourceId(1));
    expect(sources.byId(sample.sourceId(2))?.name).toBe('blog');
    expect(sources.byName('SHOP')).toBeUndefined();
  });

  test('a replaced source keeps its id; an unknown one cannot be replaced', () => {
    const { sources } = sample.newCatalog();
    sources.add(sample.source(1, 'shop'));
    const changed = { ...sample.source(1, 'store'), digests: false };
    sources.replace(changed);
    expect(sources.list()).toEqual([changed]);
    expect(() => sources.replace(sample.source(9))).toThrow(expect.objectContaining({ code: 'source.unknown' }));
  });

  test('a removed source frees its name, and its backups keep theirs', () => {
    const { sources, backups } = sample.newCatalog();
    const old = sample.source(1, 'shop');
    sources.add(old);
    backups.put({ manifest: sample.manifest(1, old, at), manifestSha256: sample.sha256(1), stored });
    sources.remove(old.id);
    sources.remove(old.id);
    expect(sources.list()).toEqual([]);
    expect(sources.byName('shop')).toBeUndefined();
    expect(sources.byId(old.id)).toBeUndefined();
    expect(() => sources.replace(old)).toThrow(expect.objectContaining({ code: 'source.unknown' }));

    const next = sample.source(2, 'shop');
    sources.add(next);
    expect(sources.byName('shop')).toEqual(next);
    expect(backups.cards().map((card) => [card.source, card.sourceId])).toEqual([['shop', old.id]]);
    expect(backups.cards({ sourceId: next.id })).toEqual([]);
  });
});

describe('destinations', () => {
  test('are found by id and by folder', () => {
    const { destinations } = sample.newCatalog();
    destinations.add(sample.folder(2, '/backups/b'));
    destinations.add(sample.folder(1, '/backups/a'));
    expect(destinations.list().map(({ id }) => id)).toEqual([sample.destinationId(2), sample.destinationId(1)]);
    expect(destinations.byFolder('/backups/a')).toEqual(sample.folder(1, '/backups/a'));
    expect(destinations.byFolder('/backups')).toBeUndefined();
    expect(destinations.byId(sample.destinationId(2))?.name).toBe('folder 2');
    expect(() => destinations.add(sample.folder(3, '/backups/a'))).toThrow(
      expect.objectContaining({ code: 'destination.exists' }),
    );
  });
});

describe('backups', () => {
  test('a card says what the manifest says, and the manifest comes back as it was', () => {
    const { backups, sources } = sample.newCatalog();
    const of = sample.source(1);
    sources.add(of);
    const manifest = { ...sample.manifest(1, of, at), complete: false, missing: ['table "log"'] };
    backups.put({ manifest, manifestSha256: sample.sha256(7), stored: waiting });
    const card = backups.card(sample.backupId(1));
    expect(card).toEqual({
      backupId: sample.backupId(1),
      source: 'shop-1',
      sourceId: of.id,
      kind: 'sqlite',
      takenAt: at,
      sizeBytes: 1_001 + 5,
      complete: false,
      verdict: 'unproven',
      provenAt: null,
      stored: waiting,
    });
    expect(z.parse(BackupCard, card)).toEqual(card);
    expect(backups.manifest(sample.backupId(1))).toEqual(manifest);
    expect(backups.manifestSha256(sample.backupId(1))).toBe(sample.sha256(7));
    backups.setStored(sample.backupId(1), stored);
    expect(backups.card(sample.backupId(1))?.stored).toEqual(stored);
    expect(() => backups.setStored(sample.backupId(2), stored)).toThrow(
      expect.objectContaining({ code: 'backup.unknown' }),
    );
  });

  test('a clock that was set back does not make an older backup the latest', () => {
    const { backups } = sample.newCatalog();
    const of = sample.source(1);
    const put = (n: number, takenAt: number) =>
      backups.put({ manifest: sample.manifest(n, of, takenAt), manifestSha256: sample.sha256(n), stored });
    put(1, at);
    put(2, at + 1_000);
    put(3, at - 86_400_000);
    put(4, at);
    expect(backups.cards().map(({ backupId }) => backupId)).toEqual([2, 4, 1, 3].map(sample.backupId));
    expect(backups.latest(of.id)?.backupId).toBe(sample.backupId(4));
    // Read again, it stays where it was.
    put(2, at + 1_000);
    expect(backups.latest(of.id)?.backupId).toBe(sample.backupId(4));
    expect(backups.cards({ limit: 2 }).map(({ backupId }) => backupId)).toEqual([2, 4].map(sample.backupId));
    expect(backups.latest(sample.sourceId(2))).toBeUndefined();
  });

  test('a list of one source holds no other, and a renamed source gives its backups the new name', () => {
    const { backups, sources } = sample.newCatalog();
    for (const n of [1, 2, 3]) {
      const of = sample.source(n % 2);
      backups.put({ manifest: sample.manifest(n, of, at + n), manifestSha256: sample.sha256(n), stored });
    }
    expect(backups.cards({ sourceId: sample.sourceId(1) }).map(({ backupId }) => backupId)).toEqual(
      [3, 1].map(sample.backupId),
    );
    sources.add(sample.source(1));
    sources.replace(sample.source(1, 'store'));
    expect(backups.cards().map(({ source }) => source)).toEqual(['store', 'shop-0', 'store']);
  });

  test('what is forgotten is gone with its manifest and its proofs', () => {
    const { backups, proofs } = sample.newCatalog();
    const of = sample.source(1);
    const found = { manifest: sample.manifest(1, of, at), manifestSha256: sample.sha256(1), stored };
    backups.put(found);
    proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven'));
    backups.forget(sample.backupId(1));
    backups.forget(sample.backupId(1));
    expect(backups.card(sample.backupId(1))).toBeUndefined();
    expect(backups.manifest(sample.backupId(1))).toBeUndefined();
    expect(backups.manifestSha256(sample.backupId(1))).toBeUndefined();
    expect(proofs.ofBackup(sample.backupId(1))).toEqual([]);
    backups.put(found);
    expect(backups.card(sample.backupId(1))?.verdict).toBe('unproven');
  });
});

describe('BS-7 proofs', () => {
  const setUp = () => {
    const catalog = sample.newCatalog();
    const found = { manifest: sample.manifest(1, sample.source(1), at), manifestSha256: sample.sha256(1), stored };
    catalog.backups.put(found);
    const verdict = () => {
      const card = catalog.backups.card(sample.backupId(1));
      return [card?.verdict, card?.provenAt, card?.provenBy];
    };
    return { ...catalog, found, verdict };
  };

  test('the card shows what the proofs come to; reports come newest first', () => {
    const { proofs, verdict } = setUp();
    const proven = sample.proof(1, sample.backupId(1), 'restore', 'proven', at + 5_000);
    const read = sample.proof(2, sample.backupId(1), 'read', 'partly', at + 9_000);
    proofs.put(proven);
    proofs.put(read);
    expect(verdict()).toEqual(['proven', at + 5_000, 'restore']);
    expect(proofs.ofBackup(sample.backupId(1))).toEqual([read, proven]);
    // The clock was set back; the report came later all the same.
    proofs.put(sample.proof(3, sample.backupId(1), 'restore', 'failed', at - 1_000));
    expect(verdict()).toEqual(['failed', at - 1_000, 'restore']);
    proofs.put(sample.proof(3, sample.backupId(1), 'restore', 'failed', at - 1_000));
    expect(proofs.ofBackup(sample.backupId(1))).toHaveLength(3);
  });

  test('of a reading alone the card says so, in the list too, and counts it neither proven nor failed', () => {
    const { backups, history, proofs, verdict } = setUp();
    proofs.put(sample.proof(1, sample.backupId(1), 'read', 'partly', at + 5_000));
    expect(verdict()).toEqual(['partly', at + 5_000, 'read']);
    expect(backups.cards({ verdict: 'partly' })).toMatchObject([{ provenBy: 'read' }]);
    expect(history.tally()).toEqual({ proven: 0, partly: 1, failed: 0, unproven: 0 });
    proofs.put(sample.proof(2, sample.backupId(1), 'restore', 'partly', at + 6_000));
    expect(verdict()).toEqual(['partly', at + 6_000, 'restore']);
  });

  test('a proof of an unknown backup is refused', () => {
    const { proofs } = setUp();
    expect(() => proofs.put(sample.proof(1, sample.backupId(9), 'read', 'partly'))).toThrow(
      expect.objectContaining({ code: 'backup.unknown' }),
    );
  });

  test('proofs wait for the backups that they proved while the list is made again', () => {
    const { backups, proofs, found, verdict } = setUp();
    proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven', at + 5_000));
    backups.clear();
    expect(backups.cards()).toEqual([]);
    backups.put(found);
    expect(verdict()).toEqual(['proven', at + 5_000, 'restore']);
  });

  test('SV-15 a proof does not pass over to another manifest under the same id', () => {
    const { backups, proofs, found, verdict } = setUp();
    proofs.put(sample.proof(1, sample.backupId(1), 'restore', 'proven', at + 5_000));
    backups.clear();
    backups.put({ ...found, manifestSha256: sample.sha256(2) });
    expect(verdict()).toEqual(['unproven', null, undefined]);
    backups.put(found);
    expect(verdict()).toEqual(['proven', at + 5_000, 'restore']);
  });
});

describe('jobs', () => {
  test('are listed newest first, by state too; the unfinished ones in the order of the queue', () => {
    const { jobs } = sample.newCatalog();
    for (const n of [1, 2, 3, 4]) jobs.insert(sample.job(n), `{"n":${n}}`);
    jobs.update(sample.job(1, { state: 'running', startedAt: at }));
    jobs.update(sample.job(2, { state: 'succeeded', startedAt: at, endedAt: at + 10 }));
    jobs.update(sample.job(4, { state: 'cancelling', startedAt: at }));
    const ids = (list: { id: string }[]) => list.map(({ id }) => id);
    expect(ids(jobs.list({ limit: 3 }))).toEqual([4, 3, 2].map(sample.jobId));
    expect(ids(jobs.list({ state: 'succeeded', limit: 10 }))).toEqual([sample.jobId(2)]);
    expect(ids(jobs.unfinished())).toEqual([1, 3, 4].map(sample.jobId));
    expect(jobs.byId(sample.jobId(1))).toEqual(sample.job(1, { state: 'running', startedAt: at }));
    expect(jobs.byId(sample.jobId(9))).toBeUndefined();
    expect(jobs.order(sample.jobId(3))).toBe('{"n":3}');
    expect(() => jobs.update(sample.job(9))).toThrow(expect.objectContaining({ code: 'job.unknown' }));
  });

  test('keep their result and what they started', () => {
    const { jobs } = sample.newCatalog();
    jobs.insert(sample.job(1), '{}');
    jobs.insert(sample.job(2), '{}');
    expect(jobs.result(sample.jobId(1))).toBeUndefined();
    jobs.putResult(sample.jobId(1), '{"rows":3}');
    expect(jobs.result(sample.jobId(1))).toBe('{"rows":3}');
    expect(jobs.process(sample.jobId(1))).toBeUndefined();
    const facts = {
      pid: 42,
      startTime: '8812',
      children: [{ pid: 43, startTime: '8813', program: '/usr/bin/pg_dump' }],
    };
    jobs.putProcess(sample.jobId(1), facts);
    // A job can end while something it started still runs: it has to be found all the same.
    jobs.update(sample.job(1, { state: 'failed' }));
    expect(jobs.process(sample.jobId(1))).toEqual(facts);
    expect(jobs.processes()).toEqual([{ jobId: sample.jobId(1), process: facts }]);
    jobs.putProcess(sample.jobId(1), null);
    expect(jobs.processes()).toEqual([]);
    expect(() => jobs.putResult(sample.jobId(9), '{}')).toThrow(expect.objectContaining({ code: 'job.unknown' }));
  });
});

describe('BS-14 plans', () => {
  test('a plan is kept as it was shown and never changes', () => {
    const { plans } = sample.newCatalog();
    plans.put(sample.plan(1), '{"secretsOf":null}');
    expect(plans.byId(sample.planId(1))).toEqual({ plan: sample.plan(1), extras: '{"secretsOf":null}' });
    expect(plans.byId(sample.planId(2))).toBeUndefined();
    expect(() => plans.put({ ...sample.plan(1), database: 'other' }, '{}')).toThrow(/UNIQUE/);
    expect(plans.byId(sample.planId(1))?.plan.database).toBe('shop');
  });
});
