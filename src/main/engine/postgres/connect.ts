/** Sessions on a PostgreSQL server: checked TLS, tunnel, password, fixed settings, and failures in words. */
import pg from 'pg';
import { Fail } from '../../../shared/failure.ts';
import type { PostgresSettings } from '../../../shared/source.ts';
import type { Secret } from '../../base/secret.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place } from '../engine.ts';
import { passwordFor, postgresSettings, type ConnectSurroundings } from './place.ts';
import { refusePooler } from './pooler.ts';
import { mapServerError, sqlState } from './server-error.ts';
import { tlsOptions } from './tls.ts';
import { leaseRoute, type Route } from './tunnel.ts';

export { libpqAccess, type LibpqAccess } from './libpq.ts';
export { postgresSettings, type ConnectSurroundings } from './place.ts';
export { mapServerError, sqlState } from './server-error.ts';

export type ConnectWatch = Pick<Watch, 'signal' | 'log'>;

export interface Session {
  /** For what `query` cannot do. Its errors are the driver's own. */
  client: pg.Client;
  /** The backend's process id on the server. */
  backendPid: number;
  /** Rows of one statement. Fails with a `Fail`; when the watch's signal aborts, the server is told to stop and its reason is thrown. */
  query<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Like `15.18 (Debian 15.18-0+deb12u1)`. */
  serverVersion: string;
  major: number;
  /** Ends the session, and with it whatever transaction is open. Safe to call twice; never throws. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** How the session is named in pg_stat_activity; default `holdfast`. */
  applicationName?: string;
  /** Default 0: none. */
  statementTimeoutMs?: number;
}

/** What a database or role may have set to end sessions that take their time, since which version. */
const laterTimeouts: [number, string][] = [
  [14, 'SET idle_session_timeout = 0'],
  [17, 'SET transaction_timeout = 0'],
];

/** How long a server may take to let us in. */
const connectTimeoutMs = 20_000;
/** How long a server may take to stop a query that was cancelled, before the connection is cut. */
const cancelGraceMs = 2_000;

/**
 * What every session is set to before it asks anything. Names are looked up in pg_catalog only, so that no function or
 * operator that somebody put elsewhere can run in our name; a row hidden by row security is an error, never one row fewer.
 */
const basics = [
  'SET search_path = pg_catalog',
  'SET idle_in_transaction_session_timeout = 0',
  'SET lock_timeout = 0',
  'SET row_security = off',
  'SET standard_conforming_strings = on',
];

/**
 * A session on one database, with the fixed settings that every query of Holdfast relies on.
 * @throws `source.unreachable`, `source.auth-failed`, `source.no-database`, `source.tls-*`, `source.pooler`, `tunnel.*` …
 */
export async function connect(
  place: Place,
  database: string,
  watch: ConnectWatch,
  surroundings: ConnectSurroundings,
  options: ConnectOptions = {},
): Promise<Session> {
  const settings = postgresSettings(place);
  const password = passwordFor(place, database, surroundings);
  const route = await leaseRoute(place, watch, surroundings);
  const config = clientConfig(settings, database, route, password, surroundings, options);
  let client: pg.Client | undefined;
  try {
    client = await openClient(config, watch.signal);
    const facts = await serverFacts(client);
    if (facts.pid !== backendKey(client).pid) await refusePooler(client, () => openClient(config, watch.signal));
    const major = Math.floor(facts.number / 10_000);
    const later = laterTimeouts.flatMap(([since, statement]) => (major >= since ? [statement] : []));
    const statements = [`SET statement_timeout = ${options.statementTimeoutMs ?? 0}`, ...basics, ...later];
    for (const statement of statements) await client.query(statement);
    return sessionOf(client, config, facts, route, watch.signal);
  } catch (error) {
    if (client !== undefined) await endClient(client);
    const failure = route.failure();
    await route.release();
    watch.signal.throwIfAborted();
    throw failure ?? mapServerError(error, `${settings.host}:${settings.port}`);
  }
}

function clientConfig(
  settings: PostgresSettings,
  database: string,
  route: Route,
  password: Secret | undefined,
  surroundings: ConnectSurroundings,
  options: ConnectOptions,
): pg.ClientConfig {
  return {
    host: route.host,
    port: route.port,
    user: settings.user,
    database,
    // A function, so that the driver neither keeps the text in its options nor looks for it in files of its own.
    password: () => password?.reveal() as string,
    ssl: tlsOptions(settings, surroundings.userHome),
    sslnegotiation: 'postgres',
    application_name: options.applicationName ?? 'holdfast',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  };
}

