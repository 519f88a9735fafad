/** `holdfast serve --schedule --no-window`: a machine without a desktop keeps its plans. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdfast, holdfastJson, startHoldfast } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('SV-8 plans without a desktop', () => {
  it('are kept while it runs, shown to every terminal, and let go in order', async () => {
    const folder = tempFolder('serve-schedule');
    const home = path.join(folder, 'home');
    const file = makeDatabase(path.join(folder, 'shop.db'), (db) => db.exec('CREATE TABLE a (b)'));
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    const alone = await holdfast(home, ['plan', 'add', 'often', '--source', 'shop', '--schedule', '* * * * *']);
    expect(alone.stdout).toContain('Nobody keeps plans on this data folder now');

    const keeper = startHoldfast(home, ['serve', '--schedule', '--no-window']);
    await keeper.says('Keeping the plans of');
    expect(existsSync(path.join(home, 'open-window.html'))).toBe(false);
    const kept = await holdfast(home, ['plan', 'list']);
    expect(kept.stdout).toContain('Every minute');
    expect(kept.stdout).not.toContain('Nobody keeps plans');
    const ran = await holdfastJson<{ outcome: string }[]>(home, ['plan', 'run', 'often']);
    expect(ran).toMatchObject([{ what: 'backup', outcome: 'succeeded' }]);

    keeper.child.kill('SIGTERM');
    expect((await keeper.ended).code).toBe(0);
    expect(existsSync(path.join(home, 'owner.json'))).toBe(false);
  });

  it('flags that say nothing together are wrong usage', async () => {
    const home = path.join(tempFolder('serve-flags'), 'home');
    for (const flags of [['--no-window'], ['--schedule', '--no-window', '--port', '8123']])
      expect((await holdfast(home, ['serve', ...flags])).code).toBe(2);
    expect(existsSync(home)).toBe(false);
  });
});
