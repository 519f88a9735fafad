/** A container of Azure from the terminal: added with the keys of a .env file, changed, backed up to and proven from. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlaceReport } from '../../src/shared/destination.ts';
import { account, accountKey, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { startHoldfast, type Ran } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('SV-17 one source in a container of Azure', () => {
  const home = tempFolder('azure-home');
  const work = tempFolder('azure');
  let server: Azurite;
  const run = (args: string[], input = ''): Promise<Ran> => {
    const env = { HOLDFAST_PASSPHRASE_FILE: path.join(work, 'passphrase') };
    return startHoldfast(home, [...args, '--json'], { env, input }).ended;
  };
  const done = async <T = Record<string, unknown>>(args: string[], input = ''): Promise<T> => {
    const ran = await run(args, input);
    expect(ran.code, ran.stderr + ran.stdout).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(accountKey);
    return ran.json<T>();
  };
  const add = (...more: string[]): string[] => [
    'destination',
    'add',
    'cloud',
    '--azure',
    `${account}/backups/team`,
    '--endpoint',
    server.endpoint,
    ...more,
  ];

  beforeAll(async () => {
    server = await startAzurite(['backups']);
    writeFileSync(path.join(work, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    writeFileSync(path.join(work, 'wrong.env'), `AZURE_STORAGE_KEY=${Buffer.alloc(64, 'x').toString('base64')}\n`);
    writeFileSync(path.join(work, 'right.env'), `export AZURE_STORAGE_KEY="${accountKey}"\n`);
    writeFileSync(path.join(work, 'none.env'), 'OTHER=1\n');
    makeDatabase(path.join(work, 'shop.db'), (db) => {
      db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)');
      for (let row = 0; row < 500; row += 1) db.prepare('INSERT INTO orders (note) VALUES (?)').run(`visible ${row}`);
    });
  });
  afterAll(() => server.stop());

  test('a key that does not open it is not kept, and a file without one is wrong usage', async () => {
    const wrong = await run(add('--env-file', path.join(work, 'wrong.env')));
    expect([wrong.code, wrong.stdout]).toEqual([3, expect.stringContaining('destination.auth-failed')]);
    expect((await run(add('--env-file', path.join(work, 'none.env')))).code).toBe(2);
    expect((await run(['destination', 'add', 'x', '--azure', 'onlyaccount'])).code).toBe(2);
    expect((await run(add('--tier', 'Lukewarm', '--secret-stdin'), `${accountKey}\n`)).code).toBe(2);
  });

  test('a container that is not there is made where that is asked for', async () => {
    const fresh = ['destination', 'add', 'fresh', '--azure', `${account}/fresh`, '--endpoint', server.endpoint];
    const absent = await run([...fresh, '--secret-stdin'], `${accountKey}\n`);
    expect([absent.code, absent.stdout]).toEqual([3, expect.stringContaining('destination.no-bucket')]);
    await done([...fresh, '--create', '--secret-stdin'], `${accountKey}\n`);
    expect(await server.container('fresh').exists()).toBe(true);
    await done(['destination', 'remove', 'fresh']);
  });

  test('it is added sealed, tried, changed, backed up to and proven from', async () => {
    const env = ['--env-file', path.join(work, 'right.env')];
    expect(await done(add('--tier', 'Cool', '--part-size', '5', ...env))).toMatchObject({ seal: true });
    const report = await done<PlaceReport>(['destination', 'test', 'cloud']);
    expect(report.steps.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(report).toMatchObject({ oneWinner: true, mayOverwrite: true, mayRemove: true });
    await done(['destination', 'change', 'cloud', '--tier', 'Cold', '--name', 'azure']);
    await done(['destination', 'change', 'azure', '--secret-stdin'], `${accountKey}\n`);
    await done(['source', 'add', 'shop', '--file', path.join(work, 'shop.db'), '--destination', 'azure']);
    await done(['backup', 'shop']);
    const tiers: string[] = [];
    for await (const { name, properties } of server.container('backups').listBlobsFlat())
      if (name.startsWith('team/data/')) tiers.push(properties.accessTier ?? '');
    expect(new Set(tiers)).toEqual(new Set(['Cold']));
    await done(['verify', 'shop@latest', '--level', 'restore']);
  });
});
