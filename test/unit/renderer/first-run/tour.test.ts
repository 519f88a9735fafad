import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../../../src/shared/contract/job-result.ts';
import { diffTables } from '../../../../src/shared/diff.ts';
import type { Job } from '../../../../src/shared/job.ts';
import type { Source } from '../../../../src/shared/source.ts';
import { equalTables, lostRows, totalMs, tourOf } from '../../../../src/renderer/first-run/tour.ts';

const source = { id: 'src-abcdefgh', name: 'sample', sample: true } as unknown as Source;
const empty = { backup: null, verify: null, rehearse: null, restore: null, diff: null, probe: null };

let clock = 0;
function result(kind: Job['kind'], over: Partial<JobResult> = {}, state: Job['state'] = 'succeeded'): JobResult {
  clock += 1_000;
  const job = {
    id: `job-20261119-14150${clock}-abcdefgh`,
    kind,
    state,
    sourceId: source.id,
    backupId: null,
    queuedAt: clock,
    startedAt: clock + 10,
    endedAt: state === 'succeeded' ? clock + 310 : null,
    progress: null,
    failure: null,
  } as unknown as Job;
  return { job, ...empty, ...over };
}

const tables = [
  { name: 'order', rows: 1_800, digest: 'a' },
  { name: 'book', rows: 120, digest: 'b' },
];
const backup = (): JobResult =>
  result('backup', {
    backup: {
      card: { backupId: 'bk-20261119-140000-abcdefgh', sizeBytes: 90_000 },
      manifest: { inventory: { form: 'plain', content: { databases: [{ tables }] } } },
    } as unknown as NonNullable<JobResult['backup']>,
  });
const proof = (): JobResult =>
  result('verify', {
    verify: {
      verdict: 'proven',
      tables: [{ name: 'order', expectedRows: 1_800, rows: 1_800, digestEqual: true }],
    } as unknown as NonNullable<JobResult['verify']>,
  });
const diff = (orders: number): JobResult =>
  result('diff', {
    diff: {
      tables: diffTables(tables, [{ name: 'order', rows: orders, digest: 'c' }, tables[1] as never], true),
    } as unknown as NonNullable<JobResult['diff']>,
  });
const restored = (undo: boolean): JobResult =>
  result('restore', {
    restore: {
      verdict: 'equal',
      tables: [],
      ...(undo ? { undo: { restoreId: 'rst-20261119-140000-abcdefgh', keptAs: 'k', until: 1 } } : {}),
    } as unknown as NonNullable<JobResult['restore']>,
  });

const kinds = (results: JobResult[]) => {
  const { steps } = tourOf(source, results);
  return [steps.backUp, steps.prove, steps.break, steps.restore, steps.undo].map((step) => step.kind);
};

describe('the first run resumes from what has happened, and from nothing else', () => {
  it('begins with one button', () => {
    expect(tourOf(null, []).steps.backUp.kind).toBe('ready');
    expect(kinds([])).toEqual(['ready', 'waits', 'waits', 'waits', 'waits']);
  });

  it('goes step by step to its end', () => {
    const all = [backup(), proof(), diff(1_400), result('rehearse'), restored(true), result('undo')];
    const seen = all.map((_, index) => kinds(all.slice(0, index + 1)));
    expect(seen).toEqual([
      ['done', 'ready', 'waits', 'waits', 'waits'],
      ['done', 'done', 'ready', 'waits', 'waits'],
      ['done', 'done', 'done', 'ready', 'waits'],
      ['done', 'done', 'done', 'ready', 'waits'],
      ['done', 'done', 'done', 'done', 'ready'],
      ['done', 'done', 'done', 'done', 'done'],
    ]);
    const tour = tourOf(source, all);
    expect(tour.finished).toBe(true);
    expect(tour.backup).toMatchObject({ tables: 2, rows: 1_920 });
    expect(totalMs(tour)).toBe(6 * 300);
    expect(tour.damage === null ? 0 : lostRows(tour.damage)).toBe(400);
    expect(equalTables(tour.proof?.tables ?? [])).toBe(1);
  });

  it('a restore beside ends the round without an undo', () => {
    expect(tourOf(source, [backup(), proof(), diff(1_400), result('rehearse'), restored(false)]).finished).toBe(true);
  });

  it('shows what runs and what failed, and offers again what was stopped', () => {
    expect(kinds([backup(), result('verify', {}, 'running')])[1]).toBe('running');
    expect(kinds([backup(), result('verify', {}, 'failed')])[1]).toBe('failed');
    expect(kinds([backup(), result('verify', {}, 'cancelled')])[1]).toBe('ready');
    expect(kinds([result('backup', {}, 'failed')])[0]).toBe('failed');
  });

  it('a comparison that found nothing is no damage', () => {
    const same = result('diff', {
      diff: { tables: diffTables(tables, tables, true) } as unknown as NonNullable<JobResult['diff']>,
    });
    expect(kinds([backup(), proof(), same])).toEqual(['done', 'done', 'ready', 'waits', 'waits']);
  });
});
