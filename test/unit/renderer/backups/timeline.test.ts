import { describe, expect, test } from 'vitest';
import {
  attemptsAmong,
  emptyTimeline,
  neighbour,
  pageSize,
  takeTimeline,
  timelineItems,
  type Query,
  type Timeline,
} from '../../../../src/renderer/backups/timeline.ts';
import { backups as words } from '../../../../src/renderer/words/backups.ts';
import type { BackupCard } from '../../../../src/shared/artifact.ts';
import type { BackupId, JobId, SourceId } from '../../../../src/shared/id.ts';
import type { Job } from '../../../../src/shared/job.ts';
import { job } from '../things.ts';

const at = (text: string): number => Date.parse(text);
const all: Query = { source: null, verdict: 'all' };

function card(moment: string, change: Partial<BackupCard> = {}): BackupCard {
  const stamp = moment.replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return {
    backupId: `bk-${stamp}-abcdefgh` as BackupId,
    source: 'shop',
    sourceId: 'src-abcdefgh' as SourceId,
    kind: 'sqlite',
    takenAt: at(moment),
    sizeBytes: 1,
    complete: true,
    verdict: 'proven',
    provenAt: null,
    stored: [],
    ...change,
  };
}
const page = (state: Timeline, cards: BackupCard[], before?: BackupId): Timeline =>
  takeTimeline(state, { kind: 'page', query: state.query, before, cards });

