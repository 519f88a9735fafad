import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/main/cli/run.ts';
import { Fail } from '../../../src/shared/failure.ts';
import { commandLine, type Given } from './command-line.ts';

const jobId = 'job-20261120-120000-abcdefgh';
const backupId = 'bk-20261120-120000-abcdefgh';
const at = Date.UTC(2026, 10, 20, 12);

const job = (state: string, kind = 'verify', failure: unknown = null) => ({
  id: jobId,
  kind,
  state,
  sourceId: null,
  backupId: null,
  queuedAt: at,
  startedAt: at,
  endedAt: state === 'running' ? null : at + 1_500,
  progress: null,
  failure,
});
const nothing = { backup: null, verify: null, rehearse: null, restore: null, diff: null, probe: null };

/** A house whose one job comes to this. */
function comesTo(call: string, result: Record<string, unknown>): NonNullable<Given['answers']> {
  return { [call]: () => ({ jobId }), 'job.show': () => result, 'job.wait': () => result, 'job.cancel': () => ({}) };
}

const verifyReport = (verdict: string, level = 'restore') => ({
  proofId: 'proof-20261120-120000-abcdefgh',
  backupId,
  level,
  verdict,
  startedAt: at,
  endedAt: at + 2_000,
  tables: [{ name: 'orders', expectedRows: 3, rows: 3, digestEqual: verdict === 'partly' ? null : true }],
  problems: [],
  checks: [],
  where: 'a copy',
});
const verified = (verdict: string) =>
  comesTo('backup.verify', { job: job('succeeded'), ...nothing, verify: verifyReport(verdict) });

describe('exit codes', () => {
  it.each([
    ['proven', [], 0],
    ['partly', [], 1],
    ['partly', ['--accept-partly'], 0],
    ['failed', ['--accept-partly'], 1],
  ] as const)('a verdict of %s with %j', async (verdict, options, code) => {
    const ended = await commandLine(['verify', 'shop@latest', ...options, '--json'], { answers: verified(verdict) });
    expect(ended.code).toBe(code);
    expect(ended.json()).toEqual({
      ...verifyReport(verdict),
      startedAt: '2026-11-20T12:00:00.000Z',
      endedAt: '2026-11-20T12:00:02.000Z',
    });
  });

  it.each([
    ['equal', 0],
    ['different', 1],
    ['failed', 1],
  ])('a restore that came out %s', async (verdict, code) => {
    const plan = {
      planId: 'plan-20261120-120000-abcdefgh',
      backupId,
      database: 'shop',
      target: { kind: 'file', file: '/x.db' },
      steps: [],
      findings: [],
      canRun: true,
      needsBytes: 1,
      expectedMs: null,
      manifestSha256: 'a',
      rehearsedAt: at,
    };
    const report = {
      backupId,
      verdict,
      target: '/x.db',
      tables: [],
      problems: [],
      checks: [],
      startedAt: at,
      endedAt: at,
    };
    let waits = 0;
    const answers = {
      'restore.rehearse': () => ({ jobId }),
      'restore.run': () => ({ jobId }),
      'job.show': () => ({ job: job('running'), ...nothing }),
      'job.wait': () => ({
        job: job('succeeded'),
        ...nothing,
        ...((waits += 1) === 1 ? { rehearse: plan } : { restore: report }),
      }),
    };
    const ended = await commandLine(['restore', 'shop@latest', '--to-file', 'x.db', '--json'], { answers });
    expect(ended.code).toBe(code);
    expect(ended.json()).toMatchObject({ verdict, target: '/x.db' });
    expect(ended.asked.map(({ call, input }) => [call, input])).toContainEqual([
      'restore.run',
      { planId: plan.planId, secrets: {} },
    ]);
  });

  it('a restore that its rehearsal stops is not run, and says what was found', async () => {
    const findings = [
      { grade: 'blocking', code: 'target.exists', message: 'x.db is there already.', hint: 'Choose another.' },
      { grade: 'note', code: 'size', message: 'It is small.' },
    ];
    const plan = {
      planId: 'plan-20261120-120000-abcdefgh',
      backupId,
      database: 'shop',
      target: { kind: 'file', file: '/x.db' },
      steps: [],
      findings,
      canRun: false,
      needsBytes: 1,
      expectedMs: null,
      manifestSha256: 'a',
      rehearsedAt: at,
    };
    const ended = await commandLine(['restore', backupId, '--to-file', '/x.db', '--json'], {
      answers: comesTo('restore.rehearse', { job: job('succeeded', 'rehearse'), ...nothing, rehearse: plan }),
    });
    expect(ended.code).toBe(3);
    expect(ended.json()).toMatchObject({
      code: 'restore.blocked',
      message: expect.stringContaining('x.db is there already.'),
      hint: 'Choose another.',
      findings,
    });
    expect(ended.asked.map(({ call }) => call)).not.toContain('restore.run');
  });

  it('a diff is a question, unless it is asked to fail', async () => {
    const diff = {
      backupId,
      against: 'live',
      takenAt: at,
      tables: [{ name: 'orders', before: 3, after: 3, change: 'same', contentEqual: false }],
    };
    const answers = comesTo('backup.diff', { job: job('succeeded', 'diff'), ...nothing, diff });
    expect((await commandLine(['diff', backupId, '--json'], { answers })).code).toBe(0);
    const failing = await commandLine(['diff', backupId, '--fail-on-difference'], { answers });
    expect([failing.code, failing.stdout]).toEqual([1, expect.stringContaining('same number, other content')]);
  });

  it('a job that failed is a failure, with the job as its reference', async () => {
    const failure = {
      code: 'source.unreachable',
      message: 'Nobody answers.',
      hint: 'Call them.',
      retryable: true,
      ref: jobId,
    };
    const answers = comesTo('backup.start', { job: job('failed', 'backup', failure), ...nothing });
    const ended = await commandLine(['backup', 'shop', '--json'], { answers });
    expect([ended.code, ended.json()]).toEqual([3, failure]);
    const told = await commandLine(['backup', 'shop'], { answers });
    expect([told.code, told.stdout, told.stderr]).toEqual([3, '', 'Nobody answers.\nCall them.']);
  });

  it('a call that is refused is a failure too', async () => {
    const answers = { 'backup.list': () => Promise.reject(new Fail('source.unknown', 'There is no source shop.')) };
    const ended = await commandLine(['list', 'shop', '--json'], { answers });
    expect([ended.code, ended.json()]).toMatchObject([
      3,
      { code: 'source.unknown', hint: 'holdfast source list shows the names.' },
    ]);
  });
});

