import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackupId, DraftId, JobId, PlanId } from '../../../../src/shared/id.ts';
import type { RestorePlan, RestoreReport } from '../../../../src/shared/restore.ts';
import { emptyHop, noTunnel, tlsDraftOf } from '../../../../src/renderer/frame/server-draft.ts';
import {
  mayRestore,
  newDraft,
  noInputs,
  restoreReducer,
  secretsOf,
  stepOf,
  type Inputs,
  type RestoreDraft,
  type RestoreStep,
} from '../../../../src/renderer/restore/draft.ts';
import { draftOf, keptText } from '../../../../src/renderer/restore/kept.ts';

const backupId = 'bk-20261119-140000-abcdefgh' as BackupId;
const jobId = 'job-20261119-141500-abcdefgh' as JobId;
const otherJob = 'job-20261119-141501-abcdefgh' as JobId;
const failure = { code: 'restore.moved', message: 'Moved.', hint: 'Again.', retryable: false, ref: 'r' } as const;

const plan: RestorePlan = {
  planId: 'plan-20261119-141500-abcdefgh' as PlanId,
  backupId,
  database: 'shop',
  target: { kind: 'file', file: '/srv/again.db' },
  steps: [],
  findings: [],
  canRun: true,
  needsBytes: 1,
  expectedMs: null,
  manifestSha256: 'a'.repeat(64),
  rehearsedAt: 1,
};
const replacing: RestorePlan = {
  ...plan,
  replaces: {
    tables: [],
    keepAs: 'shop__before',
    keepUntil: 9,
    sessions: [],
    confirm: 'shop',
    identity: 'i',
    counted: true,
  },
};
const report: RestoreReport = {
  backupId,
  verdict: 'equal',
  target: '/srv/again.db',
  tables: [],
  problems: [],
  checks: [],
  startedAt: 1,
  endedAt: 2,
};

const play = (steps: RestoreStep[], from: RestoreDraft = newDraft): RestoreDraft =>
  steps.reduce((draft, step) => restoreReducer(draft, step), from);

const toRehearsed = (made: RestorePlan): RestoreStep[] => [
  { type: 'began', source: 'shop', backupId },
  { type: 'continued' },
  { type: 'rehearsal-wanted', question: 'q' },
  { type: 'rehearsal-begun', jobId },
  { type: 'rehearsal-ended', jobId, plan: made },
];

