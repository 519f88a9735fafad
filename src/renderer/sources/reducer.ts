/** Pure: what each thing that happens in the wizard makes of its state. Going back changes the step and nothing else. */
import type { PostgresSettings, SourceDraft } from '../../shared/source.ts';
import { changedHop, tlsDraftOf, type HopDraft, type HopName, type PasswordDraft } from '../frame/server-draft.ts';
import { withoutPassword } from './address.ts';
import {
  emptyFile,
  emptyServer,
  wizardSteps,
  type ContentDraft,
  type Draft,
  type Faults,
  type FinishDraft,
  type ServerDraft,
  type Way,
  type WizardState,
  type WizardStep,
} from './draft.ts';
import { suggestName } from './name.ts';
import { faultsOfReport } from './fault-field.ts';
import { foundBy, takeTest, type TestHappening } from './test-state.ts';
import type { Failure } from '../../shared/failure.ts';

export type WizardAction =
  | { do: 'way'; way: Way }
  | { do: 'url'; text: string }
  | { do: 'envFile'; path: string }
  /** What `source.read` said of the URL or the file. */
  | { do: 'read'; read: SourceDraft }
  | { do: 'file'; path: string }
  /** `keepTest` where a choice among what the test found changes nothing that it said. */
  | { do: 'server'; change: Partial<Omit<ServerDraft, 'kind' | HopName>>; keepTest?: boolean }
  | { do: 'hop'; which: HopName; change: Partial<HopDraft> }
  | { do: 'content'; change: Partial<ContentDraft> }
  | { do: 'finish'; change: Partial<FinishDraft> }
  /** A name that nobody wrote. */
  | { do: 'suggest'; name: string }
  | { do: 'step'; step: WizardStep }
  | { do: 'faults'; faults: Faults; failure?: Failure | null }
  | { do: 'test'; happening: TestHappening };

export function reduce(state: WizardState, action: WizardAction): WizardState {
  switch (action.do) {
    case 'way':
      return { ...state, way: action.way, faults: {}, failure: null };
    case 'url':
      return without({ ...state, url: action.text }, 'url');
    case 'envFile':
      return without({ ...state, envFile: action.path }, 'envFile');
    case 'read':
      return takeRead(state, action.read);
    case 'file':
      return connected(without(state, 'file'), { ...emptyFile, file: action.path });
    case 'server': {
      const next = changeServer(state, action.change);
      return action.keepTest === true ? { ...next, test: state.test } : next;
    }
    case 'hop':
      return changeHop(state, action.which, action.change);
    case 'content':
      return without({ ...state, content: { ...state.content, ...action.change } }, 'tables');
    case 'finish':
      return changeFinish(state, action.change);
    case 'suggest':
      return { ...state, finish: { ...state.finish, name: action.name } };
    case 'step':
      return { ...state, step: action.step, reached: later(state.reached, action.step), failure: null };
    case 'faults':
      return { ...state, faults: action.faults, failure: action.failure ?? null };
    case 'test':
      return tested(state, action.happening);
  }
}

const databasesOf = (draft: Draft): string[] => (draft.kind === 'postgres' ? draft.databases : []);

/** Tables to choose from, where those of the chosen databases are known; null where they are not. */
export function knownTables({ draft, found }: WizardState): readonly string[] | null {
  if (found === null || found.tables.length === 0) return null;
  const chosen = databasesOf(draft);
  const same = chosen.length === found.of.length && chosen.every((name) => found.of.includes(name));
  return same ? found.tables : null;
}

function tested(state: WizardState, happening: TestHappening): WizardState {
  const test = takeTest(state.test, happening);
  if (test === state.test) return state;
  if (happening.kind === 'asked') return { ...state, test, faults: {}, failure: null };
  if (test.state !== 'done') return { ...state, test };
  const faults = faultsOfReport(test.report, state.draft.kind === 'postgres' ? state.draft : null);
  return { ...state, test, faults, found: foundBy(test.report, databasesOf(state.draft)) ?? state.found };
}

const later = (a: WizardStep, b: WizardStep): WizardStep => (wizardSteps.indexOf(a) > wizardSteps.indexOf(b) ? a : b);

/** Whoever mends a field need not look at its fault any longer. */
function without(state: WizardState, ...fields: (keyof Faults)[]): WizardState {
  const faults = Object.fromEntries(
    Object.entries(state.faults).filter(([field]) => !fields.includes(field as keyof Faults)),
  );
  return { ...state, faults, failure: null };
}