describe('BS-15 the list of backups', () => {
  test('pages are put one after the other, and the last one is known by its size', () => {
    const many = Array.from({ length: pageSize }, (_, index) =>
      card(new Date(at('2026-11-19T14:00:00Z') - index * 3_600_000).toISOString()),
    );
    const first = page(emptyTimeline(all), many);
    expect(first).toMatchObject({ complete: false, loading: 'nothing' });
    const asked = takeTimeline(first, { kind: 'more' });
    expect(asked.loading).toBe('next');
    expect(takeTimeline(asked, { kind: 'more' })).toBe(asked);
    const second = page(asked, [card('2020-01-01T00:00:00Z')], many.at(-1)?.backupId);
    expect(second).toMatchObject({ complete: true });
    expect(second.cards).toHaveLength(pageSize + 1);
  });

  test('an answer to an older question is left out', () => {
    const state = emptyTimeline({ source: 'shop', verdict: 'failed' });
    expect(
      takeTimeline(state, { kind: 'page', query: all, before: undefined, cards: [card('2026-11-19T14:00:00Z')] }),
    ).toBe(state);
  });

  test('a backup that is made takes its place; one that is proven changes; one that no longer matches goes', () => {
    const older = card('2026-11-19T08:00:00Z', { verdict: 'unproven' });
    const query: Query = { source: 'shop', verdict: 'all' };
    let state = page(emptyTimeline(query), [older]);
    state = takeTimeline(state, { kind: 'card', card: card('2026-11-19T14:00:00Z') });
    state = takeTimeline(state, { kind: 'card', card: card('2026-11-19T15:00:00Z', { source: 'other' }) });
    state = takeTimeline(state, { kind: 'card', card: { ...older, verdict: 'proven' } });
    expect(state.cards.map((one) => [one.source, one.verdict])).toEqual([
      ['shop', 'proven'],
      ['shop', 'proven'],
    ]);
    const failed = page(emptyTimeline({ source: null, verdict: 'failed' }), [
      card('2026-11-19T08:00:00Z', { verdict: 'failed' }),
    ]);
    expect(takeTimeline(failed, { kind: 'card', card: card('2026-11-19T08:00:00Z') }).cards).toEqual([]);
  });

  test('what is told while a page is on its way is not lost with it: the page may be of before', () => {
    const [early, made, gone] = ['08', '14', '07'].map((hour) => card(`2026-11-19T${hour}:00:00Z`)) as [
      BackupCard,
      BackupCard,
      BackupCard,
    ];
    let state = emptyTimeline({ source: 'shop', verdict: 'all' });
    state = takeTimeline(state, { kind: 'card', card: made });
    state = takeTimeline(state, { kind: 'card', card: { ...early, verdict: 'failed' } });
    state = takeTimeline(state, { kind: 'removed', backupId: gone.backupId });
    state = page(state, [early, gone]);
    expect(state.cards.map((one) => [one.takenAt, one.verdict])).toEqual([
      [made.takenAt, 'proven'],
      [early.takenAt, 'failed'],
    ]);
    expect(state).toMatchObject({ loading: 'nothing', told: [] });
    expect(takeTimeline(state, { kind: 'removed', backupId: made.backupId }).cards).toHaveLength(1);
  });

  test('a day of the zone has one heading, also on the nights when the clocks change', () => {
    const headings = (moments: string[], zone: string) =>
      timelineItems(
        moments.map((moment) => card(moment)),
        zone,
      ).map((item) => (item.kind === 'day' ? item.key : '-'));
    expect(headings(['2026-11-19T23:30:00Z', '2026-11-19T22:30:00Z', '2026-11-18T23:00:00Z'], 'Europe/Berlin')).toEqual(
      ['2026-11-20', '-', '2026-11-19', '-', '-'],
    );
    // 25 October 2026 has 25 hours in Berlin: it begins at 22:00 UTC the day before.
    const long = ['2026-10-25T22:59:00Z', '2026-10-25T00:30:00Z', '2026-10-24T22:00:00Z', '2026-10-24T21:59:00Z'];
    expect(headings(long, 'Europe/Berlin')).toEqual(['2026-10-25', '-', '-', '-', '2026-10-24', '-']);
    const short = ['2026-03-29T21:59:00Z', '2026-03-28T23:00:00Z', '2026-03-28T22:59:00Z'];
    expect(headings(short, 'Europe/Berlin')).toEqual(['2026-03-29', '-', '-', '2026-03-28', '-']);
  });

  test('what failed stands in its day among the backups, and the same again and again is one line', () => {
    const tried = (moment: string, change: Partial<Job> = {}): Job => ({
      ...job('shop', 'failed', 0),
      id: `job-${moment}` as JobId,
      startedAt: at(moment),
      failure: { code: 'source.unreachable', message: 'Nobody answers.', hint: '', retryable: true, ref: '' },
      ...change,
    });
    const cards = [card('2026-11-19T14:00:00Z'), card('2026-11-18T08:00:00Z')];
    const jobs = [
      tried('2026-11-17T08:00:00Z'),
      tried('2026-11-18T20:00:00Z'),
      tried('2026-11-19T02:00:00Z'),
      tried('2026-11-19T03:00:00Z'),
      tried('2026-11-19T15:00:00Z'),
      tried('2026-11-19T13:00:00Z', { backupId: cards[0]?.backupId ?? null }),
    ];
    const shown = (state: Timeline) =>
      timelineItems(state.cards, 'UTC', attemptsAmong(state, jobs)).map((item) =>
        item.kind === 'attempt' ? `${item.key} ${item.attempt.times}` : item.key,
      );
    const whole = page(emptyTimeline(all), cards);
    expect(shown(whole)).toEqual([
      '2026-11-19',
      'job-2026-11-19T15:00:00Z 1',
      cards[0]?.backupId,
      'job-2026-11-19T03:00:00Z 2',
      '2026-11-18',
      'job-2026-11-18T20:00:00Z 1',
      cards[1]?.backupId,
      '2026-11-17',
      'job-2026-11-17T08:00:00Z 1',
    ]);
    // What is older than the loaded pages comes with its page; among proven backups there is none.
    expect(shown({ ...whole, complete: false })).not.toContain('2026-11-17');
    expect(shown({ ...whole, query: { source: null, verdict: 'proven' } })).toHaveLength(4);
  });

  test('100 000 backups get their headings in well under a second', () => {
    const cards = Array.from({ length: 100_000 }, (_, index) => ({
      ...card('2026-11-19T14:00:00Z'),
      takenAt: at('2026-11-19T14:00:00Z') - index * 3_600_000,
    }));
    const started = performance.now();
    expect(timelineItems(cards, 'Europe/Berlin').length).toBeGreaterThan(104_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('up and down stop at the ends', () => {
    const cards = [card('2026-11-19T14:00:00Z'), card('2026-11-19T08:00:00Z')];
    expect(neighbour(cards, cards[0]?.backupId ?? null, -1)).toBe(cards[0]);
    expect(neighbour(cards, cards[0]?.backupId ?? null, 1)).toBe(cards[1]);
    expect(neighbour(cards, null, 1)).toBe(cards[0]);
    expect(neighbour([], null, 1)).toBeUndefined();
  });
});

describe('BS-7 what stands under a backup', () => {
  const under = (change: Partial<BackupCard>) =>
    words.under(card('2026-11-19T01:00:00Z', { provenAt: at('2026-11-19T02:04:00Z'), ...change }), false);

  test('of a reading, that it is no restore, in few enough words for the line', () => {
    expect(under({ verdict: 'partly', provenBy: 'read' })).toBe('Read back only');
    expect(under({ verdict: 'partly', provenBy: 'restore' })).toBe('Partly proven');
    expect(under({ verdict: 'proven', provenBy: 'restore' })).toBe('');
  });
});
