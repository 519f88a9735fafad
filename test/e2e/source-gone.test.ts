/** A source that is deleted while its job runs: the job ends in words, nothing half is listed, and the app goes on. */
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop, type World } from './world.ts';

onEveryStage(
  'a source that goes',
  (scene) => {
    it('while its backup runs leaves a job that ended in words, and an app that goes on', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('activity');
      const started = holdfastJson(world.home, ['backup', 'big'], { env: world.env }).then(
        () => 'ended',
        () => 'ended',
      );
      await page.getByRole('progressbar').first().waitFor();
      await holdfastJson(world.home, ['source', 'remove', 'big'], { env: world.env });
      expect(await started).toBe('ended');
      await new HoldfastWindow(page).open('activity');
      await page.getByRole('listbox', { name: 'Jobs' }).getByRole('option').first().click();
      await page
        .getByRole('article')
        .getByText(/Done|Failed|Stopped/)
        .first()
        .waitFor();
      await new HoldfastWindow(page).open('backups/shop');
      await page.getByRole('button', { name: 'Back up now' }).first().click();
      await expect.poll(() => backupsOf(world, 'shop'), { timeout: 30_000 }).toBe(2);
    });
  },
  {
    async before(world) {
      await protectShop(world);
      const big = `${world.desk}/big.sqlite`;
      const db = new Database(big);
      db.exec('CREATE TABLE blob (id INTEGER PRIMARY KEY, body BLOB)');
      const insert = db.prepare('INSERT INTO blob (body) VALUES (randomblob(1000000))');
      db.transaction(() => {
        for (let row = 0; row < 250; row += 1) insert.run();
      })();
      db.close();
      await holdfastJson(world.home, ['source', 'add', 'big', '--file', big], { env: world.env });
    },
  },
);

async function backupsOf(world: World, name: string): Promise<number> {
  return (await holdfastJson<unknown[]>(world.home, ['list', name], { env: world.env })).length;
}
