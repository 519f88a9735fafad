/** The same restore with stock tools, for whoever wants to see it or has no Holdfast at hand. */
import path from 'node:path';
import type { RestoreTarget } from '../../shared/restore.ts';

export interface CommandFacts {
  /** Where the stored file lies. */
  stored: string;
  /** It lies there in numbered parts. */
  inParts: boolean;
  target: RestoreTarget;
  /** The live one is replaced and stays under this name; null for a new place. */
  keepAs: string | null;
  /** The owner of a database that was dumped. */
  owner: string | null;
}

export function stockCommands(facts: CommandFacts): string[] {
  const { target } = facts;
  return target.kind === 'file' ? fileCommands(facts, target.file) : databaseCommands(facts, target);
}

const opened = ({ stored, inParts }: CommandFacts): string =>
  inParts ? `cat ${quoted(stored)}.part-* | zstd -dc` : `zstd -dc ${quoted(stored)}`;

function fileCommands(facts: CommandFacts, file: string): string[] {
  const { keepAs } = facts;
  if (keepAs === null) return [`${opened(facts)} > ${quoted(file)}`];
  const fresh = `${file}.restored`;
  return [
    '# Stop every program that uses the file first.',
    `${opened(facts)} > ${quoted(fresh)}`,
    `sqlite3 ${quoted(file)} 'PRAGMA journal_mode=DELETE;'`,
    `ln ${quoted(file)} ${quoted(keepAs)}`,
    `mv ${quoted(fresh)} ${quoted(file)}`,
  ];
}

type DatabaseTarget = Extract<RestoreTarget, { kind: 'database' }>;

function databaseCommands(facts: CommandFacts, target: DatabaseTarget): string[] {
  const { stored, keepAs, owner } = facts;
  const { server, database } = target;
  const hop = server.tunnel?.server;
  const [host, port] = hop === undefined ? [server.host, server.port] : ['127.0.0.1', 15_432];
  const at = `-h ${quoted(host)} -p ${port} -U ${quoted(server.user)}`;
  const dump = path.basename(stored).replace(/\.zst$/, '');
  const fresh = keepAs === null ? database : `${database.slice(0, 40)}_restored`;
  const lines = [
    ...(hop === undefined
      ? []
      : [`ssh -f -N -L ${port}:${server.host}:${server.port} -p ${hop.port} ${quoted(`${hop.user}@${hop.host}`)}`]),
    `${opened(facts)} > ${quoted(dump)}`,
    `createdb ${at} -T template0${owner === null ? '' : ` -O ${quoted(owner)}`} ${quoted(fresh)}`,
    `pg_restore ${at} -j 2 -d ${quoted(connectionName(fresh))} ${quoted(dump)}`,
  ];
  if (keepAs === null) return lines;
  const [live, kept, made] = [database, keepAs, fresh].map(identifier);
  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.replaceAll("'", "''")}'`;
  const swap = `BEGIN; ALTER DATABASE ${live} RENAME TO ${kept}; ALTER DATABASE ${made} RENAME TO ${live}; COMMIT`;
  return [...lines, `psql ${at} -d postgres -c ${quoted(cut)}`, `psql ${at} -d postgres -c ${quoted(swap)}`];
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** pg_restore takes a name with an equals sign, or one that looks like a URL, for a connection string. */
function connectionName(name: string): string {
  if (!name.includes('=') && !/^postgres(ql)?:\/\//.test(name)) return name;
  return `dbname='${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** One word of a POSIX shell, on one line. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('-')) return word;
  // oxlint-disable-next-line no-control-regex -- a name with a line break would make two commands of one
  if (!/[\u0000-\u001f\u007f]/.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = JSON.stringify(word).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `$'${escaped}'`;
}