describe('wrong usage is told as such, and nothing is done', () => {
  it.each([
    [[]],
    [['frobnicate']],
    [['source']],
    [['source', 'frobnicate']],
    [['backup']],
    [['backup', 'a', 'b']],
    [['backup', '-x', 'shop']],
    [['backup', 'a/b']],
    [['list', '--limit', 'all']],
    [['verify', 'x', '--level', 'deep']],
    [['verify', 'x', '--level']],
    [['verify', 'x', '--level', 'read', '--level', 'restore']],
    [['restore', 'x']],
    [['restore', 'x', '--to-file', 'a', '--to-url', 'postgres://b/c']],
    [['restore', 'x', '--to-file', 'a', '--tls', 'require']],
    [['restore', 'x', '--to-url', 'postgres://b']],
    [['jobs', '--limit', '0']],
    [['jobs', '--limit', '1e3']],
    [['source', 'add', 'a', '--file', '']],
    [['source', 'add', 'a', '--file', 'x', '--compression', '20']],
    [['source', 'add', 'a', '--file', 'x', '--schema-only', '--data-only']],
  ])('%j', async (argv) => {
    const ended = await commandLine([...argv, '--json']);
    expect([ended.code, ended.asked]).toEqual([2, []]);
    expect(ended.json()).toMatchObject({ code: 'usage.wrong', message: expect.any(String), hint: expect.any(String) });
    const told = await commandLine(argv);
    expect([told.code, told.stdout]).toEqual([2, '']);
    expect(told.stderr).not.toBe('');
  });
});

describe('help', () => {
  it('lists every command, and says how each is written', async () => {
    const { stdout } = await commandLine(['--help']);
    for (const { name, usage } of commands) {
      expect(stdout).toContain(`holdfast ${name}`);
      const help = await commandLine([...name.split(' '), '--help']);
      expect([help.code, help.asked]).toEqual([0, []]);
      expect(help.stdout).toContain(`holdfast ${name}${usage === '' ? '' : ` ${usage}`} [--json]`);
    }
  });

  it('tells its version', async () => {
    expect((await commandLine(['--version'])).stdout).toBe('1.2.3');
    expect((await commandLine(['--version', '--json'])).json()).toEqual({ holdfast: '1.2.3' });
  });
});

describe('Ctrl-C', () => {
  it('cancels the job, waits for it and says that nothing was kept', async () => {
    const answers = comesTo('backup.start', { job: job('cancelled', 'backup'), ...nothing });
    const ended = await commandLine(['backup', 'shop', '--json'], {
      answers,
      onCall: (call, interrupt) => call === 'job.wait' && interrupt(),
    });
    expect(ended.code).toBe(130);
    expect(ended.asked.map(({ call }) => call)).toEqual(['backup.start', 'job.show', 'job.wait', 'job.cancel']);
    expect(ended.json()).toEqual({ cancelled: true, message: 'Cancelled. Nothing partial was kept.' });
    expect(ended.stderr).toContain('once more');
  });

  it('while the job is being asked for cancels it as soon as it has a name', async () => {
    const answers = comesTo('backup.start', { job: job('cancelled', 'backup'), ...nothing });
    const ended = await commandLine(['backup', 'shop'], {
      answers,
      onCall: (call, interrupt) => call === 'backup.start' && interrupt(),
    });
    expect(ended.code).toBe(130);
    expect(ended.asked.map(({ call }) => call)).toContain('job.cancel');
  });

  it('that comes too late changes nothing: the job was done', async () => {
    const ended = await commandLine(['verify', backupId, '--json'], {
      answers: {
        ...verified('proven'),
        'job.cancel': () => Promise.reject(new Fail('job.not-running', 'It has ended.')),
      },
      onCall: (call, interrupt) => call === 'job.wait' && interrupt(),
    });
    expect([ended.code, ended.json()]).toMatchObject([0, { verdict: 'proven' }]);
  });

  it('ends a question at once', async () => {
    const ended = await commandLine(['list'], {
      answers: { 'backup.list': () => new Promise(() => {}) },
      onCall: (_call, interrupt) => interrupt(),
    });
    expect(ended.code).toBe(130);
  });

  it('a cancel from another terminal is told apart from one of this one', async () => {
    const answers = comesTo('backup.start', { job: job('cancelled', 'backup'), ...nothing });
    const ended = await commandLine(['backup', 'shop', '--json'], { answers });
    expect([ended.code, ended.json()]).toMatchObject([
      3,
      { cancelled: true, message: expect.stringContaining('another terminal') },
    ]);
  });
});
