/** Pure: where the database of an application is, read from its `.env` file (JO-1, CV-1). */
import { Fail } from '../../shared/failure.ts';
import { parseServerUrl, type ServerAddress } from './server-url.ts';

/**
 * The variables of a `.env` file: `export` in front, single and double quotes, escapes, comments, values over several lines
 * inside quotes. `${…}` is not expanded; `references` names the variables in which one was met.
 */
export function parseEnv(text: string): { values: Map<string, string>; references: Set<string> } {
  const values = new Map<string, string>();
  const references = new Set<string>();
  const entry =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^\r\n]*))/gm;
  for (const [, name = '', single, double, bare] of text.replace(/^\uFEFF/, '').matchAll(entry)) {
    const value = single ?? (double === undefined ? uncommented(bare ?? '') : unescape(double));
    if (single === undefined && /(?<!\\)\$(\{|[A-Za-z_])/.test(double ?? value)) references.add(name);
    else references.delete(name);
    values.set(name, value);
  }
  return { values, references };
}

/** A comment begins at a `#` after a space: one inside a word belongs to it. */
const uncommented = (text: string): string => text.replace(/(^|\s)#.*$/, '').trim();

function unescape(text: string): string {
  const known: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return text.replaceAll(
    /\\([^])/g,
    (whole, character: string) => known[character] ?? ('"\\$`'.includes(character) ? character : whole),
  );
}

/** What a `.env` file says of the application's database. */
export type EnvDatabase = { kind: 'server'; address: ServerAddress } | { kind: 'file'; file: string; notes: string[] };

/**
 * Takes DATABASE_URL, else POSTGRES_HOST/PORT/USER/PASSWORD/DB, else PGHOST/PGPORT/PGUSER/PGPASSWORD/PGDATABASE.
 * @throws Fail `source.env-incomplete`, `source.url-malformed`
 */
export function databaseOf(text: string): EnvDatabase {
  const { values, references } = parseEnv(text);
  const used = new Set<string>();
  const value = (name: string): string | undefined => {
    const found = values.get(name);
    if (found === undefined || found === '') return undefined;
    used.add(name);
    return found;
  };
  const found = fromUrl(value) ?? fromParts(value);
  const notes = [...used]
    .filter((name) => references.has(name))
    .map(
      (name) =>
        `${name} of the file refers to another variable; Holdfast does not expand it and takes it as it stands.`,
    );
  if (found.kind === 'file') return { ...found, notes };
  return { kind: 'server', address: { ...found.address, notes: [...found.address.notes, ...notes] } };
}

function fromUrl(value: (name: string) => string | undefined): EnvDatabase | undefined {
  const url = value('DATABASE_URL');
  return url === undefined ? undefined : databaseOfUrl(url);
}

/** @throws Fail `source.url-malformed` */
export function databaseOfUrl(url: string): EnvDatabase {
  // sqlite:///relative and sqlite:////absolute, as Django and SQLAlchemy write it.
  const file = /^sqlite3?:\/\/\/(.+?)(\?.*)?$/i.exec(url.trim())?.[1];
  if (file !== undefined) return { kind: 'file', file: decoded(file), notes: [] };
  return { kind: 'server', address: parseServerUrl(url) };
}

function decoded(file: string): string {
  try {
    return decodeURI(file);
  } catch {
    throw new Fail(
      'source.url-malformed',
      'A % in the URL is not followed by two hexadecimal digits; write it as %25.',
    );
  }
}

function fromParts(value: (name: string) => string | undefined): EnvDatabase {
  const either = (name: string): string | undefined =>
    value(`POSTGRES_${name}`) ?? value(`PG${name === 'DB' ? 'DATABASE' : name}`);
  const [host, port, user, password, database] = [
    either('HOST'),
    either('PORT'),
    either('USER'),
    either('PASSWORD'),
    either('DB'),
  ];
  if (host === undefined || user === undefined || database === undefined) {
    const missing = Object.entries({ POSTGRES_HOST: host, POSTGRES_USER: user, POSTGRES_DB: database })
      .filter(([, found]) => found === undefined)
      .map(([name]) => name);
    throw new Fail('source.env-incomplete', `The file has no DATABASE_URL, and no ${missing.join(', no ')}.`);
  }
  // Written as a URL and read again, so that both ways know the same rules.
  const query = new URLSearchParams();
  for (const name of ['sslmode', 'sslrootcert']) {
    const found = value(`PG${name.toUpperCase()}`);
    if (found !== undefined) query.set(name, found);
  }
  const address = parseServerUrl(
    `postgres://placeholder:${port ?? '5432'}/?${query.toString().replaceAll('+', '%20')}`,
  );
  return { kind: 'server', address: { ...address, host, user, password, database } };
}
