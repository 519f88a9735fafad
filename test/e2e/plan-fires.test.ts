/** BS-3 SV-8: a plan is made on screen, and from then on nobody touches anything. */
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';

/** A minute until it is due, the look at the clock that follows, two jobs on a busy machine; the suite allows 180 s. */
const oneFiringMs = 150_000;

onEveryStage(
  'BS-3 SV-8 a plan made on screen',
  (scene) => {
    it('fires by itself, its backup is shown, and its proof follows', async () => {
      const { page, world } = scene;
      const main = page.getByRole('main');
      const window = new HoldfastWindow(page);
      await window.open('plans/new');
      await main.getByRole('textbox', { name: 'Name' }).fill('Every minute');
      await main
        .getByRole('button', { name: /Schedule/ })
        .first()
        .click();
      await page.getByRole('option', { name: 'Cron' }).click();
      await main.getByRole('textbox', { name: 'Minute, hour, day, month, weekday' }).fill('* * * * *');
      await main.getByRole('button', { name: /After each backup/ }).click();
      await page.getByRole('option', { name: 'Restore and compare' }).click();
      await main.getByRole('button', { name: 'Create plan' }).click();
      const runs = main.getByRole('region', { name: 'Every minute' }).getByRole('table');
      await runs.getByRole('row', { name: /shop/ }).waitFor();
      expect(await holdfastJson<unknown[]>(world.home, ['list', 'shop'], { env: world.env })).toEqual([]);

      await runs.getByRole('link', { name: 'done' }).waitFor({ timeout: oneFiringMs });

      await window.open('backups/shop');
      await page.getByText(/^Proven today, .* every count and digest equal\.$/).waitFor();
      await window.open('activity');
      await page
        .getByRole('option', { name: /shop backup/ })
        .first()
        .waitFor();
      await page
        .getByRole('option', { name: /shop proof/ })
        .first()
        .waitFor();
    });
  },
  {
    together: true,
    async before(world) {
      await holdfastJson(world.home, ['source', 'add', 'shop', '--file', world.shopFile()], { env: world.env });
    },
  },
);
