/** BS-6 CV-4 `holdfast restore --in-place` and the way back, as a script uses them. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { contentOf } from '../helpers/in-place.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Restored {
  verdict: string;
  connection: string;
  undo: { restoreId: string; keptAs: string; until: string };
}

describe('BS-6 CV-4 the terminal restores in place', () => {
  const folder = tempFolder('cli-in-place');
  const home = path.join(folder, 'home');
  const file = path.join(folder, "it's $HOME.db");
  let before: string;
  let damaged: string;

  beforeAll(async () => {
    const database = new Database(file);
    database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO item SELECT i, 'item ' || i FROM n`);
    database.close();
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    await holdfastJson(home, ['backup', 'shop']);
    before = contentOf(file);
    const accident = new Database(file);
    accident.exec("DELETE FROM item WHERE id > 10; INSERT INTO item (id, text) VALUES (11, 'another')");
    accident.close();
    damaged = contentOf(file);
  });

  it('tells what it takes, and does nothing while nobody typed the name', async () => {
    const silent = await holdfast(home, ['restore', 'shop@latest', '--in-place']);
    expect(silent.code).toBe(2);
    expect(silent.stderr).toContain('0 rows of the live database disappear, 19 rows come back.');
    expect(silent.stderr).toContain('--confirm');
    const wrong = await holdfast(home, ['restore', 'shop@latest', '--in-place', '--confirm', 'shop', '--json']);
    expect(wrong.code).toBe(3);
    expect(wrong.json()).toMatchObject({ code: 'restore.not-confirmed' });
    const both = await holdfast(home, ['restore', 'shop@latest', '--in-place', '--to-file', '/x.db']);
    expect(both.code).toBe(2);
    expect(contentOf(file)).toBe(damaged);
  });

  it('restores, lists, undoes, undoes that too, and releases', async () => {
    const args = ['restore', 'shop@latest', '--in-place', '--confirm', path.basename(file)];
    const restored = await holdfastJson<Restored>(home, args);
    expect(restored).toMatchObject({ verdict: 'equal', connection: file });
    expect(contentOf(file)).toBe(before);
    const { restoreId, keptAs } = restored.undo;
    expect(await holdfastJson(home, ['restore', 'list'])).toMatchObject([
      { restoreId, source: 'shop', target: file, keptAs, state: 'kept' },
    ]);
    const undone = await holdfastJson<{ keptAs: string }>(home, ['restore', 'undo', 'shop@latest']);
    expect(contentOf(file)).toBe(damaged);
    expect(contentOf(undone.keptAs)).toBe(before);
    const listed = await holdfast(home, ['restore', 'list']);
    expect(listed.stdout).toContain('undone, 7 days left');
    await holdfastJson(home, ['restore', 'undo', restoreId]);
    expect(contentOf(file)).toBe(before);

    const unasked = await holdfast(home, ['restore', 'release', restoreId, '--confirm', 'yes', '--json']);
    expect(unasked.json()).toMatchObject({ code: 'restore.not-confirmed' });
    const [kept] = await holdfastJson<{ keptAs: string }[]>(home, ['restore', 'list']);
    await holdfastJson(home, ['restore', 'release', restoreId, '--confirm', kept?.keptAs ?? '']);
    expect((await holdfast(home, ['restore', 'undo', restoreId, '--json'])).json()).toMatchObject({
      code: 'restore.released',
    });
    expect((await holdfast(home, ['restore', 'undo', 'shop@latest', '--json'])).json()).toMatchObject({
      code: 'restore.unknown',
    });
  });
});
