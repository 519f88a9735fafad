import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './port.ts';
import type { Cluster } from './postgres.ts';

export interface Standby {
  host: string;
  port: number;
  superuser: string;
  /** How often recovery cancelled somebody so far. */
  conflicts(): Promise<number>;
  stop(): Promise<void>;
}

/** A hot standby of this cluster that does not wait for anybody: a conflict cancels at once. */
export async function startStandby(primary: Cluster): Promise<Standby> {
  const root = mkdtempSync('/tmp/hf-standby-');
  const data = join(root, 'data');
  const { uid, gid } = statSync(primary.dataFolder);
  chownSync(root, uid, gid);
  const identity = process.getuid?.() === 0 ? { uid, gid } : {};
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const options = [
    '-D',
    data,
    '-R',
    '-X',
    'stream',
    '-c',
    'fast',
    '-d',
    `host=${primary.host} port=${primary.port} user=${primary.superuser}`,
  ];
  const copied = spawnSync(join(primary.binFolder, 'pg_basebackup'), options, {
    ...identity,
    cwd: root,
    env,
    encoding: 'utf8',
  });
  if (copied.status !== 0) throw new Error(`pg_basebackup failed: ${copied.stderr}`);
  const port = await freePort();
  const settings = [
    '-p',
    String(port),
    '-k',
    root,
    '-c',
    'max_standby_streaming_delay=0',
    '-c',
    'hot_standby_feedback=off',
  ];
  writeFileSync(join(root, 'log'), '');
  const server = spawn(join(primary.binFolder, 'postgres'), ['-D', data, ...settings], {
    ...identity,
    cwd: root,
    env,
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const standby: Standby = {
    host: primary.host,
    port,
    superuser: primary.superuser,
    async conflicts() {
      const [row] = await ask(
        standby,
        'SELECT coalesce(sum(confl_lock + confl_snapshot), 0)::int AS n FROM pg_stat_database_conflicts',
      );
      return Number(row?.['n']);
    },
    async stop() {
      server.kill('SIGQUIT');
      await exited;
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  for (;;) {
    try {
      await ask(standby, 'SELECT 1');
      return standby;
    } catch (error) {
      if (server.exitCode !== null || !existsSync(data)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function ask(standby: Standby, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: standby.host,
    port: standby.port,
    user: standby.superuser,
    database: 'postgres',
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
