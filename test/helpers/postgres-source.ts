import { spawnSync } from 'node:child_process';
import { createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../src/main/base/clock.ts';
import { silentLog, type Log } from '../../src/main/base/log.ts';
import { Secret } from '../../src/main/base/secret.ts';
import type { Watch } from '../../src/main/base/watch.ts';
import type { Place, Sink, Surroundings } from '../../src/main/engine/engine.ts';
import type { PostgresSettings } from '../../src/shared/source.ts';
import type { Cluster } from './postgres.ts';
import { tempFolder } from './temp.ts';

/** A machine whose home holds nothing but what the test puts there. */
export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  const userHome = tempFolder('home');
  return {
    clock: systemClock,
    userHome,
    pgpassFile: join(userHome, '.pgpass'),
    sshAgentSocket: undefined,
    path: (process.env['PATH'] ?? '').split(':').filter((entry) => entry.startsWith('/')),
    scratchFolder: tempFolder('scratch'),
    ...changes,
  };
}

/** A cluster as a source, over TCP without TLS and without a password unless the test says otherwise. */
export function sourceOf(
  cluster: Pick<Cluster, 'host' | 'port' | 'superuser'>,
  databases: string | string[],
  changes: Partial<PostgresSettings> & { secret?: string } = {},
): Place {
  const { secret, ...settings } = changes;
  return {
    settings: {
      kind: 'postgres',
      host: cluster.host,
      port: cluster.port,
      user: cluster.superuser,
      databases: [databases].flat(),
      tls: { mode: 'disable' },
      password: secret === undefined ? 'none' : 'vault',
      ...settings,
    },
    secrets: secret === undefined ? {} : { database: new Secret(secret) },
  };
}

export interface TestWatch extends Watch {
  cancel(reason: Error): void;
  /** What was logged, as text: for the secrets that must not be in it. */
  lines: string[];
}

export function testWatch(): TestWatch {
  const controller = new AbortController();
  const lines: string[] = [];
  const keep =
    (level: string) =>
    (message: string, facts?: object): void => {
      lines.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`);
    };
  const log: Log = { ...silentLog, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  return {
    signal: controller.signal,
    cancel: (reason) => controller.abort(reason),
    progress: () => {},
    log,
    work: tempFolder('work'),
    lines,
  };
}

/** A sink that writes each artifact to a file of its own; `files` has the ones that were taken whole, by artifact. */
export function fileSink(): { sink: Sink; files: Map<string, string>; begun: string[] } {
  const folder = tempFolder('sink');
  const files = new Map<string, string>();
  const begun: string[] = [];
  const sink: Sink = async (head, body, discard) => {
    const artifact = `${String(begun.length + 1).padStart(2, '0')}-artifact`;
    const file = join(folder, artifact);
    begun.push(head.name);
    await pipeline(body, createWriteStream(file, { mode: 0o600 }), discard === undefined ? {} : { signal: discard });
    files.set(artifact, file);
    return { artifact, rawSizeBytes: statSync(file).size };
  };
  return { sink, files, begun };
}

/** pg_restore as a person would run it, into a database that exists. Its messages, and whether it was content. */
export function pgRestore(
  cluster: Cluster,
  file: string,
  database: string,
  programs: string,
  options: string[] = [],
): { ok: boolean; said: string } {
  const conninfo = `host=${cluster.socketFolder} port=${cluster.port} user=${cluster.superuser} dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const { status, stderr } = spawnSync(
    join(programs, 'pg_restore'),
    ['--no-owner', ...options, `--dbname=${conninfo}`, file],
    {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: process.env['PATH'] },
    },
  );
  return { ok: status === 0, said: stderr };
}

/** Waits until this is true: for what another process does in its own time. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}