/** What the server said when it ended a connection on which nothing was asked. */
const lastWords = new WeakMap<pg.Client, Error>();

async function openClient(config: pg.ClientConfig, signal: AbortSignal): Promise<pg.Client> {
  signal.throwIfAborted();
  const client = new pg.Client({ ...config });
  // The driver fills gaps from PG* variables, and those are not ours to follow.
  Object.assign((client as unknown as { connectionParameters: object }).connectionParameters, {
    options: undefined,
    replication: undefined,
  });
  // An idle connection that breaks must not end the process; the next query says why.
  client.on('error', (error) => {
    if (!lastWords.has(client)) lastWords.set(client, error);
  });
  const stop = (): void => streamOf(client).destroy(new Error('aborted'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    streamOf(client).destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface ServerFacts {
  pid: number;
  version: string;
  number: number;
}

async function serverFacts(client: pg.Client): Promise<ServerFacts> {
  const { rows } = await client.query<{ pid: number; version: string; number: string }>(
    `SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.current_setting('server_version') AS version,
            pg_catalog.current_setting('server_version_num') AS number`,
  );
  const row = rows[0];
  if (row === undefined) throw new Fail('source.failed', 'The server does not say what it is.');
  return { pid: row.pid, version: row.version, number: Number(row.number) };
}

function sessionOf(
  client: pg.Client,
  config: pg.ClientConfig,
  facts: ServerFacts,
  route: Route,
  signal: AbortSignal,
): Session {
  let closing: Promise<void> | undefined;
  let busy = 0;
  // One statement after the other, whoever asks: the driver's own queue is on its way out.
  let last: Promise<unknown> = Promise.resolve();
  const cancel = (): void => {
    if (busy === 0) return;
    // Without this the server would go on counting a large table, and hold its lock, until it wants to answer.
    requestCancel(client, config);
    setTimeout(() => streamOf(client).destroy(), cancelGraceMs).unref();
  };
  signal.addEventListener('abort', cancel, { once: true });
  const end = async (): Promise<void> => {
    signal.removeEventListener('abort', cancel);
    await endClient(client);
    await route.release();
  };
  return {
    client,
    backendPid: facts.pid,
    serverVersion: facts.version,
    major: Math.floor(facts.number / 10_000),
    query<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]> {
      const run = async (): Promise<T[]> => {
        signal.throwIfAborted();
        busy++;
        try {
          return (await client.query<T>(sql, values === undefined ? undefined : [...values])).rows;
        } catch (error) {
          signal.throwIfAborted();
          const spoken = sqlState(error) === undefined ? lastWords.get(client) : undefined;
          throw route.failure() ?? mapServerError(spoken ?? error);
        } finally {
          busy--;
        }
      };
      const mine = last.then(run, run);
      last = mine.catch(() => {});
      return mine;
    },
    close: () => (closing ??= end()),
  };
}

function streamOf(client: pg.Client): { destroy(error?: Error): void } {
  return (client as unknown as { connection: { stream: { destroy(error?: Error): void } } }).connection.stream;
}

function backendKey(client: pg.Client): { pid: number | null; secretKey: number | null } {
  const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null };
  return { pid: processID, secretKey };
}

/** Asks the server, over a connection of its own and under the same TLS, to stop what this client runs. */
function requestCancel(client: pg.Client, config: pg.ClientConfig): void {
  const { pid, secretKey } = backendKey(client);
  if (pid === null || secretKey === null) return;
  const connection = new pg.Connection({ ssl: config.ssl ?? false }) as unknown as {
    connect(port: number | string, host?: string): void;
    requestSsl(): void;
    cancel(pid: number, secretKey: number): void;
    on(event: string, listen: () => void): void;
    stream: { destroy(): void; unref(): void };
  };
  connection.on('error', () => connection.stream.destroy());
  connection.on('connect', () => (config.ssl ? connection.requestSsl() : connection.cancel(pid, secretKey)));
  connection.on('sslconnect', () => connection.cancel(pid, secretKey));
  if (config.host?.startsWith('/')) connection.connect(`${config.host}/.s.PGSQL.${config.port ?? 5432}`);
  else connection.connect(config.port ?? 5432, config.host);
  setTimeout(() => connection.stream.destroy(), cancelGraceMs).unref();
}

/** A polite end; a server that does not answer is left. */
async function endClient(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, cancelGraceMs);
  });
  await Promise.race([client.end().catch(() => {}), late]);
  clearTimeout(timer);
  streamOf(client).destroy();
}
