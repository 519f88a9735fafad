import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyHop, tlsDraftOf } from '../../../../src/renderer/frame/server-draft.ts';
import { noInputs, newDraft, type Inputs, type RestoreDraft } from '../../../../src/renderer/restore/draft.ts';
import { draftOf, keptText } from '../../../../src/renderer/restore/kept.ts';
import type { BackupId, DraftId, JobId, PlanId } from '../../../../src/shared/id.ts';
import type { RestorePlan } from '../../../../src/shared/restore.ts';
import type { PostgresSettings } from '../../../../src/shared/source.ts';

const backupId = 'bk-20261119-140000-abcdefgh' as BackupId;
const other = 'bk-20261119-150000-abcdefgh' as BackupId;
const jobId = 'job-20261119-141500-abcdefgh' as JobId;
const failure = { code: 'restore.moved', message: 'Moved.', hint: 'Again.', retryable: false, ref: 'r' } as const;
const secret = 'correct horse battery';

const inputs: Inputs = { ...noInputs, source: 'shop', backupId, besideName: 'shop-again.sqlite' };
const tls: PostgresSettings['tls'] = { mode: 'verify-full', caFile: '/etc/ca.pem' };
const settings: Omit<PostgresSettings, 'tls' | 'tunnel'> = {
  kind: 'postgres',
  host: '',
  port: 5432,
  user: 'ann',
  databases: ['shop'],
  password: 'vault',
};
const moving: Inputs = {
  ...inputs,
  goal: 'move',
  server: {
    settings,
    tls: tlsDraftOf(tls, false),
    through: {
      tunnel: 'direct',
      server: { ...emptyHop, host: 'bastion', auth: 'password', password: { from: 'typed', text: secret } },
      jump: emptyHop,
    },
    draft: { id: 'drf-abcdefgh' as DraftId, read: { ...settings, tls } },
    password: secret,
  },
};
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
const rehearsal = { question: JSON.stringify(['x', secret]), jobId, plan };
const drafts = (of: Inputs): RestoreDraft[] => [
  { at: 'goal', inputs: of, kept: rehearsal },
  { at: 'place', inputs: of, kept: rehearsal, refused: failure },
  { at: 'rehearsing', inputs: of, question: rehearsal.question, jobId },
  { at: 'not-rehearsed', inputs: of, jobId, failure },
  { at: 'rehearsed', inputs: of, kept: rehearsal, typed: 'shop', refused: null, asking: true },
  { at: 'restoring', inputs: of, plan, jobId },
  { at: 'ended', inputs: of, plan, jobId, outcome: { kind: 'cancelled' } },
];

describe('BS-6 a window that closes in any step of a restore loses nothing', () => {
  it('comes back to its step with what was typed; a job is found by its id', () => {
    const back = drafts(inputs).map((draft) => draftOf(keptText(draft), null));
    expect(back.map(({ at }) => at)).toEqual([
      'goal',
      'place',
      'rehearsing',
      'rehearsing',
      'rehearsing',
      'restoring',
      'restoring',
    ]);
    for (const draft of back) expect(draft.inputs).toEqual(inputs);
    for (const draft of back.slice(2)) expect(draft).toMatchObject({ jobId });
    for (const draft of back.slice(5)) expect(draft).toMatchObject({ plan });
  });

  it('writes no password, no handle of one, and no question that holds one', () => {
    for (const draft of drafts(moving)) {
      const text = keptText(draft) ?? '';
      expect(text).toContain('/etc/ca.pem');
      expect(text).not.toContain(secret);
      expect(text).not.toContain('drf-');
      const { server } = draftOf(text, null).inputs;
      expect(server).toMatchObject({ settings, tls: { caFile: '/etc/ca.pem' }, draft: null, password: '' });
      // The tunnel is there, and its password is asked for again.
      expect(server?.through).toMatchObject({
        tunnel: 'direct',
        server: { host: 'bastion', auth: 'password', password: { from: 'typed', text: '' } },
      });
    }
    const rehearsed = draftOf(keptText(drafts(moving)[4] ?? newDraft), null);
    expect(rehearsed.at).toBe('place');
    const { server } = moving;
    const tunnelAlone = server && { ...moving, server: { ...server, draft: null, password: '' } };
    expect(draftOf(keptText(drafts(tunnelAlone ?? moving)[4] ?? newDraft), null).at).toBe('place');
  });

  it('keeps nothing where nothing was chosen, and begins anew where another backup is asked for after an end', () => {
    expect(keptText(newDraft)).toBeNull();
    expect(keptText({ ...newDraft, inputs: { ...noInputs, source: 'shop' } })).toBeNull();
    const ended = keptText(drafts(inputs)[6] ?? newDraft);
    expect(draftOf(ended, other)).toEqual(newDraft);
    expect(draftOf(ended, backupId)).toMatchObject({ at: 'restoring', jobId });
    expect(draftOf(keptText(drafts(inputs)[5] ?? newDraft), other)).toMatchObject({ at: 'restoring', jobId });
  });

  it('takes no text that is broken, of another shape, or of an evil hand', () => {
    const good = JSON.parse(keptText(drafts(inputs)[1] ?? newDraft) ?? '') as Record<string, unknown>;
    const evil = [
      '',
      '{',
      'null',
      '[]',
      JSON.stringify({ ...good, version: 3 }),
      JSON.stringify({ ...good, more: 1 }),
      JSON.stringify({ ...good, at: 'ended', jobId: '../../x' }),
      JSON.stringify({ ...good, inputs: { ...inputs, source: '<b>' } }),
      JSON.stringify({ ...good, inputs: { ...inputs, server: { password: secret } } }),
      `{"__proto__":{"at":"goal"},${JSON.stringify(good).slice(1)}`,
    ];
    for (const text of evil) expect(draftOf(text, null)).toEqual(newDraft);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(draftOf(text, null)).toEqual(newDraft);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(draftOf(text, null)).toEqual(newDraft);
      }),
    );
  });
});
