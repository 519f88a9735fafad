import { describe, expect, test } from 'vitest';
import { emptyHistory, historyPage, takeHistory } from '../../../../src/renderer/activity/history.ts';
import { logText, partOf, phasesOf, shownLines } from '../../../../src/renderer/ui/log-lines.ts';
import { everything, jobItems, matchesFilter, tookMs, waitOf } from '../../../../src/renderer/activity/rows.ts';
import { activity as words } from '../../../../src/renderer/words/activity.ts';
import { failures } from '../../../../src/shared/failure.ts';
import type { JobId, SourceId } from '../../../../src/shared/id.ts';
import type { Job, LogLine } from '../../../../src/shared/job.ts';

const noon = Date.parse('2026-11-19T12:00:00Z');
const shop = 'src-aaaaaaaa' as SourceId;
const till = 'src-bbbbbbbb' as SourceId;
let serial = 0;

function job(change: Partial<Job> = {}): Job {
  serial += 1;
  return {
    id: `job-20261119-120000-${String(serial).padStart(8, '0')}` as JobId,
    kind: 'backup',
    state: 'succeeded',
    sourceId: shop,
    backupId: null,
    queuedAt: noon,
    startedAt: noon,
    endedAt: noon + 1_000,
    progress: null,
    failure: null,
    ...change,
  };
}
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('JO-1 the list of jobs', () => {
  test('what runs comes before what waits, each in its turn, and then the days, newest first', () => {
    const waits = job({ state: 'queued', queuedAt: noon - 5, startedAt: null, endedAt: null });
    const runs = job({ state: 'running', queuedAt: noon - 4, endedAt: null });
    const stops = job({ state: 'cancelling', queuedAt: noon - 3, endedAt: null });
    const today = job({ queuedAt: noon - 3_600_000 });
    const older = job({ queuedAt: noon - 86_400_000 });
    const items = jobItems([older, waits, stops, today, runs], noon, 'UTC', 'Now');
    expect(items.map((item) => (item.kind === 'heading' ? item.text : item.job.id))).toEqual([
      'Now',
      runs.id,
      stops.id,
      waits.id,
      'Today',
      today.id,
      'Yesterday',
      older.id,
    ]);
  });

  test('a waiting job says for what: a job of its own source, or its turn', () => {
    const runs = job({ state: 'running' });
    const waits = job({ state: 'queued', startedAt: null });
    const other = job({ state: 'queued', sourceId: till, startedAt: null });
    const nameOf = () => 'shop';
    expect(words.wait(waitOf(waits, [runs, waits]) as never, nameOf)).toContain('Waits for the backup of shop');
    expect(plain(words.wait(waitOf(other, [runs, other]) as never, nameOf))).toContain('1 other job runs');
    expect(waitOf(runs, [runs])).toBeNull();
    // A test of settings that are not saved belongs to no source, so it waits for none.
    const unsaved = job({ state: 'queued', sourceId: null, startedAt: null });
    expect(waitOf(unsaved, [job({ state: 'running', sourceId: null }), unsaved])?.kind).toBe('turn');
  });

  test('a stopped job is stopped, not failed; a failed one says why where there is room', () => {
    const failure = { code: 'source.auth-failed' as const, message: 'm', ...failures['source.auth-failed'], ref: 'r' };
    expect(words.what(job({ state: 'cancelled' }))).toBe('backup, stopped');
    expect(words.what(job({ state: 'failed', failure }))).toBe('backup: password refused');
    const progress = { phase: 'Dumping', bytes: 61, totalBytes: 100, rows: 0, rate: 1, leftMs: 1_000, table: null };
    expect(plain(words.what(job({ state: 'running', progress })))).toBe('backup, 61 %');
    expect(words.what(job({ state: 'running', progress: { ...progress, totalBytes: null } }))).toBe('backup, dumping');
  });

  test('filters are by kind, source and outcome', () => {
    const filter = { ...everything, kinds: 'restores' as const };
    expect(matchesFilter(job({ kind: 'rehearse' }), filter)).toBe(true);
    expect(matchesFilter(job({ kind: 'backup' }), filter)).toBe(false);
    expect(matchesFilter(job(), { ...everything, sourceId: till })).toBe(false);
    expect(matchesFilter(job({ state: 'cancelled' }), { ...everything, onlyFailed: true })).toBe(false);
  });

  test('time: none while it waits, and counted to now while it runs', () => {
    expect(tookMs(job({ startedAt: null, endedAt: null }), noon)).toBeNull();
    expect(tookMs(job({ state: 'running', endedAt: null }), noon + 5_000)).toBe(5_000);
    expect(tookMs(job(), noon + 99_000)).toBe(1_000);
  });
});

