/** Pure: what the house is asked for a draft, or what is still missing from it. */
import type { BackupId } from '../../shared/id.ts';
import type { RestoreTarget } from '../../shared/restore.ts';
import type { EngineKind } from '../../shared/source.ts';
import { wayFaults } from '../frame/server-draft.ts';
import type { Fault } from '../ui/fault.ts';
import { draftFor, secretsOf, settingsOf, type Inputs, type ServerInputs } from './draft.ts';
import { databaseNameFault, isPlainFileName } from './suggest.ts';

/** What the draft leaves open is filled from what was suggested. */
export interface Suggested {
  backupId: BackupId | null;
  kind: EngineKind;
  /** The databases of the set; empty until its manifest has been read. */
  databases: readonly string[];
  /** For the new database, or for the new file in `folder`. */
  besideName: string;
  /** Of the live SQLite file, with its separator at the end; null where the source is gone. */
  folder: string | null;
}

export interface RehearseRequest {
  backup: BackupId;
  database: string;
  target: RestoreTarget | { kind: 'same-server'; database: string } | { kind: 'original' };
}

export type Missing =
  | 'backup'
  | 'contents'
  | 'file'
  | 'file-name'
  | 'name-empty'
  | 'name-too-long'
  | 'name-unusable'
  | 'server'
  | 'host'
  | 'user'
  | 'way';

export type Request = { ready: true; request: RehearseRequest } | { ready: false; missing: Missing };

const missing = (what: Missing): Request => ({ ready: false, missing: what });

export function requestOf(inputs: Inputs, suggested: Suggested): Request {
  const backup = inputs.backupId ?? suggested.backupId;
  if (backup === null) return missing('backup');
  const database = inputs.database ?? suggested.databases[0];
  if (database === undefined) return missing('contents');
  const target = targetOf(inputs, suggested, database);
  return typeof target === 'string' ? missing(target) : { ready: true, request: { backup, database, target } };
}

function targetOf(inputs: Inputs, suggested: Suggested, database: string): RehearseRequest['target'] | Missing {
  if (inputs.goal === 'undo') return { kind: 'original' };
  if (suggested.kind === 'sqlite') return fileTarget(inputs, suggested);
  if (inputs.goal === 'beside') {
    const name = inputs.besideName ?? suggested.besideName;
    const fault = databaseNameFault(name);
    return fault === null ? { kind: 'same-server', database: name } : `name-${fault}`;
  }
  return serverTarget(inputs, inputs.moveName ?? database);
}

function serverTarget(inputs: Inputs, name: string): RehearseRequest['target'] | Missing {
  if (inputs.server === null) return 'server';
  const { host, user } = inputs.server.settings;
  if (host.trim() === '') return 'host';
  if (user.trim() === '') return 'user';
  if (lackingWay(inputs.server) !== null) return 'way';
  const fault = databaseNameFault(name);
  if (fault !== null) return `name-${fault}`;
  const { password } = inputs.server;
  // Nothing was given for this server: what ~/.pgpass says of it, or no password at all.
  const given = draftFor(inputs.server) !== null || password !== '';
  const server = {
    ...settingsOf(inputs.server),
    databases: [name],
    password: given ? ('vault' as const) : ('pgpass' as const),
  };
  return { kind: 'database', server, database: name };
}

/** The first thing that the way to the server still lacks. */
export const lackingWay = ({ tls, through }: ServerInputs): Fault | null =>
  Object.values(wayFaults({ ...through, tls }))[0] ?? null;

/** A file that was chosen, or a name beside the live one: the only path that the window makes up. */
function fileTarget(inputs: Inputs, { folder, besideName }: Suggested): RehearseRequest['target'] | Missing {
  if (inputs.file !== null) return { kind: 'file', file: inputs.file };
  if (folder === null) return 'file';
  const name = (inputs.besideName ?? besideName).trim();
  return isPlainFileName(name) ? { kind: 'file', file: folder + name } : 'file-name';
}

/** Two drafts that ask the same get the same answer; a password that changed is another question. */
export function questionOf(request: RehearseRequest, inputs: Inputs): string {
  return JSON.stringify([request, secretsOf(inputs)]);
}
