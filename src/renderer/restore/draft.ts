/**
 * Pure: the draft of a restore. One union, by how far it has come; everything that a person typed is in `inputs` in
 * every state, so that Back loses nothing and a rehearsal that is still true is not asked for twice.
 */
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { Failure } from '../../shared/failure.ts';
import type { BackupId, DraftId, JobId } from '../../shared/id.ts';
import { staysFor } from '../../shared/saved-password.ts';
import type { RestorePlan, RestoreReport } from '../../shared/restore.ts';
import type { PostgresSettings } from '../../shared/source.ts';
import { thawing } from './draft-thaw.ts';
import { tlsMeant, tlsOf, tunnelOf, tunnelSecrets, type TlsDraft, type TunnelDraft } from '../frame/server-draft.ts';

/** `beside`: a new database or file to look at. `move`: a new database on another server. `undo`: in the original's place. */
export type Goal = 'beside' | 'move' | 'undo';

/** The server that a restore moves to. */
export interface ServerInputs {
  settings: Omit<PostgresSettings, 'tls' | 'tunnel'>;
  tls: TlsDraft;
  /** Its passwords stay in memory, too. */
  through: TunnelDraft;
  /** The password that `source.read` keeps, and the settings that it is for; null where it found none. */
  draft: { id: DraftId; read: PostgresSettings } | null;
  /** A password that was typed. It stays in memory and goes with the job. */
  password: string;
}

export interface Inputs {
  goal: Goal;
  /** The source's name; null until one is chosen. */
  source: string | null;
  /** Null: the suggested one. */
  backupId: BackupId | null;
  /** Which database of the set; null: the only one, or the first. */
  database: string | null;
  /** The new database on the same server, as typed; null: the suggested name. */
  besideName: string | null;
  /** The new file, as the door handed it out; null until chosen. */
  file: string | null;
  server: ServerInputs | null;
  /** The new database on the other server, as typed; null: the name it had. */
  moveName: string | null;
}

/** A rehearsal, and the question that it answered. */
export interface Rehearsal {
  question: string;
  jobId: JobId;
  plan: RestorePlan;
}

export type Outcome =
  | { kind: 'report'; report: RestoreReport }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'cancelled' };

export type RestoreDraft =
  | { at: 'goal'; inputs: Inputs; kept: Rehearsal | null }
  | { at: 'place'; inputs: Inputs; kept: Rehearsal | null; refused: Failure | null }
  /** The backup is archived: the rehearsal follows by itself. */
  | { at: 'thawing'; inputs: Inputs; jobId: JobId | null }
  | { at: 'rehearsing'; inputs: Inputs; question: string; jobId: JobId | null }
  | { at: 'not-rehearsed'; inputs: Inputs; jobId: JobId | null; failure: Failure | null }
  | { at: 'rehearsed'; inputs: Inputs; kept: Rehearsal; typed: string; refused: Failure | null; asking: boolean }
  | { at: 'restoring'; inputs: Inputs; plan: RestorePlan | null; jobId: JobId }
  | { at: 'ended'; inputs: Inputs; plan: RestorePlan | null; jobId: JobId; outcome: Outcome };

export type RestoreStep =
  | { type: 'began'; source: string | null; backupId: BackupId | null }
  | { type: 'changed'; inputs: Partial<Inputs> }
  | { type: 'cleared' }
  | { type: 'continued' }
  | { type: 'went-back' }
  | { type: 'thaw-wanted' }
  | { type: 'thaw-begun'; jobId: JobId }
  | { type: 'thaw-refused'; failure: Failure }
  /** `next` null: what was to follow needs what nobody has any more. */
  | { type: 'thaw-ended'; jobId: JobId; next: JobId | null }
  | { type: 'thaw-failed'; jobId: JobId; failure: Failure | null }
  | { type: 'rehearsal-wanted'; question: string }
  | { type: 'rehearsal-begun'; jobId: JobId }
  | { type: 'rehearsal-refused'; failure: Failure }
  /** `inputs`: what the plan says of a rehearsal that was adopted. */
  | { type: 'rehearsal-ended'; jobId: JobId; plan: RestorePlan; question?: string; inputs?: Partial<Inputs> }
  | { type: 'rehearsal-failed'; jobId: JobId; failure: Failure | null }
  | { type: 'typed'; text: string }
  | { type: 'restore-wanted' }
  | { type: 'restore-begun'; jobId: JobId }
  | { type: 'restore-refused'; failure: Failure }
  | { type: 'restore-ended'; jobId: JobId; outcome: Outcome }
  /** A job that was met: begun before the window was opened, or from another door. */
  | { type: 'adopted-rehearsal'; jobId: JobId; source: string; backupId: BackupId | null }
  | { type: 'adopted-restore'; jobId: JobId; source: string; backupId: BackupId | null };

