/** JO-13 SV-20: the kit of a sealed place, printed and proven in the window; until then nothing there is called protected. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { pressByKeyboard } from './pages/keyboard.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const pageOf = (world: World): string => path.join(world.desk, 'recovery-kit-vault.html');

/** A shop whose only place is sealed. */
async function sealShop(world: World): Promise<void> {
  const run = (...args: string[]) => holdfastJson(world.home, args, { env: world.env });
  await run('source', 'add', 'shop', '--file', world.shopFile(), '--folder', path.join(world.desk, 'vault'));
  await run('destination', 'seal', 'vault', 'on');
  await run('backup', 'shop');
}

function wordsOnPaper(world: World): string[] {
  return [...readFileSync(pageOf(world), 'utf8').matchAll(/<td class="word">([a-z]+)</g)].map(([, word = '']) => word);
}

onEveryStage(
  'a recovery kit',
  (scene) => {
    it('is what Overview asks for, and leads to', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('overview');
      await page.getByRole('heading', { level: 2, name: 'shop needs you.' }).waitFor();
      await page.getByText('Recovery kit not proven.').waitFor();
      await page.getByText('stored, kit not proven').first().waitFor();
      await page.getByRole('button', { name: 'Recovery kit… (shop)' }).click();
      await page.getByRole('heading', { level: 2, name: /Nobody has shown yet that the kit of vault/ }).waitFor();
      expect(new URL(page.url()).hash).toBe('#/destinations/vault/kit');
    });

    it('is saved as a page to print, and its secret is on no screen', async () => {
      const { page, world } = scene;
      await page.getByRole('textbox', { name: 'Whom to call' }).fill('Mara, 555 0100');
      await scene.window.choosePath(pageOf(world), () => page.getByRole('button', { name: 'Save the page…' }).click());
      await page.getByText('The page is saved.').waitFor();
      const printed = readFileSync(pageOf(world), 'utf8');
      expect(statSync(pageOf(world)).mode & 0o777).toBe(0o600);
      expect(printed).toContain('Mara, 555 0100');
      const digits = [...printed.matchAll(/<td class="digits">([0-9a-f ]+)</g)].map(([, row = '']) => row);
      expect(digits).toHaveLength(8);
      const shown = (await page.content()).replaceAll(/\s+/g, ' ');
      for (const row of digits) expect(shown).not.toContain(row);
    });

    it('is proven by three of its words and by no others', async () => {
      const { page, world } = scene;
      const words = wordsOnPaper(world);
      const labels = await page.getByText(/^Check word of row \d$/).allTextContents();
      const asked = labels.map((label) => Number(/\d$/.exec(label)?.[0]));
      expect(new Set(asked).size).toBe(3);
      for (const row of asked) await page.getByRole('textbox', { name: `Check word of row ${row}` }).fill('nonsense');
      await page.getByRole('button', { name: 'It is there' }).click();
      await page
        .getByRole('alert')
        .getByText(/is another one/)
        .first()
        .waitFor();
      for (const row of asked)
        await page.getByRole('textbox', { name: `Check word of row ${row}` }).fill(words[row - 1] ?? '');
      await page.getByRole('textbox', { name: 'Whose copy is it?' }).fill('Mara, in the safe');
      await pressByKeyboard(page, page.getByRole('button', { name: 'It is there' }));
      await page.getByText('Proven. With this page').waitFor();
      await page.getByText('Mara, in the safe: shown').waitFor();
      await new HoldfastWindow(page).open('overview');
      await page.getByRole('heading', { level: 2, name: 'shop is protected.' }).waitFor();
    });

    it('SV-19 BS-16 gets a new key, whose kit is not proven yet', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('destinations/vault/kit');
      await page.getByRole('button', { name: 'Make a new key…' }).click();
      const question = page.getByRole('alertdialog', { name: 'A new key for vault' });
      await question.getByText('keep the earlier kit').waitFor();
      await question.getByRole('button', { name: 'Make a new key', exact: true }).click();
      await page.getByRole('heading', { level: 2, name: /^Nobody has shown yet that the kit of vault/ }).waitFor();
      expect(await page.getByText(/^secret-[0-9a-f]{16}, until$/).count()).toBe(1);
    });
  },
  { before: sealShop },
);

onEveryStage(
  'a lost keychain',
  (scene) => {
    it('is made good by the digits of the kit', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/vault/kit');
      await page.getByRole('heading', { level: 2, name: 'This computer has lost the secret of vault.' }).waitFor();
      const digits = [...readFileSync(pageOf(world), 'utf8').matchAll(/<td class="digits">([0-9a-f ]+)</g)];
      const field = page.getByRole('textbox', { name: 'The digits of the kit' });
      const act = page.getByRole('button', { name: 'Take it in' });
      await field.fill('0'.repeat(64));
      await act.click();
      await page
        .getByRole('alert')
        .getByText(/This kit carries secret-/)
        .first()
        .waitFor();
      await field.fill(digits.map(([, row = '']) => row.toUpperCase()).join('\n'));
      await act.click();
      await page.getByRole('heading', { level: 2, name: /^The kit of vault was proven/ }).waitFor();
      const read = ['verify', 'shop@latest', '--level', 'read', '--accept-partly'];
      expect(await holdfastJson(world.home, read, { env: world.env })).toMatchObject({ verdict: 'partly' });
    });
  },
  {
    async before(world) {
      await sealShop(world);
      await holdfastJson(world.home, ['kit', 'print', 'vault', '--to', pageOf(world)], { env: world.env });
      for (const kept of ['vault.json', 'vault-index.json']) rmSync(path.join(world.home, kept));
    },
  },
);
