/** What the source wizard is making, as far as it is known: one value that only `reducer.ts` changes. */
import { type DirectChoice } from '../../shared/direct.ts';
import type { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { ProbeReport, ProbeStep, Scope, Source } from '../../shared/source.ts';
import {
  noTunnel,
  strictTls,
  type PasswordDraft,
  type TlsDraft,
  type TunnelDraft,
  type WayField,
} from '../frame/server-draft.ts';
import type { Fault } from '../ui/fault.ts';

/** Ways to say where a database is. */
export type Way = 'url' | 'env' | 'file' | 'form';
export type WizardStep = 'way' | 'connection' | 'content' | 'finish';
export const wizardSteps: readonly WizardStep[] = ['way', 'connection', 'content', 'finish'];

export interface ServerDraft extends TunnelDraft {
  kind: 'postgres';
  host: string;
  port: string;
  user: string;
  password: PasswordDraft;
  databases: string[];
  tls: TlsDraft;
}
export interface FileDraft {
  kind: 'sqlite';
  file: string;
  /** The file that an address named. It was typed, and a window sends only what was chosen: a dialog opens beside it. */
  named?: string | undefined;
}
/** `unknown` until a way in was taken. */
export type Draft = { kind: 'unknown' } | ServerDraft | FileDraft;

/** Which part of the databases goes into a backup; the lists of the choices not taken are kept. */
export interface ContentDraft {
  which: 'all' | 'schema' | 'data' | 'only' | 'except' | 'kept';
  only: string[];
  except: string[];
  /** A scope that the form cannot say, made in the terminal: kept as it is unless another is chosen. */
  kept: Scope | null;
}

export interface FinishDraft {
  name: string;
  production: boolean;
  digests: boolean;
  compressionLevel: number;
  /** Whether backups may go straight to their place; null: never. */
  direct: DirectChoice | null;
  /** Absolute paths; none means the data folder's own. */
  folders: string[];
  /** Names of places that are no folders. */
  places: string[];
}

/** The live test of the connection. A report speaks of the connection as it was then. */
export type ConnectionTest =
  | { state: 'none' }
  | { state: 'running'; jobId: JobId | null; phase: string; steps: ProbeStep[] }
  | { state: 'done'; report: ProbeReport; at: number }
  | { state: 'failed'; failure: Failure }
  | { state: 'cancelled' };

/** What a test found, to choose from. */
export interface Found {
  databases: ProbeReport['databases'];
  tables: string[];
  /** The databases whose tables these are. */
  of: string[];
}

/** Every field that can be at fault. */
export type FieldName =
  | 'url'
  | 'envFile'
  | 'file'
  | 'host'
  | 'port'
  | 'user'
  | 'password'
  | 'databases'
  | WayField
  | 'tables'
  | 'name'
  | 'folders';

export type Faults = Partial<Record<FieldName, Fault>>;

export interface WizardState {
  origin: { kind: 'new' } | { kind: 'edit'; source: Source };
  step: WizardStep;
  /** The furthest step that was reached: those before it can be gone to. */
  reached: WizardStep;
  way: Way;
  url: string;
  envFile: string;
  draft: Draft;
  /** What another way had been filled with; taken up again when that way is. */
  aside: { postgres: ServerDraft | null; sqlite: FileDraft | null };
  /** What was said of a URL or a file that was read. */
  notes: string[];
  content: ContentDraft;
  finish: FinishDraft;
  /** Whether a person wrote the name; else it follows what is known. */
  nameIsOwn: boolean;
  test: ConnectionTest;
  /** What the last test found, to choose from; it outlives a change of the connection. */
  found: Found | null;
  faults: Faults;
  /** What went wrong and belongs to no field. */
  failure: Failure | null;
}

export const emptyServer: ServerDraft = {
  kind: 'postgres',
  host: '',
  port: '5432',
  user: '',
  password: { from: 'typed', text: '' },
  databases: [],
  tls: strictTls,
  ...noTunnel,
};
export const emptyFile: FileDraft = { kind: 'sqlite', file: '' };

export const newWizard: WizardState = {
  origin: { kind: 'new' },
  step: 'way',
  reached: 'way',
  way: 'url',
  url: '',
  envFile: '',
  draft: { kind: 'unknown' },
  aside: { postgres: null, sqlite: null },
  notes: [],
  content: { which: 'all', only: [], except: [], kept: null },
  finish: { name: '', production: false, digests: true, compressionLevel: 1, direct: null, folders: [], places: [] },
  nameIsOwn: false,
  test: { state: 'none' },
  found: null,
  faults: {},
  failure: null,
};
