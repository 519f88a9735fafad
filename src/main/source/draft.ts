/** Pure: what a URL or a `.env` file says, as the settings of a source (JO-1, CV-1). */
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { SourceSettings } from '../../shared/source.ts';
import { databaseOf, databaseOfUrl, type EnvDatabase } from './env-file.ts';
import { tlsModeOf, type ServerAddress } from './server-url.ts';

export interface Drafted {
  settings: SourceSettings;
  password: string | undefined;
  databaseNamed: boolean;
  /** What it could be called; another source may have that name. */
  name: string;
  notes: string[];
}

interface Around {
  /** Who connects where nobody is named. */
  account: string;
  /** Whether ~/.pgpass is there to be asked. */
  pgpass: boolean;
}

/** @throws Fail `source.url-malformed` */
export function draftOfUrl(url: string, around: Around): Drafted {
  const text = url.trim();
  // A path that was pasted names its file as well as a URL would.
  const found: EnvDatabase = path.isAbsolute(text)
    ? { kind: 'file', file: text, notes: [] }
    : withoutRelative(databaseOfUrl(text));
  return drafted(found, undefined, around);
}

/**
 * @param file of the text: its folder is where relative paths begin.
 * @throws Fail `source.env-incomplete`, `source.url-malformed`
 */
export function draftOfEnv(text: string, file: string, around: Around): Drafted {
  return drafted(databaseOf(text), path.dirname(file), around);
}

function withoutRelative(found: EnvDatabase): EnvDatabase {
  const relative = found.kind === 'file' ? found.file : found.address.caFile;
  if (relative !== undefined && !path.isAbsolute(relative))
    throw new Fail('source.url-malformed', 'The URL names a file without its folder.', {
      hint: 'Write the whole path (sqlite:////folder/file), or choose the file.',
    });
  return found;
}

function drafted(found: EnvDatabase, folder: string | undefined, around: Around): Drafted {
  const whole = (file: string): string => (folder === undefined ? file : path.resolve(folder, file));
  if (found.kind === 'file') {
    const file = whole(found.file);
    const name = nameFrom(path.basename(file).replace(/[.](?:sqlite3?|db3?)$/i, ''));
    return { settings: { kind: 'sqlite', file }, password: undefined, databaseNamed: true, name, notes: found.notes };
  }
  const { address } = found;
  const database = address.database ?? 'postgres';
  return {
    settings: { ...serverOf(address, whole, around), databases: [database] },
    password: address.password,
    databaseNamed: address.database !== undefined,
    name: nameFrom(address.database ?? address.host),
    notes: address.notes,
  };
}

function serverOf(address: ServerAddress, whole: (file: string) => string, around: Around) {
  const { host, port, user, password, caFile } = address;
  return {
    kind: 'postgres' as const,
    host,
    port,
    user: user ?? around.account,
    tls: { mode: tlsModeOf(address), ...(caFile === undefined ? {} : { caFile: whole(caFile) }) },
    password: password === undefined ? (around.pgpass ? ('pgpass' as const) : ('none' as const)) : ('vault' as const),
  };
}

/** The nearest name that a source may have. */
function nameFrom(text: string): string {
  const name = text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/[-.]+$/, '')
    .slice(0, 63);
  return name === '' ? 'database' : name;
}
