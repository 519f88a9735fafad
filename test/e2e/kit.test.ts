/** JO-13 SV-20: the kit of a sealed place, printed and proven in the window; until then nothing there is called protected. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import * as openpgp from 'openpgp';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { pressByKeyboard } from './pages/keyboard.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const keys = openpgp.generateKey({ userIDs: [{ name: 'Mara', email: 'mara@example.org' }] });
const fingerprint = async (): Promise<string> =>
  (
    (await openpgp.readKey({ armoredKey: (await keys).publicKey })).getFingerprint().toUpperCase().match(/.{4}/g) ?? []
  ).join(' ');

const pageOf = (world: World): string => path.join(world.desk, 'recovery-kit-vault.html');

/** Where React Aria reads aloud what has changed, it leaves words that label nothing any more. */
async function expectAxe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
}
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
      expect(new URL(page.url()).hash).toMatch(/^#\/destinations\/dst-[0-9a-z]+\/kit$/);
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

    it('SV-19 BS-16 backups from before are sealed anew, here and from the page of the place', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/vault');
      await page.getByText('1 backup is still sealed with the earlier key.').waitFor();
      await page.getByRole('button', { name: 'Which' }).click();
      await page.getByRole('link', { name: /^bk-/ }).waitFor();
      await pressByKeyboard(page, page.getByRole('button', { name: 'Seal them anew…' }));
      const question = page.getByRole('alertdialog', { name: 'Seal 1 backup anew?' });
      await question.getByRole('button', { name: 'Seal them anew', exact: true }).click();
      await page.getByText('1 backup is still sealed with the earlier key.').waitFor({ state: 'detached' });
      await page.getByText(/^Sealing anew: /).waitFor({ state: 'detached' });
      const { count } = await holdfastJson<{ count: number }>(world.home, ['kit', 'reseal', 'vault', '--list'], {
        env: world.env,
      });
      expect(count).toBe(0);
    });
  },
  { before: sealShop },
);

onEveryStage(
  'public keys of a place',
  (scene) => {
    it('BD-7 a key is read and shown before anything is sealed for it; a private one is refused', async () => {
      const { page } = scene;
      const { publicKey, privateKey } = await keys;
      await new HoldfastWindow(page).open('destinations/vault');
      await pressByKeyboard(page, page.getByRole('button', { name: 'Add a public key…' }));
      const dialog = page.getByRole('dialog', { name: 'Add a public key' });
      const act = dialog.getByRole('button', { name: 'Seal for this key' });
      const field = dialog.getByRole('textbox', { name: 'The key, as gpg --armor --export shows it' });
      await field.fill(privateKey);
      await dialog.getByRole('alert').getByText('This is a private key.', { exact: false }).first().waitFor();
      expect(await act.isDisabled()).toBe(true);
      await field.fill(publicKey);
      await dialog.getByText('Mara <mara@example.org>').first().waitFor();
      await dialog.getByText(await fingerprint()).waitFor();
      await expectAxe(page);
      await act.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Does not expire.').waitFor();
      await page.getByText('1 backup is not sealed for every key of this place.').waitFor();
    });

    it('BD-7 for keys alone only after it was said what that means', async () => {
      const { page } = scene;
      await page.getByText('The recovery kit opens it too').click();
      const question = page.getByRole('alertdialog', { name: 'Seal what goes to vault for public keys alone?' });
      await question.getByText('a restore says “unauthenticated”', { exact: false }).waitFor();
      await question.getByRole('button', { name: 'For public keys alone' }).click();
      await page.getByText('Sealed for public keys alone.').waitFor();
      await expectAxe(page);
    });

    it('BD-7 comes from a file as well, and is taken away again', async () => {
      const { page, world } = scene;
      await pressByKeyboard(page, page.getByRole('button', { name: 'Remove the key of Mara <mara@example.org>…' }));
      const question = page.getByRole('alertdialog', { name: /^Take the key of Mara/ });
      await question.getByText('New backups are sealed for the recovery kit again').waitFor();
      await question.getByRole('button', { name: 'Take it away' }).click();
      await page.getByText('Only the recovery kit opens what lies here.', { exact: false }).waitFor();
      const file = path.join(world.desk, 'mara.asc');
      writeFileSync(file, (await keys).publicKey);
      await page.getByRole('button', { name: 'Add a public key…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a public key' });
      await scene.window.choosePath(file, () => dialog.getByRole('button', { name: 'Choose a file…' }).click());
      await dialog.getByText('Mara <mara@example.org>').first().waitFor();
      await dialog.getByRole('button', { name: 'Seal for this key' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Does not expire.').waitFor();
      expect(await page.getByText('Mara <mara@example.org>').count()).toBe(1);
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
