/** BS-6 CV-4 JO-5 JO-8: a mistake is undone in the live database, which is kept, and that is undone too. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop } from './world.ts';

const counts = "SELECT (SELECT count(*) FROM orders) || ' ' || (SELECT count(*) FROM customer)";

onEveryStage(
  'a restore in the place of the live database',
  (scene) => {
    it('counts what comes back and what disappears before anything is changed', async () => {
      const { world, page } = scene;
      const wizard = new RestoreWizard(page);
      world.change("DELETE FROM orders WHERE id > 150; INSERT INTO customer VALUES (4, 'Barbara')");
      await new HoldfastWindow(page).open('restore/shop');
      await page.getByText('Undo a mistake in this database').click();
      await wizard.proceed.click();
      await wizard.rehearse.click();
      await wizard.lead('50 rows come back. 1 row disappears.').waitFor();
      await page.getByText('This replaces current data.').waitFor();
      expect(world.valueIn(world.shopFile(), counts)).toBe('150 4');
    });

    it('asks for the name, does nothing on Enter alone, and restores on Ctrl-Enter once the name is right', async () => {
      const { world, page } = scene;
      const restore = page.getByRole('button', { name: /^Restore shop\.sqlite as of/ });
      const name = page.getByRole('textbox', { name: 'Type shop.sqlite to restore' });
      expect(await restore.isDisabled()).toBe(true);
      await name.fill('shop');
      await page.keyboard.press('Control+Enter');
      expect(await restore.isDisabled()).toBe(true);
      await name.fill('shop.sqlite');
      await page.keyboard.press('Enter');
      expect(await restore.isEnabled()).toBe(true);
      expect(world.valueIn(world.shopFile(), counts)).toBe('150 4');
      await page.keyboard.press('Control+Enter');
      await new RestoreWizard(page).lead(/^shop\.sqlite is as it was .*, and every row is accounted for\.$/).waitFor();
      expect(world.valueIn(world.shopFile(), counts)).toBe('200 3');
    });

    it('is undone from its proof, with what that costs said before', async () => {
      const { world, page } = scene;
      world.change("INSERT INTO customer VALUES (5, 'Margaret'), (6, 'Radia')");
      await page.getByRole('button', { name: 'Undo this restore…' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText(/Rows written since the restore disappear from it/).waitFor();
      await dialog.getByText(/Counted now: 2\srows written since would disappear\./).waitFor();
      await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
      await new RestoreWizard(page).lead('Undone. shop.sqlite is what it was before the restore.').waitFor();
      expect(world.valueIn(world.shopFile(), counts)).toBe('150 4');
    });

    it('is found again under the goals, where the kept copy can be removed', async () => {
      const { page } = scene;
      await page.getByRole('button', { name: 'Done' }).click();
      await new HoldfastWindow(page).open('restore/shop');
      await page.getByRole('button', { name: 'Remove the kept copy…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('heading', { name: 'Kept for undo' }).waitFor({ state: 'detached' });
      expect(readdirSync(scene.world.desk).filter((name) => name.includes('before'))).toEqual([]);
    });
  },
  { before: protectShop },
);
