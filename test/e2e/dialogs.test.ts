/** BS-15 SV-18: every dialog is opened, used and left by keyboard alone, and gives the focus back to where it came from. */
import type { Locator } from '@playwright/test';
import { beforeEach, expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import {
  arrowTo,
  browseByKeyboard,
  chooseByKeyboard,
  pickByKeyboard,
  pressByKeyboard,
  tabTo,
} from './pages/keyboard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop } from './world.ts';

onEveryStage(
  'dialogs by keyboard alone',
  (scene) => {
    beforeEach(async () => {
      await new HoldfastWindow(scene.page).open('overview');
    });

    it('the palette is closed by Escape, leads by arrows, and leaves nothing open', async () => {
      const { page } = scene;
      await page.keyboard.press('Control+k');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+k');
      await dialog.waitFor();
      await page.keyboard.type('Plans');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor();
      await dialog.waitFor({ state: 'hidden' });
      expect(new URL(page.url()).hash).toBe('#/plans');
    });

    it('the palette leads with what begins as typed, and Enter takes that', async () => {
      const { page } = scene;
      await page.keyboard.press('Control+k');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await page.keyboard.type('sh');
      await expect.poll(() => dialog.getByRole('menuitem').first().textContent()).toContain('shop');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await expect.poll(() => new URL(page.url()).hash).toBe('#/backups/shop');
    });

    it('SV-12 BD-14 goals are set for a source, held against what was measured, and told where they are missed', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('sources/shop');
      const goals = page.getByRole('region', { name: 'Goals' });
      await tabTo(page, goals.getByRole('button', { name: 'Set goals…' }));
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Goals of shop' });
      await pickByKeyboard(page, dialog.getByRole('button', { name: /Loss at most/ }), '24 h');
      await pickByKeyboard(page, dialog.getByRole('button', { name: /Back within/ }), '5 min');
      await pressByKeyboard(page, dialog.getByRole('button', { name: 'Save' }));
      await dialog.waitFor({ state: 'hidden' });
      await goals.getByRole('img', { name: /^The newest proven backup is .* old, the goal is 24\sh\.$/ }).waitFor();
      await goals.getByRole('img', { name: /^Bringing it back took .*, the goal is 5\smin\.$/ }).waitFor();
      const held = () => holdfastJson(world.home, ['source', 'goals', 'shop'], { env: world.env });
      expect(await held()).toMatchObject({ rpoMs: 86_400_000, rpoHolds: true, rtoMs: 300_000, rtoHolds: true });
      await holdfastJson(world.home, ['source', 'goals', 'shop', '--rpo', 'none', '--rto', 'none'], { env: world.env });
      await goals.getByRole('button', { name: 'Set goals…' }).waitFor();
    });

    it('the list of shortcuts opens by ? and closes by Escape', async () => {
      const { page } = scene;
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByText('Show this list').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(new URL(page.url()).hash).toBe('#/overview');
    });

    it('a plan is paused until it is resumed, and the focus is not lost', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('plans');
      const pause = page.getByRole('button', { name: 'Pause… Nightly' });
      await pressByKeyboard(page, pause);
      const dialog = page.getByRole('dialog', { name: 'Pause Nightly' });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await expectFocus(pause);
      await page.keyboard.press('Enter');
      await tabTo(page, dialog.getByRole('radio', { name: 'For 1 hour' }));
      // Up from the first is the last.
      await page.keyboard.press('ArrowUp');
      await pressByKeyboard(page, dialog.getByRole('button', { name: 'Pause', exact: true }));
      await page.getByText('Paused until you resume it.').waitFor();
    });

    it('SV-22 a backup goes straight to its place, once it was said what that means', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('sources/shop');
      await pressByKeyboard(page, page.getByRole('button', { name: 'More actions' }));
      const straight = page.getByRole('menuitem', { name: 'Back up straight to its place…' });
      await arrowTo(page, straight);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('alertdialog', { name: 'Back up shop straight to its place' });
      await dialog.getByText(/free, about .* needed/).waitFor();
      await dialog.getByText(/The file is copied into the data folder first.*cannot be resumed/).waitFor();
      await pressByKeyboard(page, dialog.getByRole('button', { name: 'Back up to This computer' }));
      await dialog.waitFor({ state: 'hidden' });
      const backups = () => holdfastJson<unknown[]>(world.home, ['list', 'shop'], { env: world.env });
      await expect.poll(async () => (await backups()).length, { timeout: 20_000 }).toBe(2);
    });

    it('a source is removed only after its dialog was answered; Enter on Cancel keeps it', async () => {
      const { page, world } = scene;
      const names = async (): Promise<string[]> =>
        (await holdfastJson<{ name: string }[]>(world.home, ['source', 'list'], { env: world.env })).map(
          ({ name }) => name,
        );
      await new HoldfastWindow(page).open('sources/shop');
      const dialog = page.getByRole('alertdialog');
      const ask = async (): Promise<void> => {
        await pressByKeyboard(page, page.getByRole('button', { name: 'More actions' }));
        const remove = page.getByRole('menuitem', { name: 'Remove…' });
        await remove.waitFor();
        await page.keyboard.press('End');
        await expectFocus(remove);
        await page.keyboard.press('Enter');
        await dialog.waitFor();
      };
      await ask();
      await pressByKeyboard(page, dialog.getByRole('button', { name: 'Cancel' }));
      await dialog.waitFor({ state: 'hidden' });
      expect(await names()).toEqual(['shop']);
      await ask();
      await pressByKeyboard(page, dialog.getByRole('button', { name: /^Remove/ }));
      await page.getByText('shop was removed. Its backups stay.').first().waitFor();
      expect(await names()).toEqual([]);
    });

    it('a source is added, its file found in the window’s own folder browser', async () => {
      const { page, world, window, stage } = scene;
      await new HoldfastWindow(page).open('sources/new');
      await chooseByKeyboard(page, page.getByRole('radio', { name: 'Pick a SQLite file' }));
      const choose = page.getByRole('button', { name: 'Choose…' });
      if (stage.name === 'browser door') {
        await pressByKeyboard(page, choose);
        await browseByKeyboard(page, 'shop.sqlite');
      } else await window.choosePath(world.shopFile(), () => pressByKeyboard(page, choose));
      await page.getByText(world.shopFile()).waitFor();
      await pressByKeyboard(page, page.getByRole('button', { name: 'Continue' }));
      await page.getByText(/steps passed/).waitFor();
      await pressByKeyboard(page, page.getByRole('button', { name: 'Continue' }));
      await page.getByRole('heading', { level: 2, name: /What goes into its backups/ }).waitFor();
      await pressByKeyboard(page, page.getByRole('button', { name: 'Continue' }));
      await pressByKeyboard(page, page.getByRole('button', { name: 'Save', exact: true }));
      await page.getByRole('button', { name: 'Back up now' }).first().waitFor();
      const sources = await holdfastJson<unknown[]>(world.home, ['source', 'list'], { env: world.env });
      expect(sources).toHaveLength(1);
    });
  },
  {
    async before(world) {
      await protectShop(world);
      const plan = ['plan', 'add', 'Nightly', '--source', 'shop', '--schedule', '0 2 * * *'];
      await holdfastJson(world.home, plan, { env: world.env });
    },
  },
);

/** Runs in the page. */
const focused = (element: unknown): boolean =>
  (element as { matches(selector: string): boolean }).matches(':focus-within');

async function expectFocus(on: Locator): Promise<void> {
  await expect.poll(() => on.evaluate(focused)).toBe(true);
}