describe('BS-6 JO-5 the draft of a restore', () => {
  it('goes through five steps to its proof', () => {
    const steps: RestoreStep[] = [
      ...toRehearsed(plan),
      { type: 'restore-wanted' },
      { type: 'restore-begun', jobId: otherJob },
      { type: 'restore-ended', jobId: otherJob, outcome: { kind: 'report', report } },
    ];
    const seen = steps.map((_, index) => stepOf(play(steps.slice(0, index + 1))));
    expect(seen).toEqual([1, 2, 3, 3, 3, 3, 4, 5]);
    expect(play(steps)).toMatchObject({ at: 'ended', outcome: { report: { verdict: 'equal' } }, plan });
  });

  it('loses nothing that was typed by going back, and rehearses again only what was changed', () => {
    const rehearsed = play(toRehearsed(plan));
    const back = play([{ type: 'went-back' }, { type: 'went-back' }], rehearsed);
    expect(back).toMatchObject({ at: 'goal', inputs: { source: 'shop', backupId } });
    expect(play([{ type: 'continued' }, { type: 'rehearsal-wanted', question: 'q' }], back)).toMatchObject({
      at: 'rehearsed',
      kept: { plan },
    });
    expect(play([{ type: 'continued' }, { type: 'rehearsal-wanted', question: 'other' }], back).at).toBe('rehearsing');
    expect(play([{ type: 'rehearsal-wanted', question: 'q' }], rehearsed).at).toBe('rehearsing');
  });

  it('asks for the very name that the plan asks for, and never runs what is blocked', () => {
    const rehearsed = play(toRehearsed(replacing));
    expect(mayRestore(rehearsed)).toBe(false);
    expect(mayRestore(play([{ type: 'typed', text: 'Shop' }], rehearsed))).toBe(false);
    const named = play([{ type: 'typed', text: 'shop' }], rehearsed);
    expect(mayRestore(named)).toBe(true);
    expect(mayRestore(play([{ type: 'restore-wanted' }], named))).toBe(false);
    expect(mayRestore(play(toRehearsed(plan)))).toBe(true);
    expect(mayRestore(play(toRehearsed({ ...plan, canRun: false })))).toBe(false);
  });

  it('keeps what was typed where the house refuses', () => {
    const refused = play(
      [{ type: 'typed', text: 'shop' }, { type: 'restore-wanted' }, { type: 'restore-refused', failure }],
      play(toRehearsed(replacing)),
    );
    expect(refused).toMatchObject({ at: 'rehearsed', typed: 'shop', refused: failure, asking: false });
    const unheard = play([...toRehearsed(plan).slice(0, 3), { type: 'rehearsal-refused', failure }]);
    expect(unheard).toMatchObject({ at: 'place', refused: failure, inputs: { source: 'shop' } });
  });

  it('is found again by whoever comes back while it runs, and begins anew after its end', () => {
    const running = play([...toRehearsed(plan), { type: 'restore-begun', jobId: otherJob }]);
    expect(play([{ type: 'began', source: 'blog', backupId: null }], running)).toBe(running);
    const ended = play([{ type: 'restore-ended', jobId: otherJob, outcome: { kind: 'cancelled' } }], running);
    expect(play([{ type: 'went-back' }], ended)).toMatchObject({ at: 'place', inputs: { source: 'shop' } });
    expect(play([{ type: 'began', source: 'blog', backupId: null }], ended)).toMatchObject({
      at: 'goal',
      inputs: { source: 'blog', backupId: null },
    });
    const met = play([{ type: 'adopted-restore', jobId, source: 'shop', backupId }]);
    expect(met).toMatchObject({ at: 'restoring', plan: null, inputs: { source: 'shop' } });
  });

  it('ignores an answer about another job', () => {
    const waiting = play(toRehearsed(plan).slice(0, 4));
    expect(play([{ type: 'rehearsal-ended', jobId: otherJob, plan }], waiting)).toBe(waiting);
    expect(play([{ type: 'rehearsal-failed', jobId: otherJob, failure }], waiting)).toBe(waiting);
    expect(play([{ type: 'rehearsal-failed', jobId, failure: null }], waiting)).toMatchObject({ at: 'not-rehearsed' });
  });

  it('another source forgets the place, the goal stays', () => {
    const draft = play([
      { type: 'began', source: 'shop', backupId },
      { type: 'changed', inputs: { goal: 'move', besideName: 'mine', database: 'shop' } },
      { type: 'changed', inputs: { source: 'blog' } },
    ]);
    expect(draft.inputs).toMatchObject({
      goal: 'move',
      source: 'blog',
      backupId: null,
      besideName: null,
      database: null,
    });
  });

  it('sends a password only where another server is asked', () => {
    const settings = {
      kind: 'postgres' as const,
      host: 'db',
      port: 5432,
      user: 'ada',
      databases: ['shop'],
      password: 'vault' as const,
    };
    const tls = { mode: 'disable' as const };
    const server = {
      settings,
      tls: tlsDraftOf(tls, false),
      through: noTunnel,
      draft: { id: 'drf-abcdefgh' as DraftId, read: { ...settings, tls } },
      password: 'secret',
    };
    const inputs: Inputs = { ...newDraft.inputs, server };
    expect(secretsOf({ ...inputs, goal: 'beside' })).toEqual({});
    expect(secretsOf({ ...inputs, goal: 'move' })).toEqual({ draft: 'drf-abcdefgh', database: 'secret' });
    expect(secretsOf({ ...inputs, goal: 'move', server: { ...server, draft: null, password: '' } })).toEqual({});
    // What was found goes to the server that it was found for.
    const elsewhere = { ...server, settings: { ...settings, host: 'evil' }, password: '' };
    expect(secretsOf({ ...inputs, goal: 'move', server: elsewhere })).toEqual({});
    // Another way there is another way for it, too: through a tunnel it was not found for, it does not go.
    const hop = { ...emptyHop, auth: 'password' as const, password: { from: 'typed' as const, text: 'hop' } };
    const tunnelled = { ...server, password: '', through: { ...noTunnel, tunnel: 'direct' as const, server: hop } };
    expect(secretsOf({ ...inputs, goal: 'move', server: tunnelled })).toEqual({ tunnel: 'hop' });
    // What is not gone through is asked no password.
    const without = { ...tunnelled, through: { ...tunnelled.through, tunnel: 'none' as const } };
    expect(secretsOf({ ...inputs, goal: 'move', server: without })).toEqual({ draft: 'drf-abcdefgh' });
  });

  it('never runs without a plan that may run, whatever the order of the steps', () => {
    const step = fc.constantFrom<RestoreStep>(
      { type: 'began', source: 'shop', backupId },
      { type: 'continued' },
      { type: 'went-back' },
      { type: 'changed', inputs: { besideName: 'typed' } },
      { type: 'rehearsal-wanted', question: 'q' },
      { type: 'rehearsal-begun', jobId },
      { type: 'rehearsal-ended', jobId, plan: { ...plan, canRun: false } },
      { type: 'rehearsal-failed', jobId, failure },
      { type: 'typed', text: 'shop' },
      { type: 'restore-refused', failure },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const draft = play(steps);
        expect(mayRestore(draft)).toBe(false);
        expect(['restoring', 'ended']).not.toContain(draft.at);
        const typed = steps
          .map((_, index) => play(steps.slice(0, index + 1)).inputs.besideName)
          .filter((name, index, names) => names.slice(0, index + 1).includes('typed'));
        expect(typed.every((name) => name === 'typed')).toBe(true);
      }),
    );
  });
});

