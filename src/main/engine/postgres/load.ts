/** Runs pg_restore on an archive and says which entries failed. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ToolSet } from '../../../shared/doctor.ts';
import { Fail } from '../../../shared/failure.ts';
import { start } from '../../base/run.ts';
import type { Watch } from '../../base/watch.ts';
import type { Archive } from './archive.ts';
import { ComplaintReader, heardAlone, wordless, type Complaints } from './complaint.ts';
import { dataKinds } from './grade.ts';
import type { LibpqAccess } from './libpq.ts';
import { programPath } from './tool.ts';

export interface LoadOptions {
  tool: ToolSet;
  access: LibpqAccess;
  archive: Archive;
  file: string;
  /** Ids of entries that are not loaded. */
  leaveOut: ReadonlySet<number>;
  /** Everything belongs to the role that loads it. */
  noOwner: boolean;
  /** No grants, security labels, tablespaces, and nothing that would reach other servers. */
  bare: boolean;
  noTablespaces: boolean;
  /** Workers; the archive lies in a file, so several can read it. */
  jobs: number;
}

/** Errors after which the rest of the archive was not tried. */
const lost =
  /server closed the connection|connection to server .*(failed|lost)|could not connect|no connection to the server|SSL connection has been closed|terminating connection|worker process (died|failed)|the database system is/i;
const full = /no space left on device|disk full|could not extend file|could not write to file|53100/i;

/**
 * Loads the archive. Entries that fail do not stop it: they are in what it returns, and whoever asked grades them.
 * @throws `restore.full`, `source.connection-lost`, `tool.killed`, `tool.failed` where the rest was not tried.
 */
export async function loadArchive(options: LoadOptions, watch: Watch): Promise<Complaints> {
  const wanted = options.archive.entries.filter((entry) => !options.leaveOut.has(entry.id)).map(({ id }) => id);
  const said = await loadEntries(options, wanted, watch);
  if (options.jobs === 1) return said;
  const kinds = new Map(options.archive.entries.map(({ id, kind }) => [id, kind]));
  const silent = wordless(said).filter((id) => !dataKinds.has(kinds.get(id) ?? ''));
  if (silent.length === 0) return said;
  // The words of two workers ran into each other. Alone, each entry says for itself why it fails.
  return heardAlone(said, silent, await loadEntries({ ...options, jobs: 1 }, silent, watch));
}

async function loadEntries(options: LoadOptions, entries: readonly number[], watch: Watch): Promise<Complaints> {
  const list = path.join(watch.work, `restore-list-${randomUUID()}`);
  await writeFile(list, entries.map((id) => `${id};\n`).join(''), { mode: 0o600, flag: 'wx' });
  const reader = new ComplaintReader();
  const tables = new Map(
    options.archive.entries.filter((entry) => entry.kind === 'TABLE DATA').map((entry) => [entry.id, entry.name]),
  );
  try {
    const running = start(programPath(options.tool, 'pg_restore'), argumentsOf(options, list), {
      env: options.access.env,
      signal: watch.signal,
      onErrorLine: (line) => {
        reader.read(line);
        tellProgress(line, tables, watch);
      },
    });
    running.stdout.resume();
    const { code, signal } = await running.ended;
    watch.signal.throwIfAborted();
    const said = reader.result();
    demandFinished(said, code, signal, options);
    return said;
  } finally {
    await rm(list, { force: true });
  }
}

function argumentsOf(options: LoadOptions, list: string): string[] {
  return [
    `--dbname=${options.access.conninfo}`,
    `--use-list=${list}`,
    `--jobs=${options.jobs}`,
    // Its own words about what it is doing are the progress.
    '--verbose',
    '--no-password',
    ...(options.noOwner ? ['--no-owner'] : []),
    ...(options.bare ? ['--no-privileges', '--no-security-labels'] : []),
    ...(options.bare || options.noTablespaces ? ['--no-tablespaces'] : []),
    options.file,
  ];
}

function tellProgress(line: string, tables: ReadonlyMap<number, string>, watch: Watch): void {
  const launched = /^pg_restore: launching item (\d+) TABLE DATA /.exec(line);
  if (launched !== null) watch.progress({ table: tables.get(Number(launched[1])) ?? null });
  else {
    const processing = /^pg_restore: processing data for table "(.*)"$/.exec(line);
    if (processing !== null) watch.progress({ table: processing[1] ?? null });
  }
}

/** pg_restore ends with 1 both when it skipped entries and when it gave up; only in the first case it counts them. */
function demandFinished(
  said: Complaints,
  code: number | null,
  signal: NodeJS.Signals | null,
  options: LoadOptions,
): void {
  const blamed = options.access.failure();
  const words = said.complaints.map((one) => one.message);
  const spaceless = words.find((message) => full.test(message));
  if (spaceless !== undefined) throw new Fail('restore.full', `The target ran out of disk space: ${spaceless}`);
  if (signal !== null) throw new Fail('tool.killed', `pg_restore was ended by ${signal}.`, { cause: blamed });
  if (code === 0) return;
  const cut = words.find((message) => lost.test(message));
  if (cut !== undefined || (blamed !== undefined && said.ignored === null)) {
    throw blamed ?? new Fail('source.connection-lost', `The connection to the target broke: ${cut}`);
  }
  if (said.ignored !== null) return;
  throw new Fail('tool.failed', `pg_restore gave up: ${words.at(-1) ?? `exit code ${code}`}`);
}
