import { spawn } from 'node:child_process';
import { chownSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { sourceOf, surroundings, testWatch, until } from '../helpers/postgres-source.ts';
import { freePort } from '../helpers/port.ts';
import { machine, serverIsHere } from '../helpers/postgres-ways.ts';

const here = serverIsHere();

const pgbouncer = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find((file) =>
  existsSync(file),
);
const pooling = needs('pgbouncer', pgbouncer === undefined ? 'it is not installed' : undefined);

describe.runIf(here && pooling)('a pooler', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({});
  });
  afterAll(() => cluster?.stop());

  async function withPooler<T>(mode: string, use: (port: number) => Promise<T>): Promise<T> {
    const { userHome: folder } = surroundings();
    const port = await freePort();
    const lines = [
      '[databases]',
      `* = host=127.0.0.1 port=${cluster.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'auth_type = any',
      `pool_mode = ${mode}`,
      'unix_socket_dir =',
      'default_pool_size = 5',
    ];
    const config = join(folder, 'pgbouncer.ini');
    writeFileSync(config, `${lines.join('\n').replace('* = ', '* = user=postgres ')}\n`);
    // pgbouncer refuses to run as root, like the server.
    const { uid, gid } = statSync(cluster.dataFolder);
    const identity = process.getuid?.() === 0 ? { uid, gid } : {};
    if (process.getuid?.() === 0) for (const path of [folder, config]) chownSync(path, uid, gid);
    const child = spawn(pgbouncer as string, [config], { ...identity, stdio: 'ignore' });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      await until(
        () =>
          new Promise((resolve) => {
            const socket = connectSocket(port, '127.0.0.1');
            socket.once('connect', () => {
              socket.destroy();
              resolve(true);
            });
            socket.once('error', () => resolve(false));
          }),
      );
      return await use(port);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  }

  test.each(['transaction', 'statement'])(
    'in %s mode is recognised by name, and nothing was set in its pool',
    async (mode) => {
      await withPooler(mode, async (port) => {
        await expect(
          connect(sourceOf({ ...cluster, port }, 'postgres'), 'postgres', testWatch(), machine),
        ).rejects.toMatchObject({ code: 'source.pooler' });
        const [row] = await cluster.sql(
          'postgres',
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query ILIKE 'set %'`,
        );
        expect(row).toEqual({ n: 0 });
      });
    },
  );

  test('in session mode will do', async () => {
    await withPooler('session', async (port) => {
      const session = await connect(sourceOf({ ...cluster, port }, 'postgres'), 'postgres', testWatch(), machine);
      expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await session.close();
    });
  });
});
