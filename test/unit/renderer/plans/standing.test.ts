import { describe, expect, it } from 'vitest';
import type { BackupPlanId, SourceId } from '../../../../src/shared/id.ts';
import type { PlanCard, PlanRun, SchedulerState } from '../../../../src/shared/plan.ts';
import type { Source } from '../../../../src/shared/source.ts';
import { suggestedForm, settingsOf } from '../../../../src/renderer/plans/form.ts';
import { planState, runsBySource, unplanned } from '../../../../src/renderer/plans/standing.ts';

const shop = 'src-shopshop' as SourceId;
const blog = 'src-blogblog' as SourceId;
const active: SchedulerState = { active: true, paused: null };

const run = (over: Partial<PlanRun>): PlanRun => ({
  sourceId: shop,
  what: 'backup',
  dueAt: 1,
  startedAt: 1,
  standsFor: 1,
  outcome: 'succeeded',
  jobId: null,
  failure: null,
  ...over,
});

const card = (over: Partial<PlanCard> = {}, paused: PlanCard['plan']['paused'] = null): PlanCard => ({
  plan: {
    id: 'bpl-abcdefgh' as BackupPlanId,
    ...settingsOf(suggestedForm('Nightly', [shop], 'UTC')),
    paused,
    createdAt: 0,
  },
  words: 'Every day at 02:00',
  next: [10],
  nextProof: null,
  waiting: null,
  runs: [],
  ...over,
});

describe('BS-3 SV-8 how a plan stands', () => {
  it('says the strongest thing', () => {
    expect(planState(card(), active).kind).toBe('due');
    expect(planState(card({ runs: [run({ outcome: 'failed' })] }), active).kind).toBe('failed');
    expect(planState(card({ runs: [run({ outcome: 'missed' })] }), active).kind).toBe('failed');
    expect(planState(card({ next: [] }), active).kind).toBe('never');
    const waiting = { reason: 'network', since: 1, detail: 'Nothing answers' } as const;
    expect(planState(card({ waiting, runs: [run({ outcome: 'failed' })] }), active).kind).toBe('waiting');
    expect(planState(card({ waiting, runs: [run({ outcome: 'running' })] }), active).kind).toBe('running');
    expect(planState(card(), { active: true, paused: { since: 1, until: 5 } })).toEqual({
      kind: 'all-paused',
      until: 5,
    });
    expect(planState(card(), { active: false, paused: null }).kind).toBe('off');
    expect(planState(card({}, { since: 1, until: null }), active)).toEqual({ kind: 'paused', until: null });
  });

  it('shows the newest backup and proof of each source', () => {
    const runs = [
      run({ dueAt: 1 }),
      run({ dueAt: 5, outcome: 'failed' }),
      run({ what: 'proof', dueAt: 2 }),
      run({ sourceId: blog, dueAt: 9 }),
    ];
    expect(runsBySource(card({ runs }), [])).toMatchObject([
      { sourceId: shop, source: null, backup: { dueAt: 5, outcome: 'failed' }, proof: { dueAt: 2 } },
    ]);
  });

  it('finds the sources that nobody planned for, the sample left aside', () => {
    const source = (id: SourceId, sample?: boolean): Source =>
      ({ id, name: id, ...(sample === undefined ? {} : { sample }) }) as unknown as Source;
    const all = [source(shop), source(blog), source('src-sample00' as SourceId, true)];
    expect(unplanned(all, [card()]).map((one) => one.id)).toEqual([blog]);
  });
});
