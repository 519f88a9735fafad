/** BD-7: what goes to a place is sealed for somebody's own OpenPGP key as well, or for it alone. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { passphrasePacketBytes } from '../../src/main/artifact/passphrase-packet.ts';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';
import { holdfast, holdfastJson, type Ran } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

describe.runIf(hasGpg)("BD-7 BS-18 Sealed for somebody's own key", () => {
  const gpg = gpgHome();
  const folder = tempFolder('seal-keys');
  const home = path.join(folder, 'home');
  const place = path.join(folder, 'team');
  const env = { HOLDFAST_PASSPHRASE_FILE: path.join(folder, 'passphrase') };
  const [publicFile, privateFile] = ['public.asc', 'private.asc'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const run = (args: string[]): Promise<Ran> => holdfast(home, [...args, '--json'], { env });
  const json = <T = Record<string, unknown>>(args: string[]): Promise<T> => holdfastJson<T>(home, args, { env });
  const codeOf = (ran: Ran): [number | null, string] => [ran.code, ran.json<{ code: string }>().code];
  const backUp = async (): Promise<string> => (await json<{ backupId: string }>(['backup', 'app'])).backupId;
  const recipientsOf = (id: string): string[] => {
    const [line = ''] = readFileSync(path.join(place, 'manifests', `${id}.jsonl`), 'utf8').split('\n');
    return (JSON.parse(line) as { sealing: { recipients: string[] } }).sealing.recipients;
  };
  const rowsIn = (file: string): unknown => {
    const database = new Database(file, { readonly: true });
    const rows = database.prepare('SELECT count(*) FROM note').pluck().get();
    database.close();
    return rows;
  };
  /** What gpg and zstd make of the set's one file, from this place in the order of its recipients. */
  const byGpg = (id: string, number: number): unknown => {
    const [name = ''] = readdirSync(path.join(place, 'data', id));
    const out = path.join(gpg.folder, 'out.db');
    rmSync(out, { force: true });
    const from = number * passphrasePacketBytes + 1;
    const { status, stderr } = gpg.run(
      `tail -c +${from} ${path.join(place, 'data', id, name)} | gpg --batch -d | zstd -d > ${out}`,
    );
    expect(status, stderr).toBe(0);
    return rowsIn(out);
  };
  let fingerprint: string;
  let alone: string;

  beforeAll(async () => {
    writeFileSync(env.HOLDFAST_PASSPHRASE_FILE, 'only for tests\n', { mode: 0o600 });
    const key = gpg.newKey('team@example.org');
    fingerprint = key.fingerprint;
    writeFileSync(publicFile, key.publicKey);
    writeFileSync(privateFile, key.privateKey, { mode: 0o600 });
    const source = makeDatabase(path.join(folder, 'app.db'), (db) => {
      db.exec(`CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO note (text) SELECT 'note ' || i FROM n;`);
    });
    await json(['source', 'add', 'app', '--file', source, '--folder', place]);
  }, 60_000);

  test('beside the recovery secret: both open it, and it is known to be ours', async () => {
    expect(await json(['destination', 'change', 'team', '--seal-to', publicFile])).toMatchObject({
      seal: true,
      keysAlone: false,
      sealKeys: [{ fingerprint, label: expect.stringContaining('team@example.org'), expiresAt: null }],
    });
    const id = await backUp();
    expect(recipientsOf(id)).toEqual([expect.stringMatching(/^secret-/), `key-${fingerprint}`]);
    expect(byGpg(id, 1)).toBe(2000);
    expect(await json(['verify', id])).toMatchObject({ verdict: 'proven' });
    expect(await json(['show', id])).toMatchObject({ unauthenticated: false });
  });

  test('for it alone: unauthenticated, wherever it is shown', async () => {
    await json(['destination', 'change', 'team', '--seal-to', publicFile, '--keys-alone']);
    alone = await backUp();
    expect(recipientsOf(alone)).toEqual([`key-${fingerprint}`]);
    expect(byGpg(alone, 0)).toBe(2000);
    expect(await json(['show', alone])).toMatchObject({ unauthenticated: true });
    const shown = await holdfast(home, ['show', alone], { env });
    expect(shown.stdout).toContain('Unauthenticated');
    expect(codeOf(await run(['verify', alone]))).toEqual([3, 'seal.no-key']);
  });

  test('is restored with the private key, and no other', async () => {
    const restored = path.join(folder, 'restored.db');
    const ran = await run(['restore', alone, '--to-file', restored, '--private-key', privateFile]);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('This backup is unauthenticated');
    expect(rowsIn(restored)).toBe(2000);
    const proof = await run(['verify', alone, '--private-key', privateFile, '--accept-partly']);
    expect(
      proof
        .json<{ checks: { detail: string }[] }>()
        .checks.map(({ detail }) => detail)
        .join(),
    ).toContain('Unauthenticated');
    const other = path.join(folder, 'other.asc');
    writeFileSync(other, gpg.newKey('other@example.org').privateKey, { mode: 0o600 });
    const never = path.join(folder, 'never.db');
    expect(codeOf(await run(['restore', alone, '--to-file', never, '--private-key', other]))).toEqual([
      3,
      'seal.no-key',
    ]);
  });

  test('a key that cannot be sealed to is refused, and what was set stays', async () => {
    const made = (args: string, address: string): string => {
      const { status, stderr } = gpg.run(
        `gpg --batch --pinentry-mode loopback --passphrase '' --quick-gen-key ${address} ${args}`,
      );
      expect(status, stderr).toBe(0);
      return gpg.run(`gpg --armor --export ${address}`).stdout.toString();
    };
    const bad: [string, string][] = [
      ['private', readFileSync(privateFile, 'utf8')],
      ['signing only', made('rsa2048 sign never', 'signer@example.org')],
      ['expired', made('rsa2048 encr seconds=1', 'expired@example.org')],
      ['two keys', gpg.run('gpg --armor --export team@example.org signer@example.org').stdout.toString()],
      ['no key', 'apple river owl\n'],
    ];
    // The second key is good for one second of its own clock.
    await expect.poll(() => gpg.run('gpg --list-keys expired@example.org').stdout.toString()).toContain('expired');
    for (const [what, text] of bad) {
      const file = path.join(folder, 'bad.asc');
      writeFileSync(file, text);
      const ran = await run(['destination', 'change', 'team', '--seal-to', file]);
      expect(codeOf(ran), what).toEqual([3, 'seal.unusable-key']);
      expect(ran.stdout + ran.stderr).not.toContain('BEGIN PGP');
    }
    expect(await json(['destination', 'list'])).toContainEqual(
      expect.objectContaining({
        destination: 'team',
        keysAlone: true,
        sealKeys: [expect.objectContaining({ fingerprint })],
      }),
    );
    expect((await run(['destination', 'change', 'team', '--keys-alone'])).code).toBe(2);
  });

  test('taken away again, the secret alone opens', async () => {
    await json(['destination', 'change', 'team', '--no-seal-to']);
    expect(recipientsOf(await backUp())).toEqual([expect.stringMatching(/^secret-/)]);
  });

  test('sealed anew for the secret with the private key, and with no other', { timeout: 60_000 }, async () => {
    const reseal = (...args: string[]): Promise<Ran> => run(['kit', 'reseal', 'team', ...args]);
    const all = await reseal();
    expect(all.code, all.stderr).toBe(1);
    expect(all.json()).toMatchObject({ done: 1, count: 1, backups: [{ backupId: alone, step: 'stays' }] });
    expect(all.json<{ backups: { message: string }[] }>().backups[0]?.message).toContain(`key-${fingerprint}`);
    const other = path.join(folder, 'other.asc');
    expect(codeOf(await reseal(alone, '--private-key', other))).toEqual([3, 'seal.no-key']);
    expect((await reseal('--private-key', privateFile)).code).toBe(2);
    const opened = await reseal(alone, '--private-key', privateFile);
    expect(opened.code, opened.stderr).toBe(0);
    expect(opened.json()).toMatchObject({ done: 1, count: 0 });
    const listed = await json<{ backupId: string }[]>(['list']);
    expect(listed.map(({ backupId }) => backupId)).not.toContain(alone);
    for (const { backupId } of listed) expect(recipientsOf(backupId)).toEqual([expect.stringMatching(/^secret-/)]);
  });
});
