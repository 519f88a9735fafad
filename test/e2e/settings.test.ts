/** BS-14 BS-16: what was found on this computer, what holds at once, and the checks of what is remembered. */
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop } from './world.ts';

onEveryStage(
  'settings',
  (scene) => {
    it('shows the theme at once, and remembers it', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('settings');
      const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const light = await ground();
      await page.getByRole('radio', { name: 'Dark' }).click();
      await expect.poll(ground).not.toBe(light);
      await page.reload();
      await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor();
      await page.getByRole('radio', { name: 'System' }).click();
      await expect.poll(ground).toBe(light);
    });

    it('tells which program does what, and how to get one', async () => {
      const { page } = scene;
      const found = page.getByRole('table', { name: 'Tools found' });
      await found.getByRole('rowheader').first().waitFor();
      expect(await found.textContent()).toMatch(/pg_dump|initdb/);
      await page.getByRole('button', { name: 'How to get PostgreSQL programs' }).click();
      await page.getByText('sudo apt install postgresql postgresql-client').waitFor();
    });

    it('says who keeps passwords and how strong that is', async () => {
      const said = scene.page.getByRole('region', { name: 'Vault' });
      await said.getByText('Passwords are kept in a sealed file').waitFor();
      expect(await said.textContent()).toContain('as strong as that passphrase');
    });

    it('checks the trail and makes the catalog again, which loses nothing', async () => {
      const { page } = scene;
      await page.getByRole('button', { name: 'Check it' }).click();
      await page
        .getByText(/The trail is intact, \d+\sentries\./)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Make it again…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Make it again' }).click();
      await page
        .getByText(/Made again from 1\smanifest\./)
        .first()
        .waitFor();
      expect(await holdfastJson<unknown[]>(scene.world.home, ['list'], { env: scene.world.env })).toHaveLength(1);
    });
  },
  { before: protectShop },
);