/** Takes a draft up, and puts the one of the other kind aside. A test of something else says nothing of this one. */
function connected(state: WizardState, draft: Draft): WizardState {
  const before = state.draft;
  const aside = before.kind === 'unknown' ? state.aside : { ...state.aside, [before.kind]: before };
  const name = state.nameIsOwn || state.origin.kind === 'edit' ? state.finish.name : suggestName(draft);
  const found = before.kind === draft.kind ? state.found : null;
  return { ...state, draft, aside, found, test: { state: 'none' }, finish: { ...state.finish, name } };
}

/** The draft to fill in for a kind of database: what was there before, however long ago. */
export function draftFor(
  state: WizardState,
  kind: 'postgres' | 'sqlite',
): ServerDraft | Extract<Draft, { kind: 'sqlite' }> {
  if (state.draft.kind === kind) return state.draft;
  return state.aside[kind] ?? (kind === 'postgres' ? emptyServer : emptyFile);
}

function takeRead(state: WizardState, read: SourceDraft): WizardState {
  const { settings } = read;
  const clean = { ...state, notes: read.notes, faults: {}, failure: null, url: withoutPassword(state.url) };
  const typed = state.way === 'url';
  if (settings.kind === 'sqlite')
    return named(
      connected(clean, { ...emptyFile, ...(typed ? { named: settings.file } : { file: settings.file }) }),
      read,
    );
  const earlier = draftFor(state, 'postgres') as ServerDraft;
  const draft: ServerDraft = {
    ...earlier,
    host: settings.host,
    port: String(settings.port),
    user: settings.user,
    // A guess is good for a test and no more: what is backed up is chosen by a person.
    databases: read.databaseNamed ? settings.databases : [],
    tls: tlsDraftOf(settings.tls, typed),
    password: read.passwordFound
      ? { from: 'draft', draft: read.draft, read: settings }
      : (earlierPassword(earlier, settings) ??
        (settings.password === 'vault' ? { from: 'typed', text: '' } : { from: settings.password })),
  };
  return named(connected(clean, draft), read);
}

/** A URL that is read again has lost its password, which is still at hand or asked for: for the same login, and for no other. */
function earlierPassword(earlier: ServerDraft, { host, port, user }: PostgresSettings): PasswordDraft | null {
  const same = earlier.host === host && earlier.port === String(port) && earlier.user === user;
  const { password } = earlier;
  const there = password.from === 'draft' || password.from === 'kept' || password.from === 'typed';
  return same && there ? password : null;
}

const named = (state: WizardState, read: SourceDraft): WizardState =>
  state.nameIsOwn || state.origin.kind === 'edit' ? state : { ...state, finish: { ...state.finish, name: read.name } };

function changeServer(state: WizardState, change: Partial<Omit<ServerDraft, 'kind' | HopName>>): WizardState {
  const draft = withTls({ ...(draftFor(state, 'postgres') as ServerDraft), ...change });
  const fields = Object.keys(change).flatMap((field) =>
    field === 'tls' ? ['tls', 'caFile'] : [field],
  ) as (keyof Faults)[];
  return connected(without(state, ...fields), draft);
}

/** This computer's own servers seldom have a certificate; every other is asked for one until a person says otherwise. */
const withTls = (draft: ServerDraft): ServerDraft =>
  draft.tls.own ? draft : { ...draft, tls: { ...draft.tls, mode: staysHere(draft.host) ? 'disable' : 'verify-full' } };

const staysHere = (host: string): boolean => /^(\/.*|localhost|127\.[0-9.]+|\[?::1\]?)$/.test(host.trim());

function changeHop(state: WizardState, which: HopName, change: Partial<HopDraft>): WizardState {
  const draft = draftFor(state, 'postgres') as ServerDraft;
  const { hop, elsewhere } = changedHop(draft[which], change);
  const fields = Object.keys(change).map((field) => `${which}.${field}`) as (keyof Faults)[];
  return connected(without(state, ...fields, ...(elsewhere ? [`${which}.hostKey` as const] : [])), {
    ...draft,
    [which]: hop,
  });
}

function changeFinish(state: WizardState, change: Partial<FinishDraft>): WizardState {
  const next = {
    ...state,
    finish: { ...state.finish, ...change },
    nameIsOwn: state.nameIsOwn || change.name !== undefined,
  };
  return without(
    next,
    ...(change.name === undefined ? [] : ['name' as const]),
    ...(change.folders === undefined && change.places === undefined ? [] : ['folders' as const]),
  );
}
