import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../../src/shared/contract/job-result.ts';
import type { JobId } from '../../../src/shared/id.ts';
import type { Job } from '../../../src/shared/job.ts';
import { isNotified, isTold, resultOf } from '../../../src/main/shell/result.ts';

const job = (changes: Partial<Job>): Job =>
  ({
    id: 'job-20261119-140000-abcdefgh',
    kind: 'backup',
    state: 'succeeded',
    queuedAt: 0,
    startedAt: 1_000,
    endedAt: 42_000,
    failure: null,
    ...changes,
  }) as Job;
const ended = (changes: Partial<Job>, came: Partial<JobResult> = {}): JobResult => ({
  job: job(changes),
  backup: null,
  verify: null,
  rehearse: null,
  restore: null,
  diff: null,
  probe: null,
  ...came,
});

describe('what a job came to, in a line', () => {
  const backup = (complete: boolean) => ({ card: { complete, sizeBytes: 1_400_000 } }) as JobResult['backup'];
  const verify = (level: string, verdict: string) => ({ level, verdict }) as JobResult['verify'];
  const restore = (verdict: string) => ({ verdict }) as JobResult['restore'];

  it.each([
    [ended({}, { backup: backup(true) }), 'good', 'Shop is backed up', '1.4 MB in 41 s. Stored, not yet proven.'],
    [
      ended({}, { backup: backup(false) }),
      'problem',
      'Shop is backed up',
      '1.4 MB in 41 s. Not everything is in it. Stored, not yet proven.',
    ],
    [ended({ kind: 'verify' }, { verify: verify('restore', 'proven') }), 'good', 'Shop is proven', undefined],
    [
      ended({ kind: 'verify' }, { verify: verify('read', 'partly') }),
      'good',
      'The backup of Shop can be read',
      undefined,
    ],
    [
      ended({ kind: 'verify' }, { verify: verify('restore', 'partly') }),
      'problem',
      'Shop is proven in part',
      undefined,
    ],
    [
      ended({ kind: 'verify' }, { verify: verify('read', 'failed') }),
      'problem',
      'A backup of Shop is not as it should be',
      undefined,
    ],
    [ended({ kind: 'restore' }, { restore: restore('equal') }), 'good', 'Shop is restored', undefined],
    [
      ended({ kind: 'restore' }, { restore: restore('different') }),
      'problem',
      'Shop is restored, with differences',
      undefined,
    ],
    [ended({ state: 'cancelled' }), 'cancelled', 'Shop: stopped', ''],
    [
      ended({ state: 'failed', failure: { message: 'Nobody answers.', hint: 'Call them.' } as Job['failure'] }),
      'problem',
      'Shop was not backed up',
      'Nobody answers. Call them.',
    ],
  ])('%#: never better than it was', (result, grade, title, detail) => {
    expect(resultOf(result, 'Shop')).toMatchObject({ grade, title, ...(detail === undefined ? {} : { detail }) });
  });
});

describe('who is told', () => {
  const good = resultOf(
    ended({}, { backup: { card: { complete: true, sizeBytes: 1 } } as JobResult['backup'] }),
    'Shop',
  );
  const bad = resultOf(ended({ state: 'failed' }), 'Shop');
  it('follows the preference', () => {
    expect((['all', 'problems', 'nothing'] as const).map((notify) => isNotified(good, notify))).toEqual([
      true,
      false,
      false,
    ]);
    expect((['all', 'problems', 'nothing'] as const).map((notify) => isNotified(bad, notify))).toEqual([
      true,
      true,
      false,
    ]);
  });
  it('SV-16 tells of a rehearsal that waited for a thaw, unless its restore has begun', () => {
    const plan = { canRun: true } as JobResult['rehearse'];
    const after = 'job-20261119-140000-abcdefgh' as JobId;
    const waited = { kind: 'rehearse' as const, after };
    expect(isTold(waited)).toBe(true);
    expect(isTold({ kind: 'rehearse' })).toBe(false);
    expect(isNotified(resultOf(ended(waited, { rehearse: plan }), 'Shop'), 'all')).toBe(true);
    expect(isNotified(resultOf(ended(waited, { rehearse: plan, next: after }), 'Shop'), 'all')).toBe(false);
    const stopped = resultOf(ended(waited, { rehearse: { canRun: false } as JobResult['rehearse'] }), 'Shop');
    expect(isNotified(stopped, 'problems')).toBe(true);
  });
  it('never tells a person what they stopped, nor the steps of a screen', () => {
    expect(isNotified(resultOf(ended({ state: 'cancelled' }), 'Shop'), 'all')).toBe(false);
    expect(isNotified(resultOf(ended({ kind: 'probe', state: 'failed' }), 'Shop'), 'all')).toBe(false);
  });
});
