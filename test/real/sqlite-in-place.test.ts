/** BS-6 JO-8: a SQLite file back in its own place, with the way back. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, beforeEach, afterAll, describe, expect, it } from 'vitest';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { came, contentOf, ended, recordOf, rehearseInPlace, restoreInPlace, runPlan } from '../helpers/in-place.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('in-place');
let door: OpenedHouse;
let number = 0;

beforeAll(async () => {
  door = await realHouse(path.join(folder, 'home'));
});
afterAll(() => door.close());

function make(file: string, mode: 'wal' | 'delete', rows = 50): void {
  const database = new Database(file);
  database.pragma(`journal_mode = ${mode}`);
  database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO item SELECT i, 'item ' || i FROM n`);
  database.close();
}

function change(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

const modeOf = (file: string): string => (readFileSync(file)[19] === 2 ? 'wal' : 'delete');
const namesIn = (where: string): string[] => readdirSync(where).toSorted();

describe.each(['wal', 'delete'] as const)('BS-6 CV-4 a restore into the place of a file in %s mode', (mode) => {
  let source: string;
  let place: string;
  let file: string;
  let before: string;

  beforeEach(async () => {
    number += 1;
    source = `shop${number}`;
    place = tempFolder('in-place-file');
    file = path.join(place, 'shop.db');
    make(file, mode);
    chmodSync(file, 0o640);
    await door.api.source.add({
      name: source,
      settings: { kind: 'sqlite', file },
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    });
    await ended(door.api, door.api.backup.start({ name: source }));
    before = contentOf(file);
    change(file, "DELETE FROM item WHERE id <= 40; INSERT INTO item (text) VALUES ('new'), ('newer')");
  });

  it('tells what disappears and what comes back, and changes nothing', async () => {
    const plan = await rehearseInPlace(door.api, source);
    expect(plan.findings.filter((finding) => finding.grade === 'blocking')).toEqual([]);
    expect(plan).toMatchObject({ canRun: true, target: { kind: 'file', file } });
    expect(plan.replaces).toMatchObject({
      tables: [{ name: 'item', before: 50, after: 12, change: 'fewer', contentEqual: false }],
      confirm: 'shop.db',
      sessions: [],
      counted: true,
    });
    expect(plan.replaces?.keepAs).toMatch(/shop__before_\d{4}\.db$/);
    expect(plan.commands?.join('\n')).toContain('zstd -dc');
    expect(namesIn(place)).toEqual(['shop.db']);
  });

  it('puts the backup there, keeps what was live, and an undo brings it back', async () => {
    const damaged = contentOf(file);
    const report = await restoreInPlace(door.api, source);
    expect(report).toMatchObject({ verdict: 'equal', connection: file });
    expect(contentOf(file)).toBe(before);
    const { restoreId, keptAs } = report.undo ?? { restoreId: undefined, keptAs: '' };
    if (restoreId === undefined) throw new Error('There is nothing to undo.');
    expect(contentOf(keptAs)).toBe(damaged);
    expect(namesIn(place)).toEqual(['shop.db', path.basename(keptAs)].toSorted());
    expect([modeOf(file), modeOf(keptAs)]).toEqual([mode, mode]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(await recordOf(door.api, restoreId)).toMatchObject({ state: 'kept', target: file, keptAs });

    change(file, "INSERT INTO item (text) VALUES ('written since')");
    const since = contentOf(file);
    const { undo, job } = await ended(door.api, door.api.restore.undo({ restoreId }));
    expect(came(job)).toBe('succeeded');
    expect(undo?.tables).toEqual([{ name: 'item', before: 12, after: 51, change: 'more', contentEqual: null }]);
    expect(contentOf(file)).toBe(damaged);
    expect(undo?.keptAs).toMatch(/shop__undone_\d{4}\.db$/);
    expect(contentOf(undo?.keptAs ?? '')).toBe(since);
    expect(existsSync(keptAs)).toBe(false);
    expect(await recordOf(door.api, restoreId)).toMatchObject({ state: 'undone', keptAs: undo?.keptAs });

    const again = await ended(door.api, door.api.restore.undo({ restoreId }));
    expect(came(again.job)).toBe('succeeded');
    expect(contentOf(file)).toBe(since);
    expect(contentOf(again.undo?.keptAs ?? '')).toBe(damaged);
    expect(await recordOf(door.api, restoreId)).toMatchObject({ state: 'kept' });

    expect(came((await ended(door.api, door.api.restore.release({ restoreId }))).job)).toBe('succeeded');
    expect(namesIn(place)).toEqual(['shop.db']);
    expect(await recordOf(door.api, restoreId)).toMatchObject({ state: 'released' });
    await expect(door.api.restore.undo({ restoreId })).rejects.toMatchObject({ code: 'restore.released' });
    const trail = (await door.api.audit.list({ limit: 50 })).filter(({ subject }) => subject === restoreId);
    expect(trail.map(({ action }) => action).toSorted()).toEqual([
      'restore.released',
      'restore.undone',
      'restore.undone',
    ]);
  });

  it('BS-6 runs only when the name was typed, and only once', async () => {
    const plan = await rehearseInPlace(door.api, source);
    const { planId } = plan;
    for (const confirm of [undefined, '', 'shop', 'SHOP.DB', 'shop.db ']) {
      await expect(
        door.api.restore.run({ planId, secrets: {}, ...(confirm === undefined ? {} : { confirm }) }),
      ).rejects.toMatchObject({ code: 'restore.not-confirmed' });
    }
    await runPlan(door.api, plan);
    const restored = contentOf(file);
    const { job } = await ended(door.api, door.api.restore.run({ planId, secrets: {}, confirm: 'shop.db' }));
    expect(came(job)).toBe('restore.moved');
    expect(contentOf(file)).toBe(restored);
  });

  it('says which program has the file open, and leaves it alone', async () => {
    const plan = await rehearseInPlace(door.api, source);
    const descriptor = openSync(file, 'r');
    const holder = spawn('sleep', ['60'], { stdio: [descriptor, 'ignore', 'ignore'] });
    closeSync(descriptor);
    try {
      const blocked = await rehearseInPlace(door.api, source);
      expect(blocked.canRun).toBe(false);
      expect(blocked.findings.find(({ code }) => code === 'restore.in-use')?.message).toContain(
        `sleep (process ${holder.pid})`,
      );
      const { job } = await ended(
        door.api,
        door.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'shop.db' }),
      );
      expect(came(job)).toBe('restore.in-use');
      expect(job.failure?.message).toContain('sleep');
      expect(namesIn(place)).toEqual(['shop.db']);
      expect(modeOf(file)).toBe(mode);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('refuses when the live file moved on too far, and tells a little', async () => {
    const plan = await rehearseInPlace(door.api, source);
    change(file, "INSERT INTO item (text) SELECT 'more' FROM item a, item b");
    const { job } = await ended(
      door.api,
      door.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'shop.db' }),
    );
    expect(came(job)).toBe('restore.moved');
    expect(job.failure?.message).toContain('144 rows');
    expect(namesIn(place)).toEqual(['shop.db']);
    const again = await rehearseInPlace(door.api, source);
    change(file, "INSERT INTO item (text) VALUES ('one more')");
    const report = await runPlan(door.api, again);
    expect(report.checks.find(({ name }) => name === 'Since the rehearsal')?.detail).toContain('1 row');
  });

  it('JO-8 keeps a live file that cannot be opened, byte for byte with its sidecars', async () => {
    const wreck = Buffer.concat([readFileSync(file).subarray(0, 1000), Buffer.alloc(500, 7)]);
    wreck.fill(0, 0, 16);
    writeFileSync(file, wreck);
    writeFileSync(`${file}-wal`, 'an old log');
    const plan = await rehearseInPlace(door.api, source);
    expect(plan.canRun).toBe(true);
    expect(plan.replaces).toMatchObject({ counted: false, tables: [{ name: 'item', before: 50, after: null }] });
    expect(plan.findings.map(({ code }) => code)).toContain('restore.uncounted');
    const report = await runPlan(door.api, plan);
    expect(contentOf(file)).toBe(before);
    expect(existsSync(`${file}-wal`)).toBe(false);
    const { restoreId, keptAs } = report.undo ?? {};
    if (restoreId === undefined || keptAs === undefined) throw new Error('There is nothing to undo.');
    expect(readFileSync(keptAs).equals(wreck)).toBe(true);
    expect(readFileSync(`${keptAs}-wal`, 'utf8')).toBe('an old log');
    expect(came((await ended(door.api, door.api.restore.undo({ restoreId }))).job)).toBe('succeeded');
    expect(readFileSync(file).equals(wreck)).toBe(true);
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('an old log');
  });

  it('a symbolic link goes on leading to the database', async () => {
    const linked = path.join(tempFolder('in-place-link'), 'link.db');
    symlinkSync(file, linked);
    const { settings: _, ...rest } = (await door.api.source.show({ name: source })).source;
    await door.api.source.add({
      name: source,
      settings: { kind: 'sqlite', file: linked },
      scope: rest.scope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: true,
    });
    const report = await restoreInPlace(door.api, source);
    expect(path.dirname(report.undo?.keptAs ?? '')).toBe(place);
    expect(contentOf(linked)).toBe(before);
  });
});
