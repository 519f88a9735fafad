/** BS-3 CV-5: a plan is made in one press or in its form, run, paused, changed and removed. */
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { pressByKeyboard, tabTo } from './pages/keyboard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { protectShop } from './world.ts';

const main = ({ page }: Scene) => page.getByRole('main');
const button = (scene: Scene, name: string) => main(scene).getByRole('button', { name, exact: true });

onEveryStage(
  'plans',
  (scene) => {
    it('one press makes the recommended one', async () => {
      await new HoldfastWindow(scene.page).open('plans');
      await button(scene, 'Nightly at 02:00, proof on Sunday 03:00').click();
      const plan = main(scene).getByRole('region', { name: 'Nightly' });
      await plan.getByText('Every day at 02:00').waitFor();
      expect(await plan.textContent()).toContain('Sun 03:00');
    });

    it('runs now, and its outcome stands beside its source', async () => {
      await button(scene, 'Run now: Nightly').click();
      await main(scene).getByRole('row', { name: /shop/ }).getByRole('link', { name: 'done' }).waitFor();
      const jobs = await holdfastJson<{ kind: string; state: string }[]>(scene.world.home, ['jobs'], {
        env: scene.world.env,
      });
      expect(jobs.filter(({ kind, state }) => kind === 'backup' && state === 'succeeded')).toHaveLength(2);
    });

    it('is paused for a while and goes on', async () => {
      await button(scene, 'Pause… Nightly').click();
      const dialog = scene.page.getByRole('dialog', { name: 'Pause Nightly' });
      await dialog.getByText('Until I resume it').click();
      await dialog.getByRole('button', { name: 'Pause' }).click();
      await main(scene).getByText('Paused until you resume it.').waitFor();
      await button(scene, 'Resume Nightly').click();
      await button(scene, 'Pause… Nightly').waitFor();
      expect(await main(scene).getByText('Paused until you resume it.').count()).toBe(0);
    });

    it('is made by keyboard alone; its next five times stand beside it, a cron that never fires is refused', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('plans/new');
      const name = main(scene).getByRole('textbox', { name: 'Name' });
      await tabTo(page, name);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('Leap day');
      await tabTo(page, main(scene).getByRole('checkbox', { name: 'shop' }));
      if (!(await main(scene).getByRole('checkbox', { name: 'shop' }).isChecked())) await page.keyboard.press('Space');
      await tabTo(
        page,
        main(scene)
          .getByRole('button', { name: /Schedule/ })
          .first(),
      );
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'Cron' }).waitFor();
      await page.keyboard.type('Cron');
      await page.keyboard.press('Enter');
      const cron = main(scene).getByRole('textbox', { name: 'Minute, hour, day, month, weekday' });
      await tabTo(page, cron);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('0 2 31 2 *');
      const preview = page.getByRole('complementary', { name: 'Next five backups' });
      await preview.getByText(/never/).first().waitFor();
      await pressByKeyboard(page, button(scene, 'Create plan'));
      await main(scene)
        .getByText(/“0 2 31 2 \*” never comes/)
        .first()
        .waitFor();
      await tabTo(page, cron);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('30 4 29 2 *');
      await preview.getByText(/29 Feb 2028/).waitFor();
      await pressByKeyboard(page, button(scene, 'Create plan'));
      const made = main(scene).getByRole('region', { name: 'Leap day' });
      await made.waitFor();
      expect(await made.textContent()).toContain('29 Feb');
    });

    it('keeps what was typed while one looks elsewhere, and saves it', async () => {
      const { page } = scene;
      const window = new HoldfastWindow(page);
      await main(scene).getByRole('link', { name: 'Leap day' }).click();
      await main(scene).getByRole('textbox', { name: 'Name' }).fill('Every leap day');
      await window.goTo('Activity');
      await window.goTo('Plans');
      await main(scene).getByRole('link', { name: 'Leap day' }).click();
      await expect.poll(() => main(scene).getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Every leap day');
      await button(scene, 'Save plan').click();
      await main(scene).getByRole('region', { name: 'Every leap day' }).waitFor();
    });

    it('is removed only when that is confirmed; every backup stays', async () => {
      const { page, world } = scene;
      await button(scene, 'More about Every leap day').click();
      await page.getByRole('menuitem', { name: 'Remove plan…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove plan' }).click();
      await main(scene).getByRole('region', { name: 'Every leap day' }).waitFor({ state: 'detached' });
      expect(await holdfastJson<unknown[]>(world.home, ['list', 'shop'], { env: world.env })).toHaveLength(2);
    });
  },
  { before: protectShop },
);
