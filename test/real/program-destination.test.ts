/** Places other than folders, from the terminal: added, tried, backed up to and proven from. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlaceReport } from '../../src/shared/destination.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { startHoldfast, type Ran } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';

const ssh = needs('an SSH server', sshdMissing());

describe.runIf(ssh)('SV-1 BS-10 one source in a bucket and on an SFTP server', () => {
  const home = tempFolder('places-home');
  const work = tempFolder('places');
  const remote = path.join(work, 'remote');
  let bucket: FakeS3;
  let server: SshServer;
  const run = (args: string[], input = ''): Promise<Ran> => {
    const env = { HOLDFAST_PASSPHRASE_FILE: path.join(work, 'passphrase') };
    return startHoldfast(home, [...args, '--json'], { env, input }).ended;
  };
  const done = async <T = Record<string, unknown>>(args: string[], input = ''): Promise<T> => {
    const ran = await run(args, input);
    expect(ran.code, ran.stderr + ran.stdout).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(secretAccessKey);
    return ran.json<T>();
  };
  const s3 = (name: string): string[] => {
    const where = ['--s3', `backups/${name}`, '--region', 'eu-test-1', '--endpoint', bucket.endpoint, '--path-style'];
    return ['destination', 'add', name, ...where, '--access-key-id', accessKeyId, '--secret-stdin'];
  };

  beforeAll(async () => {
    bucket = await fakeS3();
    server = await startSshd(['Subsystem sftp internal-sftp']);
    writeFileSync(path.join(work, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    makeDatabase(path.join(work, 'shop.db'), (db) => {
      db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)');
      for (let row = 0; row < 500; row += 1) db.prepare('INSERT INTO orders (note) VALUES (?)').run(`visible ${row}`);
    });
    mkdirSync(remote);
  });
  afterAll(async () => {
    await bucket.stop();
    await server.stop();
  });

  test('what cannot be reached, or does not let us in, is not kept', async () => {
    const wrong = await run(s3('wrong'), 'not the secret\n');
    expect(wrong.code).toBe(3);
    expect(wrong.stdout + wrong.stderr).toContain('destination.auth-failed');
    const none = await run(s3('none'));
    expect(none.code).toBe(2);
    const open = ['--s3', 'backups', '--region', 'r', '--access-key-id', 'x', '--endpoint', 'http://s3.example.com'];
    expect((await run(['destination', 'add', 'open', ...open])).code).toBe(2);
    const kept = await done<{ destination: string }[]>(['destination', 'list']);
    expect(kept.map(({ destination }) => destination)).toEqual(['This computer']);
  });

  test('places are added sealed, backed up to and proven from', async () => {
    expect(await done(s3('bucket'), `${secretAccessKey}\n`)).toMatchObject({ destination: 'bucket', seal: true });
    const sftp = ['--sftp', `${server.user}@127.0.0.1:${server.port}`, '--sftp-host-key', server.fingerprint];
    const login = ['--sftp-key', server.keyFile, '--path', remote, '--unsealed'];
    expect(await done(['destination', 'add', 'attic', ...sftp, ...login])).toMatchObject({ seal: false });
    expect((await run(s3('bucket'), `${secretAccessKey}\n`)).stdout).toContain('destination.exists');

    for (const name of ['bucket', 'attic']) {
      const report = await done<PlaceReport>(['destination', 'test', name]);
      expect(report.steps.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual(
        ['put', 'read', 'range', 'list', 'refuse'].map((what) => `${what} ok`),
      );
      expect(report).toMatchObject({ oneWinner: true, mayOverwrite: true, mayRemove: true, backups: 0 });
    }

    const file = ['source', 'add', 'shop', '--file', path.join(work, 'shop.db')];
    await done([...file, '--destination', 'bucket', '--destination', 'attic']);
    await done(['backup', 'shop']);
    const names = [...bucket.objects.keys()].filter((name) => !name.includes('.holdfast-'));
    expect(names.map((name) => name.split('/').slice(0, 2).join('/')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'bucket/HOW-TO-RESTORE.txt',
      'bucket/data',
      'bucket/manifests',
    ]);
    for (const { bytes } of bucket.objects.values()) expect(bytes.includes('visible')).toBe(false);
    expect(readdirSync(path.join(remote, 'manifests'))).toHaveLength(1);
    await done(['verify', 'shop@latest', '--level', 'restore']);

    const inUse = await run(['destination', 'remove', 'attic']);
    expect(inUse.stdout).toContain('destination.in-use');
    expect(await done<PlaceReport>(['destination', 'test', 'bucket'])).toMatchObject({ backups: 1 });
    expect(readFileSync(path.join(home, 'settings.json'), 'utf8')).not.toContain(secretAccessKey);
  });

  test('a key that may not remove is told as that', async () => {
    bucket.mischief = ({ method, headers }) =>
      method === 'DELETE' || (method === 'PUT' && headers['if-none-match'] === undefined)
        ? { kind: 'answer', status: 403, code: 'AccessDenied' }
        : undefined;
    const report = await done<PlaceReport>(['destination', 'test', 'bucket']);
    expect(report).toMatchObject({ mayOverwrite: false, mayRemove: false, backups: 1, policy: null });
    bucket.mischief = () => undefined;
  });
});
