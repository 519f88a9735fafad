/** BS-10 CV-2: a container of Azure from the wizard to a backup that is proven from there. Azure's own emulator answers. */
import { expect, it } from 'vitest';
import { account, accountKey, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { holdfastJson } from '../helpers/holdfast.ts';
import { PlaceWizard } from './pages/place-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const services = new WeakMap<World, Azurite>();

onEveryStage(
  'a container of Azure',
  (scene) => {
    const run = <T>(args: string[]): Promise<T> => holdfastJson<T>(scene.world.home, args, { env: scene.world.env });

    it('is added by the wizard; a wrong key stands at its field and nothing is kept', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/new');
      const wizard = new PlaceWizard(page);
      await wizard.choose('Azure container');
      // The choice of the login has the same word.
      const secret = wizard.form.locator('input[type=password]');
      await wizard.write({ 'Storage account': account, Container: 'backups' });
      await secret.fill(Buffer.alloc(64, 'another').toString('base64'));
      await wizard.press('More');
      await wizard.write({ Endpoint: services.get(world)?.endpoint ?? '' });
      await wizard.press('Test and continue');
      await wizard.form
        .getByText(/Check user, key or password of the place/)
        .first()
        .waitFor();
      await secret.fill(accountKey);
      await wizard.press('Test and continue');
      await wizard.passed();
      await wizard.write({ Name: 'Azure' });
      await page.getByRole('checkbox', { name: 'Seal what goes there' }).uncheck({ force: true });
      await wizard.press('Save');
      await page.getByText('Azure was added.').first().waitFor();
      expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain(accountKey);
    });

    it('takes a backup that is proven from there, and is listed with it', async () => {
      const { page, world } = scene;
      await run(['source', 'add', 'shop', '--file', world.shopFile(), '--destination', 'Azure']);
      await new HoldfastWindow(page).open('backups/shop');
      await page.getByRole('main').getByRole('button', { name: 'Back up now' }).first().click();
      const kept = page.getByRole('grid', { name: 'Kept in' }).getByRole('row', { name: /^Azure/ });
      await kept.getByText('Stored').waitFor();
      await page.getByRole('button', { name: 'Prove now' }).click();
      await page.getByText(/^Proven today, .* every count and digest equal\.$/).waitFor();
      const names: string[] = [];
      for await (const { name } of services.get(world)?.container('backups').listBlobsFlat() ?? []) names.push(name);
      expect(names.filter((name) => name.includes('manifests/'))).toHaveLength(1);
      expect(names.some((name) => name.includes('proofs/'))).toBe(true);
      await new HoldfastWindow(page).open('destinations');
      const row = page.getByRole('grid', { name: 'Destinations' }).getByRole('row', { name: /^Azure/ });
      await row.getByText('Complete').waitFor();
      expect(await row.innerText()).toMatch(/taken/);
    });
  },
  {
    on: 'browser door',
    async before(world) {
      const azure = await startAzurite(['backups']);
      services.set(world, azure);
      return () => azure.stop();
    },
  },
);