export const noInputs: Inputs = {
  goal: 'beside',
  source: null,
  backupId: null,
  database: null,
  besideName: null,
  file: null,
  server: null,
  moveName: null,
};

export const newDraft: RestoreDraft = { at: 'goal', inputs: noInputs, kept: null };

/** The next state. A step that does not belong to the state it meets changes nothing: an answer may come late. */
export function restoreReducer(draft: RestoreDraft, step: RestoreStep): RestoreDraft {
  switch (step.type) {
    case 'began':
      return begun(draft, step.source, step.backupId);
    case 'changed':
      return changed(draft, step.inputs);
    case 'cleared':
      return isUnderWay(draft)
        ? draft
        : { at: 'goal', inputs: { ...noInputs, source: draft.inputs.source }, kept: null };
    case 'continued':
      return draft.at === 'goal' ? { at: 'place', inputs: draft.inputs, kept: draft.kept, refused: null } : draft;
    case 'went-back':
      return wentBack(draft);
    case 'adopted-rehearsal':
      return { at: 'rehearsing', inputs: inputsOf(step), question: '', jobId: step.jobId };
    case 'adopted-restore':
      return { at: 'restoring', inputs: inputsOf(step), plan: null, jobId: step.jobId };
    case 'thaw-wanted':
    case 'thaw-begun':
    case 'thaw-refused':
    case 'thaw-ended':
    case 'thaw-failed':
      return thawing(draft, step);
    case 'rehearsal-wanted':
    case 'rehearsal-begun':
    case 'rehearsal-refused':
    case 'rehearsal-ended':
    case 'rehearsal-failed':
      return rehearsing(draft, step);
    default:
      return restoring(draft, step);
  }
}

function inputsOf(step: { source: string; backupId: BackupId | null }): Inputs {
  return { ...noInputs, source: step.source, backupId: step.backupId };
}

/** Where a restore is under way, the one who comes back finds it; a new one begins after its end. */
function begun(draft: RestoreDraft, source: string | null, backupId: BackupId | null): RestoreDraft {
  if (isUnderWay(draft)) return draft;
  const { inputs } = draft;
  const same = draft.at !== 'ended' && (source === null || inputs.source === null || source === inputs.source);
  const sameBackup = backupId === null || backupId === inputs.backupId;
  if (same && sameBackup && (source === null || source === inputs.source)) return draft;
  if (same)
    return { at: 'goal', inputs: { ...inputs, source: source ?? inputs.source, backupId, database: null }, kept: null };
  return { at: 'goal', inputs: { ...noInputs, source: source ?? inputs.source, backupId }, kept: null };
}

export const isUnderWay = (draft: RestoreDraft): boolean =>
  draft.at === 'thawing' || draft.at === 'rehearsing' || draft.at === 'restoring';

/** Another source or backup makes what was said of the earlier one meaningless; the rest stays. */
function changed(draft: RestoreDraft, given: Partial<Inputs>): RestoreDraft {
  if (draft.at !== 'goal' && draft.at !== 'place') return draft;
  const otherSource = given.source !== undefined && given.source !== draft.inputs.source;
  const otherBackup = given.backupId !== undefined && given.backupId !== draft.inputs.backupId;
  const inputs: Inputs = {
    ...draft.inputs,
    ...(otherSource ? { backupId: null, file: null, besideName: null, moveName: null } : {}),
    ...(otherSource || otherBackup ? { database: null } : {}),
    ...given,
  };
  return draft.at === 'place' ? { ...draft, inputs, refused: null } : { ...draft, inputs };
}

function wentBack(draft: RestoreDraft): RestoreDraft {
  const { inputs } = draft;
  switch (draft.at) {
    case 'place':
      return { at: 'goal', inputs, kept: draft.kept };
    case 'rehearsed':
      return { at: 'place', inputs, kept: draft.kept, refused: null };
    case 'not-rehearsed':
      return { at: 'place', inputs, kept: null, refused: null };
    case 'ended':
      return draft.outcome.kind === 'report' ? draft : { at: 'place', inputs, kept: null, refused: null };
    default:
      return draft;
  }
}

