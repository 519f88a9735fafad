/** A PostgreSQL server of our own, for one proof: made, started, ended and removed, whatever happens to this process. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToolSet } from '../../../shared/doctor.ts';
import { freeBytesOn } from '../../base/file.ts';
import { Fail } from '../../../shared/failure.ts';
import { processStartTime } from '../../base/process.ts';
import { run, start, type Running } from '../../base/run.ts';
import { Secret } from '../../base/secret.ts';
import type { Watch } from '../../base/watch.ts';
import type { Surroundings } from '../engine.ts';
import { endServer, removeScratchFolder, type KnownProcess } from './leftover.ts';
import { recordFile, writeRecord, type ScratchRecord } from './scratch-record.ts';
import { programPath } from './tool.ts';

export interface Cluster {
  /** Of the server's account alone; holds data and socket. */
  folder: string;
  /** For settings: the folder of the Unix socket. */
  socketFolder: string;
  port: number;
  superuser: string;
  superuserPassword: Secret;
  /** Ends the server and removes everything. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ClusterNeeds {
  /** Roles that must not be taken for ours. */
  takenRoles: readonly string[];
  /** Who may come in without a password: the plain role that loads. Everybody else needs one, and nobody has any. */
  loader: string;
  /** How many objects one transaction may have to lock. */
  objectCount: number;
  /** What will be loaded, as far as is known. */
  sizeBytes: number;
}

interface Account {
  uid: number;
  gid: number;
}

const port = 5432;
/** A socket's path may have 104 bytes on macOS, 108 on Linux, each with a closing zero. */
const maxSocketPath = 103;
const emptyClusterBytes = 80 * 1024 * 1024;
const readyWithinMs = 60_000;
const watchdogProgram = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './watchdog.ts' : './watchdog.js', import.meta.url),
);

/**
 * Makes and starts a server from these programs: no network, a socket in a private folder, no durability. Run by root it
 * belongs to the account `postgres`, else `nobody`.
 * @throws `scratch.full`, `scratch.failed`, `scratch.unavailable`.
 */
export async function startCluster(
  set: ToolSet,
  needs: ClusterNeeds,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Cluster> {
  const account = await serverAccount();
  const folder = path.join(scratchRoot(), `hf-${randomBytes(10).toString('hex')}`);
  await demandSpace(path.dirname(folder), needs.sizeBytes);
  const life = await openLife(folder, watch, surroundings);
  try {
    await mkdir(folder, { mode: 0o700 });
    if (account !== undefined) await chown(folder, account.uid, account.gid);
    const programs = await reachable(set, folder, account);
    const superuser = unlike('holdfast_setup', needs.takenRoles);
    const superuserPassword = new Secret(randomBytes(24).toString('base64url'));
    await initialize(programs, folder, superuser, superuserPassword, needs.loader, account, watch);
    await life.run(programs, folder, needs, account);
    return { folder, socketFolder: folder, port, superuser, superuserPassword, stop: () => life.end() };
  } catch (error) {
    await life.end();
    watch.signal.throwIfAborted();
    throw explain(error);
  }
}

/** The name itself, or with a number behind it where it is taken. */
export function unlike(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

function scratchRoot(): string {
  const longest = path.join(tmpdir(), `hf-${'0'.repeat(20)}`, `.s.PGSQL.${port}.lock`);
  return Buffer.byteLength(longest) <= maxSocketPath ? tmpdir() : '/tmp';
}

async function demandSpace(folder: string, sizeBytes: number): Promise<void> {
  const freeBytes = await freeBytesOn(folder);
  const needed = emptyClusterBytes + sizeBytes;
  if (freeBytes >= needed) return;
  throw new Fail(
    'scratch.full',
    `The throw-away server needs about ${megabytes(needed)} MB in ${folder}; ${megabytes(freeBytes)} MB are free.`,
  );
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

/** PostgreSQL refuses to run as root. */
async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const numbers = await Promise.all(['-u', '-g'].map((option) => run('/usr/bin/id', [option, name])));
    const [uid, gid] = numbers.map(({ code, stdout }) => (code === 0 ? Number(stdout.trim()) : Number.NaN));
    if (uid !== undefined && gid !== undefined && Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  }
  throw new Fail(
    'scratch.unavailable',
    'Root may not run a PostgreSQL server, and there is no account postgres or nobody to run it.',
  );
}

interface Life {
  run(programs: ToolSet, folder: string, needs: ClusterNeeds, account: Account | undefined): Promise<void>;
  end(): Promise<void>;
}

/** From here on everything is removed again, by us, by the watchdog, or by whoever finds the record. */
async function openLife(folder: string, watch: Watch, surroundings: Surroundings): Promise<Life> {
  const owner = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? '' };
  const record: ScratchRecord = { folder, server: null, owner, watchdogPid: null, createdAt: surroundings.clock.now() };
  const file = recordFile(surroundings.scratchFolder, folder);
  await writeRecord(surroundings.scratchFolder, record);
  const watchdog = startWatchdog(folder, file);
  const watchdogPid = watchdog?.pid ?? null;
  await writeRecord(surroundings.scratchFolder, { ...record, watchdogPid });
  let known: KnownProcess | null = null;
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await endServer(folder, known);
    await removeScratchFolder(folder);
    await rm(file, { force: true });
    watchdog?.stdin?.end();
    await watchdog?.ended.catch(() => {});
  };
  return {
    end: () => (ending ??= end()),
    async run(programs, place, needs, account) {
      const server = startServer(programs, place, needs, account);
      known = { pid: server.running.pid, startTime: (await processStartTime(server.running.pid)) ?? '' };
      watchdog?.stdin?.write(`${known.pid} ${known.startTime}\n`);
      await writeRecord(surroundings.scratchFolder, { ...record, server: known, watchdogPid });
      await server.ready(watch, surroundings);
    },
  };
}

