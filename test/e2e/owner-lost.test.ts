/** The Holdfast that owned the data folder ends in the middle: the window that was its guest goes on, and nothing is lost. */
import { expect, it } from 'vitest';
import { serve, type Served } from '../helpers/served.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop } from './world.ts';

let owner: Served;

onEveryStage(
  'a window beside another owner',
  (scene) => {
    it('goes on by itself when that one is killed', async () => {
      const window = new HoldfastWindow(scene.page);
      await window.open('overview');
      await scene.page.getByRole('heading', { name: 'shop is protected.' }).waitFor();
      await owner.kill();
      await scene.page.getByRole('button', { name: 'Back up now', exact: true }).click();
      await scene.page.getByText('shop is backed up.').first().waitFor();
      await window.open('overview');
      expect(await scene.page.getByRole('rowheader', { name: /^shop/ }).count()).toBe(1);
    });
  },
  {
    async before(world) {
      await protectShop(world);
      owner = await serve(world.home, { env: world.env });
      return () => owner.kill();
    },
  },
);
