/** JO-13 CV-2: a lost computer. An empty house, a place and its kit are enough to list, prove and restore what lies there. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { digitsOnPage } from '../helpers/kit-page.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const kitOf = (world: World): string => digitsOnPage(path.join(world.desk, 'kit.html')).join(' ');

onEveryStage(
  'found again',
  (scene) => {
    const list = (): Promise<unknown[]> =>
      holdfastJson(scene.world.home, ['destination', 'list'], { env: scene.world.env });

    it('another kit opens nothing, half a kit is not looked with, and neither is remembered', async () => {
      const { page, world, window } = scene;
      await page.getByRole('link', { name: /^A place with backups and its recovery kit/ }).click();
      const form = page.getByRole('form', { name: 'Find backups again' });
      const digits = form.getByLabel('The digits of the kit');
      await window.choosePath(path.join(world.desk, 'disk'), () =>
        form.getByRole('button', { name: 'Choose…' }).click(),
      );
      await digits.fill(kitOf(world).slice(0, 40));
      await page.getByRole('button', { name: 'Look there' }).click();
      await page.getByText('There are 64 digits on a kit. Type all of them, or none.').waitFor();
      await digits.fill('');
      await page.getByRole('button', { name: 'Look there' }).click();
      await page.getByText('Nothing was found again.').waitFor();
      expect(await list()).toHaveLength(1);
    });

    it('a place and its kit list what lies there', async () => {
      const { page, world } = scene;
      const form = page.getByRole('form', { name: 'Find backups again' });
      await form.getByLabel('The digits of the kit').fill(kitOf(world));
      await page.getByRole('button', { name: 'Look there' }).click();
      await page.getByRole('heading', { level: 2, name: /^2.backups of 1.source, made by 1.machine\.$/ }).waitFor();
      const row = page.getByRole('grid', { name: 'Sources found again' }).getByRole('row', { name: /^shop/ });
      expect(await row.innerText()).toMatch(/\b2\b/);
      expect(await list()).toHaveLength(2);
      const texts = await page.evaluate<string>('JSON.stringify(localStorage)');
      expect(texts).not.toContain(kitOf(world).slice(0, 8));
    });

    it('one is restored from there into a new file, and proven equal', async () => {
      const { page, world, window } = scene;
      await page.getByRole('link', { name: 'Restore shop' }).click();
      await page.getByRole('heading', { level: 1, name: 'Restore' }).waitFor();
      const wizard = new RestoreWizard(page);
      const file = path.join(world.desk, 'back.sqlite');
      await wizard.proceed.click();
      await window.choosePath(file, () => page.getByRole('button', { name: /^(Choose where…|Choose…)$/ }).click());
      await wizard.rehearse.click();
      await wizard.run('back.sqlite').click();
      await wizard.lead(/^back\.sqlite is there, and every row is accounted for/).waitFor();
      expect(world.valueIn(file, 'SELECT count(*) FROM orders')).toBe(200);
      await page.getByRole('button', { name: 'Done' }).click();
    });

    it('the screens know the place afterwards', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).goTo('Destinations');
      await page
        .getByRole('grid', { name: 'Destinations' })
        .getByRole('row', { name: /^disk/ })
        .getByText('Complete')
        .waitFor();
      expect(await page.getByRole('grid', { name: 'Destinations' }).innerText()).toContain('sealed');
    });
  },
  {
    async before(world) {
      const lost = path.join(path.dirname(world.home), 'lost');
      const disk = path.join(world.desk, 'disk');
      mkdirSync(disk);
      const steps = [
        ['destination', 'add', 'disk', '--folder', disk, '--sealed'],
        ['kit', 'print', 'disk', '--to', path.join(world.desk, 'kit.html')],
        ['source', 'add', 'shop', '--file', world.shopFile(), '--destination', 'disk'],
        ['backup', 'shop'],
        ['backup', 'shop'],
      ];
      for (const args of steps) await holdfastJson(lost, args, { env: world.env });
    },
  },
);
