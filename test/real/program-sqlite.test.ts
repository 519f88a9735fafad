/** The whole program on a real SQLite file, through the terminal door: from nothing to a proven backup and back. */
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Card {
  backupId: string;
  source: string;
  takenAt: string;
  verdict: string;
}

function makeShop(file: string): void {
  const database = new Database(file);
  database.pragma('journal_mode = wal');
  database.exec(`
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE purchase (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer(id), total REAL, receipt BLOB);
    CREATE INDEX purchase_by_customer ON purchase(customer_id);
    CREATE VIEW big AS SELECT * FROM purchase WHERE total > 100;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500) INSERT INTO customer SELECT i, 'Customer '||i FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3000) INSERT INTO purchase (customer_id,total,receipt) SELECT i%500+1, i*1.25, randomblob(50) FROM n;
  `);
  database.close();
}

describe('BS-1 BS-7 BS-9 a SQLite application, from nothing to a proven backup and back', () => {
  const folder = tempFolder('program-sqlite');
  const home = path.join(folder, 'home');
  const file = path.join(folder, 'shop.db');
  let first: string;
  let backup: { backupId: string; sizeBytes: number; tables: { name: string; rows: number }[] };

  beforeAll(async () => {
    makeShop(file);
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    backup = await holdfastJson(home, ['backup', 'shop']);
    first = backup.backupId;
  });

  it('says how many rows of each table it took', () => {
    expect(backup.sizeBytes).toBeGreaterThan(0);
    expect(backup.tables.filter((table) => !table.name.startsWith('sqlite_'))).toMatchObject([
      { name: 'customer', rows: 500 },
      { name: 'purchase', rows: 3000 },
    ]);
  });

  it('is listed as unproven until it was restored, and as proven afterwards', async () => {
    expect(await holdfastJson<Card[]>(home, ['list', 'shop'])).toMatchObject([
      { backupId: first, source: 'shop', verdict: 'unproven' },
    ]);
    const proof = await holdfastJson<{
      verdict: string;
      tables: { rows: number; expectedRows: number; digestEqual: boolean }[];
    }>(home, ['verify', first, '--level', 'restore']);
    expect(proof.verdict).toBe('proven');
    expect(proof.tables.every((table) => table.rows === table.expectedRows && table.digestEqual)).toBe(true);
    expect(await holdfastJson<Card[]>(home, ['list'])).toMatchObject([{ backupId: first, verdict: 'proven' }]);
  });

  it('a read looks at every byte, is never called proof, and does not take an earlier proof away', async () => {
    const read = await holdfast(home, ['verify', 'shop@latest', '--level', 'read', '--json']);
    expect(read.code).toBe(1);
    expect(read.json()).toMatchObject({ verdict: 'partly', problems: [] });
    expect((await holdfast(home, ['verify', 'shop@latest', '--level', 'read', '--accept-partly', '--json'])).code).toBe(
      0,
    );
    expect((await holdfastJson<Card[]>(home, ['list']))[0]?.verdict).toBe('proven');
  });

  it('tells what changed since, and only fails when asked to', async () => {
    const database = new Database(file);
    database.exec(
      "DELETE FROM purchase WHERE id <= 40; INSERT INTO customer (name) VALUES ('New'); CREATE TABLE extra (x); UPDATE customer SET name = 'Renamed' WHERE id = 1;",
    );
    database.close();
    const diff = await holdfastJson<{ tables: { name: string; before: number; after: number; change: string }[] }>(
      home,
      ['diff', 'shop@latest'],
    );
    const changes = Object.fromEntries(diff.tables.map((table) => [table.name, table.change]));
    expect(changes).toMatchObject({ customer: 'more', purchase: 'fewer', extra: 'new' });
    expect((await holdfast(home, ['diff', 'shop@latest', '--fail-on-difference', '--json'])).code).toBe(1);
  });

  it('restores into a new file that is equal, and refuses a file that is there', async () => {
    const target = path.join(folder, 'restored.db');
    const restored = await holdfastJson<{ verdict: string }>(home, ['restore', first, '--to-file', target]);
    expect(restored.verdict).toBe('equal');
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const database = new Database(target, { readonly: true });
    expect(database.prepare('SELECT count(*) FROM purchase').pluck().get()).toBe(3000);
    expect(database.prepare('SELECT seq FROM sqlite_sequence').pluck().get()).toBe(3000);
    database.close();
    const again = await holdfast(home, ['restore', first, '--to-file', target, '--json']);
    expect(again.code).toBe(3);
    expect(again.json<{ code: string; hint: string }>().hint).not.toBe('');
  });

  it('keeps every file to itself', () => {
    const open = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => {
      const { mode } = statSync(path.join(entry.parentPath, entry.name));
      return (mode & 0o077) !== 0;
    });
    expect(open.map((entry) => entry.name)).toEqual([]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('BS-18 writes down what was done, in a trail that shows when it is changed', async () => {
    const trail = await holdfastJson<{ action: string }[]>(home, ['audit']);
    expect(new Set(trail.map((entry) => entry.action))).toEqual(
      new Set(['source.added', 'backup.made', 'backup.verified', 'backup.restored']),
    );
    const trailFile = path.join(home, 'audit.ndjson');
    const text = readFileSync(trailFile, 'utf8');
    writeFileSync(trailFile, text.replace('backup.restored', 'backup.verified'));
    const checked = await holdfast(home, ['audit', '--check', '--json']);
    expect(checked.json()).toMatchObject({ intact: false });
    writeFileSync(trailFile, text);
    expect((await holdfast(home, ['audit', '--check', '--json'])).json()).toMatchObject({ intact: true });
  });
});

describe('the catalog is a cache', () => {
  const folder = tempFolder('program-catalog');
  const home = path.join(folder, 'home');
  const file = path.join(folder, 'shop.db');

  beforeAll(async () => {
    makeShop(file);
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    await holdfastJson(home, ['backup', 'shop']);
    await holdfastJson(home, ['verify', 'shop@latest', '--level', 'restore']);
  });

  it.each(['deleted', 'overwritten with rubbish', 'truncated'])(
    '%s, it is made again from manifests, proofs and settings',
    async (how) => {
      const before = await holdfastJson<Card[]>(home, ['list']);
      const catalog = path.join(home, 'catalog.sqlite');
      if (how === 'deleted') rmSync(catalog);
      else
        writeFileSync(catalog, how === 'truncated' ? readFileSync(catalog).subarray(0, 5000) : Buffer.alloc(20_000, 7));
      for (const suffix of ['-wal', '-shm']) rmSync(catalog + suffix, { force: true });
      const after = await holdfastJson<Card[]>(home, ['list']);
      expect(after.map(({ backupId, verdict, takenAt }) => ({ backupId, verdict, takenAt }))).toEqual(
        before.map(({ backupId, verdict, takenAt }) => ({ backupId, verdict, takenAt })),
      );
      expect(await holdfastJson(home, ['source', 'list'])).toMatchObject([{ name: 'shop' }]);
      expect((await holdfastJson<{ backupId: string }>(home, ['backup', 'shop'])).backupId).toMatch(/^bk-/);
      expect(await holdfastJson<Card[]>(home, ['list', 'shop'])).toHaveLength(before.length + 1);
    },
  );
});

describe('a stored backup that was changed', () => {
  const folder = tempFolder('program-tampered');
  const home = path.join(folder, 'home');
  const file = path.join(folder, 'shop.db');
  let stored: string;
  let manifest: string;

  beforeAll(async () => {
    makeShop(file);
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    const { backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', 'shop']);
    const data = path.join(home, 'backups/data', backupId);
    stored = path.join(data, readdirSync(data)[0] ?? '');
    manifest = path.join(home, `backups/manifests/${backupId}.jsonl`);
  });

  const damage = (target: string, change: (bytes: Buffer) => Buffer): (() => void) => {
    const whole = readFileSync(target);
    chmodSync(target, 0o600);
    writeFileSync(target, change(Buffer.from(whole)));
    return () => writeFileSync(target, whole);
  };
  const flip = (bytes: Buffer): Buffer => {
    const at = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  };

  it.each([
    ['one bit of the data', () => damage(stored, flip), 'artifact.tampered'],
    ['the end of the data', () => damage(stored, (bytes) => bytes.subarray(0, -1)), 'artifact.truncated'],
    ['all of the data', () => damage(stored, () => Buffer.alloc(0)), 'artifact.truncated'],
    ['one bit of the manifest', () => damage(manifest, flip), 'manifest.tampered'],
    ['the end of the manifest', () => damage(manifest, (bytes) => bytes.subarray(0, -2)), 'manifest.tampered'],
  ] as const)('%s: every verification says so, and a restore makes nothing', async (_what, doIt, code) => {
    const putBack = doIt();
    try {
      for (const level of ['read', 'restore']) {
        const ran = await holdfast(home, ['verify', 'shop@latest', '--level', level, '--json']);
        expect(ran.code).toBe(1);
        expect(ran.json<{ verdict: string; problems: { code: string }[] }>()).toMatchObject({
          verdict: 'failed',
          problems: [{ code }],
        });
      }
      const target = path.join(folder, 'never.db');
      const restored = await holdfast(home, ['restore', 'shop@latest', '--to-file', target, '--json']);
      expect(restored.code).toBe(3);
      expect(restored.json()).toMatchObject({ code });
      expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
    } finally {
      putBack();
    }
  });
});

describe('bad input gets a clear failure and leaves nothing', () => {
  const folder = tempFolder('program-bad');
  const home = path.join(folder, 'home');

  const cases: [string, (file: string) => void, RegExp][] = [
    ['missing', () => {}, /^source\.file-missing$/],
    ['a folder', (file) => mkdirSync(file), /^source\.not-a-file$/],
    ['empty', (file) => writeFileSync(file, ''), /^source\.empty-file$/],
    ['a text file', (file) => writeFileSync(file, 'once upon a time\n'.repeat(500)), /^source\.not-a-database$/],
  ];

  it.each(cases)('a source that is %s', async (what, make, code) => {
    const file = path.join(folder, `${what.replaceAll(' ', '-')}.db`);
    make(file);
    const name = what.replaceAll(' ', '-');
    const added = await holdfast(home, ['source', 'add', name, '--file', file, '--json']);
    const ran = added.code === 0 ? await holdfast(home, ['backup', name, '--json']) : added;
    expect(ran.code).toBe(3);
    expect(ran.json<{ code: string }>().code).toMatch(code);
    expect(await holdfastJson(home, ['list'])).toEqual([]);
    for (const left of ['spool', 'work', 'scratch']) expect(readdirSync(path.join(home, left))).toEqual([]);
  });

  it('an unknown name, a wrong option and a wrong command are told apart', async () => {
    expect((await holdfast(home, ['backup', 'nobody', '--json'])).json()).toMatchObject({ code: 'source.unknown' });
    expect((await holdfast(home, ['backup', '--json', '--frobnicate'])).code).toBe(2);
    expect((await holdfast(home, ['frobnicate'])).code).toBe(2);
  });
});