describe('SV-16 a restore that waits for a thaw', () => {
  const jobs = ['job-20261119-140000-aaaaaaaa', 'job-20261119-150000-bbbbbbbb'] as JobId[] as [JobId, JobId];
  const place: RestoreDraft = { at: 'place', inputs: { ...noInputs, source: 'Shop' }, kept: null, refused: null };
  const after = (...steps: RestoreStep[]): RestoreDraft => steps.reduce(restoreReducer, place);
  const begun: RestoreStep[] = [{ type: 'thaw-wanted' }, { type: 'thaw-begun', jobId: jobs[0] }];

  it('goes on with the rehearsal that follows, and with its form where none does', () => {
    expect(after(...begun)).toMatchObject({ at: 'thawing', jobId: jobs[0] });
    expect(stepOf(after(...begun))).toBe(3);
    const rehearsing = after(...begun, { type: 'thaw-ended', jobId: jobs[0], next: jobs[1] });
    expect(rehearsing).toMatchObject({ at: 'rehearsing', jobId: jobs[1] });
    expect(after(...begun, { type: 'thaw-ended', jobId: jobs[0], next: null })).toMatchObject({ at: 'place' });
  });

  it('an answer of another thaw changes nothing; what was stopped says so', () => {
    const other: RestoreStep = { type: 'thaw-ended', jobId: jobs[1], next: jobs[1] };
    expect(after(...begun, other)).toEqual(after(...begun));
    expect(after(...begun, { type: 'thaw-failed', jobId: jobs[0], failure: null })).toMatchObject({
      at: 'not-rehearsed',
      failure: null,
    });
  });

  it('outlives its window', () => {
    expect(draftOf(keptText(after(...begun)), null)).toEqual(after(...begun));
    expect(draftOf(keptText(after({ type: 'thaw-wanted' })), null)).toMatchObject({ at: 'place' });
  });
});
