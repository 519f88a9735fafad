import { describe, expect, it } from 'vitest';
import { change, isEnded, startable, type JobChange } from '../../../src/main/job/state.ts';
import { Fail, toFailure } from '../../../src/shared/failure.ts';
import type { JobId, SourceId } from '../../../src/shared/id.ts';
import { JobState, type Job } from '../../../src/shared/job.ts';

const failure = toFailure(new Fail('job.crashed', 'It ended.'), 'ref');

function job(state: JobState, number = 1, source: string | null = 'src-aaaaaaaaaaaa'): Job {
  return {
    id: `job-20261120-120000-${String(number).padStart(8, '0')}` as JobId,
    kind: 'backup',
    state,
    sourceId: source as SourceId | null,
    backupId: null,
    queuedAt: 1_000,
    startedAt: null,
    endedAt: null,
    progress: null,
    failure: null,
  };
}

const steps: Record<string, JobChange> = {
  running: { to: 'running', at: 2_000 },
  cancelling: { to: 'cancelling' },
  cancelled: { to: 'cancelled', at: 3_000 },
  succeeded: { to: 'succeeded', at: 3_000 },
  failed: { to: 'failed', at: 3_000, failure },
};

describe('the states of a job', () => {
  const allowed: Record<JobState, string[]> = {
    queued: ['running', 'cancelled', 'failed'],
    running: ['cancelling', 'succeeded', 'failed'],
    cancelling: ['cancelled', 'succeeded', 'failed'],
    cancelled: [],
    succeeded: [],
    failed: [],
  };

  it.each(JobState.options)('a job that is %s goes where it may and nowhere else', (state) => {
    const goes = Object.values(steps).filter((step) => {
      try {
        return change(job(state), step).state === step.to;
      } catch (thrown) {
        if (thrown instanceof Error && thrown.message.includes(`from ${state} to ${step.to}`)) return false;
        throw thrown;
      }
    });
    expect(goes.map(({ to }) => to)).toEqual(allowed[state]);
    expect(isEnded(state)).toBe(allowed[state].length === 0);
  });

  it('keeps when it began and when it ended, and why it failed', () => {
    const running = change(job('queued'), { to: 'running', at: 2_000 });
    const failed = change(running, { to: 'failed', at: 5_000, failure });
    expect(failed).toEqual({ ...job('queued'), state: 'failed', startedAt: 2_000, endedAt: 5_000, failure });
    expect(running.state).toBe('running');
  });
});

describe('whose turn it is', () => {
  const [shop, blog] = ['src-aaaaaaaaaaaa', 'src-bbbbbbbbbbbb'];
  const ids = (jobs: Job[]): string[] => jobs.map(({ id }) => id.slice(-1));

  it('runs one job of a source at a time, the oldest first', () => {
    const queued = [job('queued', 1, shop), job('queued', 2, shop), job('queued', 3, blog)];
    expect(ids(startable(queued, [], 5))).toEqual(['1', '3']);
    expect(ids(startable(queued, [job('running', 9, shop)], 5))).toEqual(['3']);
    expect(ids(startable(queued, [job('cancelling', 9, shop)], 5))).toEqual(['3']);
  });

  it('runs no more at once than it may', () => {
    const queued = [job('queued', 1, shop), job('queued', 2, blog), job('queued', 3, null)];
    expect(ids(startable(queued, [], 2))).toEqual(['1', '2']);
    expect(ids(startable(queued, [job('running', 9, null)], 2))).toEqual(['1']);
    expect(startable(queued, [job('running', 8, null), job('running', 9, null)], 2)).toEqual([]);
  });

  it('lets jobs without a source run side by side', () => {
    expect(ids(startable([job('queued', 1, null), job('queued', 2, null)], [], 2))).toEqual(['1', '2']);
  });
});