type RehearsalStep = Extract<RestoreStep, { type: `rehearsal-${string}` }>;

function rehearsing(draft: RestoreDraft, step: RehearsalStep): RestoreDraft {
  const { inputs } = draft;
  if (step.type === 'rehearsal-wanted') {
    if (isUnderWay(draft) || draft.at === 'ended') return draft;
    if (draft.at === 'place' && draft.kept?.question === step.question)
      return { at: 'rehearsed', inputs, kept: draft.kept, typed: '', refused: null, asking: false };
    return { at: 'rehearsing', inputs, question: step.question, jobId: null };
  }
  if (draft.at !== 'rehearsing') return draft;
  switch (step.type) {
    case 'rehearsal-begun':
      return { ...draft, jobId: step.jobId };
    case 'rehearsal-refused':
      return { at: 'place', inputs, kept: null, refused: step.failure };
    case 'rehearsal-ended':
      if (draft.jobId !== step.jobId) return draft;
      return {
        at: 'rehearsed',
        inputs: { ...inputs, ...step.inputs },
        kept: { question: step.question ?? draft.question, jobId: step.jobId, plan: step.plan },
        typed: '',
        refused: null,
        asking: false,
      };
    case 'rehearsal-failed':
      return draft.jobId === step.jobId
        ? { at: 'not-rehearsed', inputs, jobId: step.jobId, failure: step.failure }
        : draft;
  }
}

type RunStep = Extract<RestoreStep, { type: `restore-${string}` | 'typed' }>;

function restoring(draft: RestoreDraft, step: RunStep): RestoreDraft {
  if (draft.at === 'rehearsed') {
    switch (step.type) {
      case 'typed':
        return { ...draft, typed: step.text };
      case 'restore-wanted':
        return { ...draft, asking: true, refused: null };
      case 'restore-refused':
        return { ...draft, asking: false, refused: step.failure };
      case 'restore-begun':
        return { at: 'restoring', inputs: draft.inputs, plan: draft.kept.plan, jobId: step.jobId };
      default:
        return draft;
    }
  }
  if (draft.at !== 'restoring' || step.type !== 'restore-ended' || step.jobId !== draft.jobId) return draft;
  return { at: 'ended', inputs: draft.inputs, plan: draft.plan, jobId: draft.jobId, outcome: step.outcome };
}

/** Which of the five steps it is, counted from one: goal, what and where, rehearsal, restore, proof. */
export function stepOf(draft: RestoreDraft): number {
  // What failed came to no proof.
  if (draft.at === 'ended' && draft.outcome.kind !== 'report') return 4;
  return { goal: 1, place: 2, thawing: 3, rehearsing: 3, 'not-rehearsed': 3, rehearsed: 3, restoring: 4, ended: 5 }[
    draft.at
  ];
}

/** What the rehearsed plan asks to be typed has been typed, and nothing stops it. */
export function mayRestore(draft: RestoreDraft): boolean {
  if (draft.at !== 'rehearsed' || draft.asking || !draft.kept.plan.canRun) return false;
  const wanted = draft.kept.plan.replaces?.confirm;
  return wanted === undefined || draft.typed === wanted;
}

/** The server that is filled in, as the house is told of it. */
export const settingsOf = ({ settings, tls, through }: ServerInputs): PostgresSettings => ({
  ...settings,
  tls: tlsOf(tls),
  ...tunnelOf(through),
});

/** The password that was found goes to the server that it was found for; null for another one. */
export function draftFor(server: ServerInputs): DraftId | null {
  const { draft, tls } = server;
  const stays = draft !== null && staysFor('database', draft.read, settingsOf({ ...server, tls: tlsMeant(tls) }));
  return stays ? draft.id : null;
}

export function secretsOf(inputs: Inputs): SecretsIn {
  if (inputs.goal !== 'move' || inputs.server === null) return {};
  const { password, through } = inputs.server;
  const draft = draftFor(inputs.server);
  return {
    ...(draft === null ? {} : { draft }),
    ...(password === '' ? {} : { database: password }),
    ...tunnelSecrets(through),
  };
}
