import { describe, expect, it } from 'vitest';
import type { PlanSettings } from '../../../src/shared/plan.ts';
import { commandLine } from './command-line.ts';
import { backupPlan, planRun, source, sourceId } from '../catalog/samples.ts';

const at = Date.UTC(2026, 10, 26, 2);
const card = (changes = {}) => ({
  plan: backupPlan(1, { name: 'nightly' }),
  words: 'Every day at 02:00',
  next: [at],
  nextProof: null,
  waiting: null,
  runs: [],
  ...changes,
});
const kept = (active: boolean) => ({ 'app.snapshot': () => ({ ...snapshot, scheduler: { active, paused: null } }) });
const snapshot = {
  sequence: 1,
  sources: [],
  destinations: [],
  backups: [],
  jobs: [],
  plans: [],
  preferences: { theme: 'system', notify: 'all', overdueAfterMs: 26 * 3_600_000, closeExplained: false },
};
const house = {
  ...kept(true),
  'source.list': () => [source(1, 'shop')],
  'plan.list': () => [card()],
  'plan.save': () => card(),
};

async function saved(...options: string[]): Promise<PlanSettings> {
  const ended = await commandLine(['plan', 'add', 'nightly', '--source', 'shop', ...options], { answers: house });
  expect(ended.stderr).toBe('');
  const { input } = ended.asked.find(({ call }) => call === 'plan.save') ?? { input: undefined };
  return (input as { settings: PlanSettings }).settings;
}

describe('BS-3 CV-5 SV-8 BD-8 plans in the terminal', () => {
  it('a plan needs a name and a source; the rest is what is recommended', async () => {
    expect(await saved('--time-zone', 'Europe/Berlin')).toEqual({
      name: 'nightly',
      sources: [sourceId(1)],
      destinations: [],
      backup: { cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
      makeUpWithinMs: 24 * 3_600_000,
      jitterMs: 0,
      verifyEach: 'read',
      proof: { cron: '0 3 * * 0', timeZone: 'Europe/Berlin', which: 'latest' },
      onBattery: 'run',
      onMetered: 'run',
    });
  });

  it.each([
    [['--schedule', 'working-hours'], { backup: { cron: '0 9-17 * * 1-5' } }],
    [['--schedule', '*/20 * * * *'], { backup: { cron: '*/20 * * * *' } }],
    [['--proof', 'none', '--verify', 'restore'], { proof: null, verifyEach: 'restore' }],
    [['--proof', '0 4 1 * *', '--proof-of', 'random-older'], { proof: { cron: '0 4 1 * *', which: 'random-older' } }],
    [['--make-up-within', '90m', '--jitter', '10m'], { makeUpWithinMs: 5_400_000, jitterMs: 600_000 }],
    [['--make-up-within', '0', '--on-battery', 'wait'], { makeUpWithinMs: 0, onBattery: 'wait' }],
  ])('%j', async (options, settings) => {
    expect(await saved(...options)).toMatchObject(settings);
  });

  it.each([
    [['plan', 'add', 'nightly']],
    [['plan', 'add', 'nightly', '--source', 'shop', '--make-up-within', 'long']],
    [['plan', 'add', 'nightly', '--source', 'shop', '--verify', 'perhaps']],
    [['plan', 'pause']],
    [['plan', 'pause', 'nightly', '--all']],
    [['plan', 'resume']],
    [['plan']],
  ])('%j is wrong usage and asks nothing', async (argv) => {
    const ended = await commandLine(argv);
    expect(ended.code).toBe(2);
    expect(ended.asked).toEqual([]);
  });

  it('an unknown source or plan is named', async () => {
    const unknown = await commandLine(['plan', 'add', 'x', '--source', 'blog'], { answers: house });
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('no source named blog') });
    const gone = await commandLine(['plan', 'show', 'weekly'], { answers: house });
    expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining('no plan named weekly') });
  });

  it('--destination names places that are known, by name or as a folder', async () => {
    const places = [
      { id: 'dst-aaaaaaaa', name: 'office', settings: { kind: 'folder', path: '/srv/office' } },
      { id: 'dst-bbbbbbbb', name: 'disk', settings: { kind: 'folder', path: '/mnt/disk' } },
    ];
    const answers = {
      ...house,
      'app.snapshot': () => ({ ...snapshot, scheduler: { active: true, paused: null }, destinations: places }),
    };
    const add = (...folders: string[]) =>
      commandLine(['plan', 'add', 'nightly', '--source', 'shop', ...folders.flatMap((one) => ['--destination', one])], {
        answers,
      });
    const ended = await add('/mnt/disk', 'office');
    expect(ended.asked.find(({ call }) => call === 'plan.save')?.input).toMatchObject({
      settings: { destinations: ['dst-bbbbbbbb', 'dst-aaaaaaaa'] },
    });
    const unknown = await add('/srv/nowhere');
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('--folder') });
    expect(unknown.asked.some(({ call }) => call === 'plan.save')).toBe(false);
  });

  it('--replace changes the plan of that name', async () => {
    const ended = await commandLine(['plan', 'add', 'nightly', '--source', 'shop', '--replace'], { answers: house });
    expect(ended.asked.find(({ call }) => call === 'plan.save')?.input).toMatchObject({ planId: backupPlan(1).id });
  });

  it('the list tells next and last runs, and that nobody keeps them where that is so', async () => {
    const runs = [{ ...planRun(1), dueAt: at - 86_400_000, outcome: 'missed' as const }];
    const told = runs.map(({ sourceId: of, what, dueAt, outcome }) => {
      const times = { dueAt, startedAt: null, standsFor: 3 };
      return { sourceId: of, what, ...times, outcome, jobId: null, failure: null };
    });
    const answers = { ...house, ...kept(false), 'plan.list': () => [card({ runs: told })] };
    const ended = await commandLine(['plan', 'list'], { answers });
    expect(ended.stdout).toContain('Every day at 02:00 (UTC)');
    expect(ended.stdout).toContain('2026-11-26 02:00:00 UTC');
    expect(ended.stdout).toContain('2026-11-25 02:00:00 UTC missed');
    expect(ended.stdout).toContain('Nobody keeps plans on this data folder now');
    const shown = await commandLine(['plan', 'show', 'nightly', '--json'], { answers });
    expect(shown.json()).toMatchObject({ sources: ['shop'], next: ['2026-11-26T02:00:00.000Z'] });
  });

  it('pause and resume, one and all', async () => {
    const answers = {
      ...house,
      'plan.pause': () => card(),
      'plan.resume': () => card(),
      'plan.pauseAll': () => ({ active: true, paused: null }),
      'plan.resumeAll': () => ({ active: true, paused: null }),
    };
    const asked = async (...argv: string[]): Promise<unknown> => {
      const ended = await commandLine(['plan', ...argv], { answers });
      expect(ended.code).toBe(0);
      return ended.asked.find(({ call }) => /pause|resume/.test(call));
    };
    expect(await asked('pause', 'nightly')).toMatchObject({ call: 'plan.pause', input: { until: null } });
    expect(await asked('pause', '--all', '--for', '2h')).toMatchObject({
      call: 'plan.pauseAll',
      input: { until: expect.any(Number) },
    });
    expect(await asked('resume', 'nightly')).toMatchObject({ call: 'plan.resume' });
    expect(await asked('resume', '--all')).toMatchObject({ call: 'plan.resumeAll' });
  });
});