/**
 * Null inside Electron: its binary starts the app and, by its fuses, never plain Node. There the owner of the data folder
 * removes what a killed job leaves, and the next start what both of them leave.
 */
function startWatchdog(folder: string, file: string): Running | null {
  if (process.versions['electron'] !== undefined) return null;
  const watchdog = start(process.execPath, [watchdogProgram, folder, file], { stdin: 'pipe', detached: true });
  watchdog.stdout.resume();
  watchdog.stdin?.on('error', () => {});
  return watchdog;
}

/** The programs, or a copy of them beside the data where the server's account cannot get to them. */
async function reachable(set: ToolSet, folder: string, account: Account | undefined): Promise<ToolSet> {
  if (account === undefined || (await everyoneCanEnter(set.folder))) return set;
  const copy = path.join(folder, 'server');
  await cp(path.dirname(set.folder), copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  return { ...set, folder: path.join(copy, path.basename(set.folder)) };
}

async function everyoneCanEnter(folder: string): Promise<boolean> {
  for (let current = folder; ; current = path.dirname(current)) {
    if (((await stat(current)).mode & 0o001) === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}

async function initialize(
  set: ToolSet,
  folder: string,
  superuser: string,
  password: Secret,
  loader: string,
  account: Account | undefined,
  watch: Watch,
): Promise<void> {
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, `${password.reveal()}\n`, { mode: 0o600, flag: 'wx' });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const made = await run(
    programPath(set, 'initdb'),
    [
      `--pgdata=${data}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth-local=scram-sha-256',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      ...(set.major >= 18 ? ['--no-data-checksums'] : []),
    ],
    { ...account, cwd: folder, signal: watch.signal },
  );
  await rm(passwordFile, { force: true });
  watch.signal.throwIfAborted();
  if (made.code !== 0) throw new Fail('scratch.failed', `initdb ${set.version} failed: ${lastWords(made.stderr)}`);
  // Peer would let the server's own account in as superuser: a dump's code that reaches out (dblink) has that account.
  const rules = [`local all ${quoted(loader)} trust`, `local all ${quoted(superuser)} scram-sha-256`];
  await writeFile(path.join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
}

const quoted = (name: string): string => `"${name}"`;

function settingsOf(folder: string, needs: ClusterNeeds): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    port: String(port),
    // Nothing here outlives the proof.
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '2GB',
    autovacuum: 'off',
    jit: 'off',
    shared_buffers: '128MB',
    maintenance_work_mem: '128MB',
    max_connections: '20',
    max_locks_per_transaction: String(Math.min(20_000, 128 + Math.ceil(needs.objectCount / 8))),
    timezone: 'UTC',
    lc_messages: 'C',
    // Statements that fail are told by pg_restore; here they would put rows into a log.
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    log_destination: 'stderr',
    logging_collector: 'off',
  };
}

function startServer(
  set: ToolSet,
  folder: string,
  needs: ClusterNeeds,
  account: Account | undefined,
): { running: Running; ready(watch: Watch, surroundings: Surroundings): Promise<void> } {
  const settings = Object.entries(settingsOf(folder, needs)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let tellReady = (): void => {};
  const isReady = new Promise<'ready'>((resolve) => {
    tellReady = () => resolve('ready');
  });
  const running = start(programPath(set, 'postgres'), ['-D', path.join(folder, 'data'), ...settings], {
    ...account,
    cwd: folder,
    detached: true,
    onErrorLine: (line) => {
      if (line.includes('database system is ready to accept connections')) tellReady();
    },
  });
  running.stdout.resume();
  return {
    running,
    async ready(watch, surroundings) {
      const waiting = new AbortController();
      const late = surroundings.clock
        .sleep(readyWithinMs, AbortSignal.any([watch.signal, waiting.signal]))
        .then(() => 'late' as const);
      late.catch(() => {});
      try {
        const outcome = await Promise.race([isReady, running.ended, late]);
        if (outcome === 'ready') return;
        const words = outcome === 'late' ? 'it was not ready within a minute.' : lastWords(outcome.stderr);
        throw new Fail('scratch.failed', `The throw-away PostgreSQL ${set.version} did not start: ${words}`);
      } finally {
        waiting.abort();
      }
    },
  };
}

const lastWords = (text: string): string => text.trim().split('\n').slice(-5).join(' ').slice(-1000);

/** Where the disk is full, that is what has to be told, whoever met it first. */
function explain(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device/i.test(String(message))) {
    return new Fail('scratch.full', 'The disk of temporary files is full.', { cause: error });
  }
  if (error instanceof Fail) return error;
  return new Fail('scratch.failed', `The throw-away server could not be made: ${String(message)}`, { cause: error });
}
