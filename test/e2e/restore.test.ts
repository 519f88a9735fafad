/** BS-6, SV-9, CV-4: a restore is walked through, rehearsed, run and proven, and the live database is not touched by it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { pressByKeyboard, tabTo } from './pages/keyboard.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop } from './world.ts';

const counts = "SELECT (SELECT count(*) FROM orders) || ' ' || (SELECT count(*) FROM customer)";

onEveryStage(
  'a restore beside the live database',
  (scene) => {
    let wizard: RestoreWizard;

    beforeEach(async () => {
      wizard = new RestoreWizard(scene.page);
      // A draft outlives its window too; each story begins without one.
      await scene.page.evaluate('localStorage.clear()');
      await scene.page.reload();
      await new HoldfastWindow(scene.page).open('restore/shop');
    });

    it('says what will be there, makes it, and compares every row', async () => {
      const { world } = scene;
      world.change('DELETE FROM orders WHERE id > 150');
      await wizard.proceed.click();
      await wizard.newFile.fill('shop-again.sqlite');
      await wizard.rehearse.click();
      await wizard.lead('A new file, shop-again.sqlite: 2 tables, 203 rows.').waitFor();
      expect(existsSync(path.join(world.desk, 'shop-again.sqlite'))).toBe(false);
      await wizard.run('shop-again.sqlite').click();
      await wizard.lead('shop-again.sqlite is there, and every row is accounted for.').waitFor();
      expect(world.valueIn(path.join(world.desk, 'shop-again.sqlite'), counts)).toBe('200 3');
      expect(world.valueIn(world.shopFile(), counts)).toBe('150 3');
      await scene.page.getByRole('button', { name: 'Done' }).click();
    });

    it('goes to a file that is chosen in a dialog', async () => {
      const { world, window, page } = scene;
      const file = path.join(world.desk, 'elsewhere.sqlite');
      await wizard.proceed.click();
      await window.choosePath(file, () => page.getByRole('button', { name: 'Choose where…' }).click());
      await wizard.rehearse.click();
      await wizard.run('elsewhere.sqlite').click();
      await wizard.lead(/^elsewhere\.sqlite is there/).waitFor();
      expect(world.valueIn(file, counts)).toBe('200 3');
      await page.getByRole('button', { name: 'Done' }).click();
    });

    it('keeps what was typed when one goes back, and says what is in the way of a file that exists', async () => {
      const { world } = scene;
      await wizard.proceed.click();
      await wizard.newFile.fill('shop.sqlite');
      await wizard.back.click();
      await wizard.proceed.click();
      expect(await wizard.newFile.inputValue()).toBe('shop.sqlite');
      await wizard.rehearse.click();
      await scene.page.getByRole('main').getByText('stops it').first().waitFor();
      expect(await wizard.run('shop.sqlite').isDisabled()).toBe(true);
      expect(world.valueIn(world.shopFile(), counts)).toBe('150 3');
    });

    it('is done by keyboard alone', async () => {
      const { world, page } = scene;
      await pressByKeyboard(page, wizard.proceed);
      await tabTo(page, wizard.newFile);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('by-keyboard.sqlite');
      await pressByKeyboard(page, wizard.rehearse);
      await pressByKeyboard(page, wizard.run('by-keyboard.sqlite'));
      await wizard.lead(/^by-keyboard\.sqlite is there/).waitFor();
      expect(world.valueIn(path.join(world.desk, 'by-keyboard.sqlite'), counts)).toBe('200 3');
      await pressByKeyboard(page, page.getByRole('button', { name: 'Done' }));
    });

    it('is where it was after a reload in each of its steps', async () => {
      const { page, world } = scene;
      await wizard.proceed.click();
      await wizard.newFile.fill('reloaded.sqlite');
      await page.reload();
      expect(await wizard.newFile.inputValue()).toBe('reloaded.sqlite');
      await wizard.rehearse.click();
      await wizard.run('reloaded.sqlite').waitFor();
      await page.reload();
      await wizard.run('reloaded.sqlite').click();
      await wizard.lead(/^reloaded\.sqlite is there/).waitFor();
      await page.reload();
      await wizard.lead(/^reloaded\.sqlite is there/).waitFor();
      expect(world.valueIn(path.join(world.desk, 'reloaded.sqlite'), counts)).toBe('200 3');
      await page.getByRole('button', { name: 'Done' }).click();
      await page.reload();
      await new HoldfastWindow(page).open('restore/shop');
      await wizard.proceed.waitFor();
    });

    it('is not begun by a window that closes in one of its steps, and not ended by one that closes while it runs', async () => {
      const { world, window } = scene;
      const file = path.join(world.desk, 'closed.sqlite');
      const again = async (): Promise<void> => {
        wizard = new RestoreWizard(await window.reopen());
        await new HoldfastWindow(scene.page).open('restore/shop');
      };
      await again();
      await wizard.proceed.click();
      await wizard.newFile.fill('closed.sqlite');
      await again();
      expect(await wizard.newFile.inputValue()).toBe('closed.sqlite');
      await wizard.rehearse.click();
      await wizard.run('closed.sqlite').waitFor();
      expect(existsSync(file)).toBe(false);
      await wizard.run('closed.sqlite').click();
      await again();
      await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
      const jobs = await holdfastJson<{ kind: string; state: string }[]>(world.home, ['jobs'], { env: world.env });
      expect(jobs.find(({ kind }) => kind === 'restore')).toMatchObject({ state: 'succeeded' });
      expect(world.valueIn(file, counts)).toBe('200 3');
    });
  },
  { before: protectShop },
);
