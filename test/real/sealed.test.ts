/** Sealed backups end to end: the program itself, a folder that is sealed, and what is seen without the secret. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { holdfast, holdfastJson, type Ran } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Card {
  seal: boolean;
  keyId: string;
  provenAt: string | null;
}

const folder = tempFolder('sealed');
const home = path.join(folder, 'home');
const passphrase = path.join(folder, 'passphrase');
const env = { HOLDFAST_PASSPHRASE_FILE: passphrase };
const places = ['north', 'south', 'open'].map((name) => path.join(folder, name));
const [north = '', south = ''] = places;
const run = (args: string[], input?: string): Promise<Ran> =>
  holdfast(home, args, { env, ...(input === undefined ? {} : { input }) });
const json = <T = Record<string, unknown>>(args: string[]): Promise<T> => holdfastJson<T>(home, args, { env });
const failureOf = (ran: Ran): string => ran.json<{ code: string }>().code;

describe('BS-1 SV-1 SV-17 BD-3 A place that is sealed', () => {
  let backupId: string;

  beforeAll(async () => {
    writeFileSync(passphrase, 'only for tests\n', { mode: 0o600 });
    const file = makeDatabase(path.join(folder, 'app.db'), (db) => {
      db.exec(`CREATE TABLE very_private_table (id INTEGER PRIMARY KEY, text TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
          INSERT INTO very_private_table (text) SELECT 'very private ' || i FROM n;`);
    });
    await json(['source', 'add', 'app', '--file', file, ...places.flatMap((place) => ['--folder', place])]);
    for (const name of ['north', 'south']) {
      await json(['destination', 'seal', name, 'on']);
    }
    ({ backupId } = await json<{ backupId: string }>(['backup', 'app']));
  }, 60_000);

  test('gets bytes that tell nothing, the same in every place of the job', () => {
    const artifact = path.join('data', backupId, '01-database.sqlite.zst.gpg');
    const [first, ...others] = places.map((place) => readFileSync(path.join(place, artifact)));
    for (const other of others) expect(other.equals(first as Buffer)).toBe(true);
    for (const place of places) {
      for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = readFileSync(path.join(entry.parentPath, entry.name));
        expect(bytes.includes('very_private'), entry.name).toBe(false);
        expect(bytes.includes('very private'), entry.name).toBe(false);
      }
    }
    const manifests = places.map((place) =>
      readFileSync(path.join(place, 'manifests', `${backupId}.jsonl`), 'utf8').split('\n'),
    );
    expect(new Set(manifests.map(([line]) => line)).size).toBe(1);
    const { sealing } = JSON.parse(manifests[0]?.[0] ?? '') as { sealing: { recipients: string[] } };
    const keyIds = manifests.map(([, line = '']) => (JSON.parse(line) as { keyId: string }).keyId);
    // The third place has no secret: its HMAC is made with the first.
    expect(keyIds).toEqual([...sealing.recipients, sealing.recipients[0]]);
  });

  test('is proven, restored and compared like any other', async () => {
    for (const level of ['read', 'restore']) {
      const proof = await run(['verify', backupId, '--level', level, '--accept-partly', '--json']);
      expect(proof.code, proof.stderr).toBe(0);
      const { verdict, checks } = proof.json<{ verdict: string; checks: { name: string; outcome: string }[] }>();
      expect(verdict).toBe(level === 'read' ? 'partly' : 'proven');
      const authentic = checks.filter(({ name }) => name.includes('recovery secret'));
      expect(authentic.map(({ outcome }) => outcome)).toEqual(level === 'read' ? ['ok', 'ok', 'ok'] : ['ok']);
    }
    // A proof names tables and their rows, which the seal is there to keep.
    for (const place of places) expect(existsSync(path.join(place, 'proofs'))).toBe(false);
    const restored = path.join(folder, 'restored.db');
    await json(['restore', backupId, '--to-file', restored]);
    const database = new Database(restored, { readonly: true });
    expect(database.prepare('SELECT count(*) AS n FROM very_private_table').get()).toEqual({ n: 5000 });
    database.close();
    const differences = await run(['diff', backupId, '--against', 'live', '--fail-on-difference', '--json']);
    expect(differences.code).toBe(0);
  });

  test('shows its inventory to whoever has the catalog', async () => {
    const shown = await json(['show', backupId]);
    expect(JSON.stringify(shown)).toContain('very_private_table');
  });

  test('is found again without the catalog, by its secrets', async () => {
    rmSync(path.join(home, 'catalog.sqlite'));
    const rebuilt = await run(['doctor', '--rebuild', '--json']);
    expect(rebuilt.stdout).not.toContain('sealed for');
    const cards = await json<{ id?: string; backupId?: string }[]>(['list']);
    expect(JSON.stringify(cards)).toContain(backupId);
    const card = await json<Card>(['destination', 'seal', 'north', 'on']);
    expect(card).toMatchObject({ seal: true, keyId: expect.stringMatching(/^secret-[0-9a-f]{16}$/), provenAt: null });
    expect((await run(['verify', backupId, '--level', 'read', '--accept-partly'])).code).toBe(0);
  });

  test('keeps no secret in any file of the data folder', async () => {
    const secret = /\b[0-9a-f]{64}\b/;
    for (const name of readdirSync(path.join(home, 'logs'))) {
      const lines = readFileSync(path.join(home, 'logs', name), 'utf8').split('\n');
      for (const line of lines.filter((one) => secret.test(one))) expect(line).toMatch(/sha256|hash/i);
    }
    expect(existsSync(path.join(home, 'vault.json'))).toBe(true);
  });

  test('a forged manifest, a changed byte, a swapped place of artifacts: seen', async () => {
    const manifest = path.join(north, 'manifests', `${backupId}.jsonl`);
    const before = readFileSync(manifest, 'utf8');
    const [line = '', seal = ''] = before.split('\n');
    const forged = { ...(JSON.parse(seal) as object), hmac: 'cd'.repeat(32) };
    writeFileSync(manifest, `${line}\n${JSON.stringify(forged)}\n`);
    const proof = await run(['verify', backupId, '--level', 'read', '--accept-partly', '--json']);
    expect(proof.code).toBe(1);
    expect(proof.json<{ problems: { code: string }[] }>().problems.map((one) => one.code)).toContain(
      'manifest.tampered',
    );
    writeFileSync(manifest, before);
  });

  test('without the secret nothing is read, and it is said what to do', async () => {
    const kept = readFileSync(path.join(home, 'vault-index.json'));
    const vault = readFileSync(path.join(home, 'vault.json'));
    rmSync(path.join(home, 'vault-index.json'));
    rmSync(path.join(home, 'vault.json'));
    for (const args of [
      ['backup', 'app'],
      ['verify', backupId],
      ['restore', backupId, '--to-file', path.join(folder, 'never.db')],
    ]) {
      const ran = await run([...args, '--json']);
      expect([ran.code, failureOf(ran)], args[0]).toEqual([3, 'vault.missing-secret']);
    }
    expect(existsSync(path.join(folder, 'never.db'))).toBe(false);
    writeFileSync(path.join(home, 'vault-index.json'), kept, { mode: 0o600 });
    writeFileSync(path.join(home, 'vault.json'), vault, { mode: 0o600 });
    expect((await run(['verify', backupId, '--level', 'read', '--accept-partly'])).code).toBe(0);
  });

  test('one secret of several is enough', async () => {
    rmSync(path.join(south, 'manifests', `${backupId}.jsonl`));
    const restored = path.join(folder, 'again.db');
    await json(['restore', backupId, '--to-file', restored]);
    expect(existsSync(restored)).toBe(true);
  });
});
