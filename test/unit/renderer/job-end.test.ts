import { describe, expect, it } from 'vitest';
import { endWords, resultWords } from '../../../src/renderer/words/job-end.ts';
import { type JobResult } from '../../../src/shared/contract/job-result.ts';
import { type VerifyReport } from '../../../src/shared/verify.ts';
import { card, job } from './things.ts';

const plain = (text: string | undefined): string => (text ?? '').replaceAll(/[\u00a0\u202f]/g, ' ');
const nothing: JobResult = {
  job: job('shop', 'succeeded', 1),
  backup: null,
  verify: null,
  rehearse: null,
  restore: null,
  diff: null,
  probe: null,
};
const report: VerifyReport = {
  proofId: 'proof-1' as VerifyReport['proofId'],
  backupId: 'bk-1' as VerifyReport['backupId'],
  level: 'restore',
  verdict: 'proven',
  startedAt: 0,
  endedAt: 98_000,
  tables: [{ name: 'orders', expectedRows: 3, rows: 3, digestEqual: true }],
  problems: [],
  checks: [],
  where: 'a copy',
};
const problem = {
  grade: 'fatal',
  code: 'rows',
  subject: 'orders',
  message: 'orders has 2 rows instead of 3.',
} as const;
const verified = (rest: Partial<VerifyReport>): JobResult => ({ ...nothing, verify: { ...report, ...rest } });

describe('The end of a job', () => {
  it('wears the filled seal only after a restore that was found equal', () => {
    expect(resultWords(verified({}), 'shop').state).toBe('proven');
    expect(plain(resultWords(verified({}), 'shop').detail)).toBe('1 table restored and equal, in 1 min 38 s.');
    expect(resultWords(verified({ verdict: 'partly', level: 'read' }), 'shop').state).toBe('stored');
    expect(resultWords(verified({ verdict: 'partly' }), 'shop').state).toBe('attention');
  });

  it('is a failure where the proof failed, although the job did its work', () => {
    const said = resultWords(verified({ verdict: 'failed', problems: [problem, problem] }), 'shop');
    expect(said.state).toBe('danger');
    expect(plain(said.detail)).toBe('orders has 2 rows instead of 3. And 1 more.');
  });

  it('says of a backup that it is there, and not that it is proven', () => {
    const manifest = { takenAt: 0, finishedAt: 600 } as never;
    const whole = resultWords({ ...nothing, backup: { card: card('shop', 1), manifest } }, 'shop');
    expect([whole.state, plain(whole.title), plain(whole.detail)]).toEqual([
      'stored',
      'shop is backed up.',
      '1.0 kB in 0.6 s, not yet proven.',
    ]);
    const part = { ...card('shop', 1), complete: false };
    expect(resultWords({ ...nothing, backup: { card: part, manifest } }, 'shop').state).toBe('attention');
  });

  it('tells stopped and failed apart', () => {
    expect(endWords(job('shop', 'cancelled', 1), 'shop')).toEqual({
      state: 'none',
      title: 'Backup of shop was stopped.',
    });
    const failure = { code: 'source.locked', message: 'Locked.', hint: '', retryable: true, ref: '' } as const;
    expect(endWords({ ...job('shop', 'failed', 1), failure }, 'shop')).toEqual({
      state: 'danger',
      title: 'Backup of shop failed.',
      detail: 'Locked.',
    });
  });
});