describe('JO-1 the history of jobs', () => {
  test('is asked for in pages; a job that is announced takes its place or changes', () => {
    const filter = { ...everything };
    const newest = Array.from({ length: historyPage }, (_, index) => job({ queuedAt: noon - index }));
    let state = takeHistory(emptyHistory(filter), { kind: 'page', filter, before: undefined, jobs: newest });
    expect(state.complete).toBe(false);
    const fresh = job({ queuedAt: noon + 9, state: 'running' });
    state = takeHistory(state, { kind: 'job', job: fresh });
    state = takeHistory(state, { kind: 'job', job: { ...fresh, state: 'succeeded' } });
    expect(state.jobs[0]).toMatchObject({ id: fresh.id, state: 'succeeded' });
    expect(state.jobs).toHaveLength(historyPage + 1);
    // Older than what is loaded: it comes with its page.
    expect(takeHistory(state, { kind: 'job', job: job({ queuedAt: 1 }) }).jobs).toHaveLength(historyPage + 1);
    state = takeHistory(takeHistory(state, { kind: 'more' }), {
      kind: 'page',
      filter,
      before: newest.at(-1)?.id,
      jobs: [job({ queuedAt: 1 })],
    });
    expect(state).toMatchObject({ complete: true, loading: 'nothing' });
  });

  test('what is told while a page is on its way is not lost with it: the page may be of before', () => {
    const filter = { ...everything };
    const [made, ended] = [job({ queuedAt: noon + 1 }), job({ queuedAt: noon, state: 'succeeded' })];
    let state = emptyHistory(filter);
    for (const each of [made, ended]) state = takeHistory(state, { kind: 'job', job: each });
    const page = [{ ...ended, state: 'running' as const }];
    state = takeHistory(state, { kind: 'page', filter, before: undefined, jobs: page });
    expect(state.jobs).toEqual([made, ended]);
    expect(state.told).toEqual([]);
  });

  test('an answer to an earlier filter is left out', () => {
    const state = emptyHistory({ ...everything, onlyFailed: true });
    expect(takeHistory(state, { kind: 'page', filter: everything, before: undefined, jobs: [job()] })).toBe(state);
  });
});

describe('JO-1 the log of a job', () => {
  const line = (level: LogLine['level'], message: string, facts: Record<string, unknown> = {}, at = noon): LogLine => ({
    at,
    level,
    message,
    facts,
  });
  const lines = [
    line('info', 'started', { kind: 'backup' }),
    line('debug', 'phase', { name: 'Dumping shop' }, noon + 100),
    line('debug', 'child started', { pid: 1 }),
    line('warn', 'a place did not take the backup', {
      destination: 'dst',
      reason: { name: 'Fail', message: 'disk full', stack: 's' },
    }),
    line('debug', 'phase', { name: 'Storing' }, noon + 1_100),
    line('error', 'it broke', { code: 'home.full', thrown: { message: 'it broke' } }),
    line('info', 'ended', { how: 'failed', failure: { message: 'it broke' } }),
  ];

  test('shows phases and what was said, not the bookkeeping; a thrown error is its message', () => {
    expect(shownLines(lines).map(({ text, tone }) => [tone, text])).toEqual([
      ['plain', 'started'],
      ['phase', 'Dumping shop'],
      ['warn', 'a place did not take the backup (destination dst, reason disk full)'],
      ['phase', 'Storing'],
      ['error', 'it broke (code home.full)'],
      ['plain', 'ended: failed'],
    ]);
    expect(logText(lines)).toContain('"stack":"s"');
  });

  test('tells the phases with their time, the last one while it goes on', () => {
    expect(phasesOf(lines, null)).toEqual([
      { name: 'Dumping shop', startedAt: noon + 100, durationMs: 1_000 },
      { name: 'Storing', startedAt: noon + 1_100, durationMs: null },
    ]);
    expect(phasesOf(lines, noon + 1_600)[1]?.durationMs).toBe(500);
  });

  test('a part is told only where the whole is known', () => {
    const progress = { phase: '', bytes: 5, totalBytes: 10, rows: 0, rate: 0, leftMs: null, table: null };
    expect(partOf(progress)).toBe(0.5);
    expect(partOf({ ...progress, totalBytes: null })).toBeNull();
    expect(partOf({ ...progress, totalBytes: 0 })).toBeNull();
    expect(partOf(null)).toBeNull();
  });
});
