/** BS-15 SV-18 JO-1: a server becomes a source by keyboard alone: by its URL, and through an SSH server. */
import { chmodSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { sshdMissing } from '../helpers/sshd.ts';
import {
  browseByKeyboard,
  chooseByKeyboard,
  pickByKeyboard,
  pressByKeyboard,
  tabTo,
  typeByKeyboard,
} from './pages/keyboard.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { password } from './world.ts';

const sshd = needs('sshd', sshdMissing());

onEveryStage('a server is added by keyboard alone', (scene) => {
  const button = (name: string | RegExp): Locator =>
    scene.page.getByRole('main').getByRole('button', { name, exact: typeof name === 'string' });
  const press = (name: string | RegExp): Promise<void> => pressByKeyboard(scene.page, button(name));
  const type = (label: string, text: string, within: Locator = scene.page.getByRole('form')): Promise<void> =>
    typeByKeyboard(scene.page, within.getByLabel(label, { exact: true }).first(), text);
  const pick = (label: string, option: string, within: Locator = scene.page.getByRole('form')): Promise<void> =>
    pickByKeyboard(scene.page, within.getByRole('button', { name: new RegExp(`${label}$`) }).first(), option);
  /** By the shortcut of the screen and its button. */
  const begin = async (): Promise<SourceWizard> => {
    await new HoldfastWindow(scene.page).open('sources');
    await pressByKeyboard(scene.page, scene.page.getByRole('main').getByRole('link', { name: 'Add a source' }).first());
    await scene.page.getByRole('heading', { name: 'Add a source', level: 1 }).waitFor();
    return new SourceWizard(scene.page);
  };

  it('by its URL, with its database ticked and a table left out', async () => {
    const { port } = await scene.world.server();
    const wizard = await begin();
    await type('Database URL', `postgres://ada:${encodeURIComponent(password)}@127.0.0.1:${port}/?sslmode=disable`);
    // Enter in a field goes on.
    await scene.page.keyboard.press('Enter');
    await wizard.tested(/steps passed/);
    await press('Continue');
    await wizard.at(/What goes into its backups/);
    await press('Continue');
    await wizard.form.getByText('Choose at least one database.').waitFor();
    await toggle(scene, wizard.form.getByRole('checkbox', { name: 'ledger' }));
    await chooseByKeyboard(scene.page, wizard.form.getByRole('radio', { name: /^Everything except/ }));
    await press('Choose from their tables');
    await toggle(scene, wizard.form.getByRole('checkbox', { name: 'entry' }));
    await press('Continue');
    await type('Name', 'typed');
    await press('Save');
    await scene.page.getByRole('heading', { name: 'typed', level: 1 }).waitFor();
    expect(await sourceNamed(scene, 'typed')).toMatchObject({
      settings: { user: 'ada', databases: ['ledger'] },
      scope: { excludeTables: [expect.stringContaining('entry')] },
    });
  });

  it.runIf(sshd)('through an SSH server, whose key is asked for and pinned', async () => {
    const { page, world, window, stage } = scene;
    const { port } = await world.server();
    const ssh = await world.ssh();
    const key = path.join(world.desk, 'id_ed25519');
    copyFileSync(ssh.keyFile, key);
    chmodSync(key, 0o600);
    const wizard = await begin();
    await chooseByKeyboard(page, page.getByRole('radio', { name: 'Fill in a form' }));
    await press('Continue');
    await type('Server', '127.0.0.1');
    await type('Port', String(port));
    await type('Database', 'ledger');
    await type('User', 'ada');
    await type('Password', password);
    await pick('SSH tunnel', 'Through an SSH server');
    const hop = page.getByRole('group', { name: 'SSH server' });
    await type('Server', ssh.host, hop);
    await type('Port', String(ssh.port), hop);
    await type('User', ssh.user, hop);
    await pick('Proves who you are with', 'A key file', hop);
    const choose = hop.getByRole('button', { name: 'Choose…' });
    if (stage.name === 'browser door') {
      await pressByKeyboard(page, choose);
      await browseByKeyboard(page, 'id_ed25519');
    } else await window.choosePath(key, () => pressByKeyboard(page, choose));
    await press('Ask for its key');
    await hop.getByText(ssh.fingerprint).waitFor();
    await press('This is its key');
    await press('Test and continue');
    await wizard.at(/What goes into its backups/);
    await press('Back');
    await wizard.at(/Can it be reached and read/);
    await press('Continue');
    await press('Continue');
    await type('Name', 'tunnelled');
    await press('Save');
    await page.getByRole('heading', { name: 'tunnelled', level: 1 }).waitFor();
    expect(await sourceNamed(scene, 'tunnelled')).toMatchObject({
      settings: { tunnel: { server: { hostKey: ssh.fingerprint, auth: 'key', keyFile: key } } },
    });
  });
});

async function toggle({ page }: Scene, box: Locator): Promise<void> {
  const before = await box.isChecked();
  await tabTo(page, box);
  await page.keyboard.press('Space');
  await expect.poll(() => box.isChecked()).toBe(!before);
}

const sourceNamed = ({ world }: Scene, name: string): Promise<unknown> =>
  holdfastJson(world.home, ['source', 'show', name], { env: world.env });
