/** Sources are added in every way there is, from the first click to the first backup. */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sshdMissing } from '../helpers/sshd.ts';
import { needs } from '../helpers/needs.ts';
import { holdfastJson } from '../helpers/holdfast.ts';
import { expectShown } from './pages/shown.ts';
import { HoldfastWindow } from './pages/window.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { password } from './world.ts';

interface Shown {
  name: string;
  settings: Record<string, unknown>;
  scope: Record<string, unknown>;
}
const sourceNamed = ({ world }: Scene, name: string): Promise<Shown> =>
  holdfastJson<Shown>(world.home, ['source', 'show', name], { env: world.env });

const newSource = async (scene: Scene): Promise<SourceWizard> => {
  const { page } = scene;
  await new HoldfastWindow(page).open('sources/new');
  const wizard = new SourceWizard(page);
  await wizard.startOver();
  return wizard;
};

onEveryStage('BS-14 a SQLite file becomes a source', (scene) => {
  it('is picked, tested, named, saved and backed up', async () => {
    const { page, world, window } = scene;
    const file = world.shopFile();
    const wizard = await newSource(scene);
    await wizard.choose('Pick a SQLite file');
    await window.choosePath(file, () => page.getByRole('button', { name: 'Choose…' }).click());
    await page.getByText(file).waitFor();
    await wizard.press('Continue');
    const steps = await wizard.tested(/steps passed/);
    expect(steps.join('\n')).toMatch(/is there and can be read[\s\S]*WAL[\s\S]*2 tables/);
    await wizard.press('Continue');
    await wizard.at(/What goes into its backups/);
    await wizard.press('Continue');
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue(), { timeout: 20_000 }).toBe('shop');
    await wizard.press('Save and back up now');
    await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor();
    await page.getByRole('article').waitFor();
    await page.getByText('Stored, not yet proven.').waitFor();
    expect((await sourceNamed(scene, 'shop')).settings).toEqual({ kind: 'sqlite', file });
  });

  it('is changed without losing what it was; only some tables make it incomplete', async () => {
    const { page } = scene;
    await new HoldfastWindow(page).open('sources/shop/edit');
    const wizard = new SourceWizard(page);
    await wizard.press('Test and continue');
    await wizard.at(/What goes into its backups/);
    await page.getByRole('radio', { name: /^Everything except/ }).check({ force: true });
    await wizard.press('Continue');
    await page.getByText('Name at least one table.').waitFor();
    await page.getByRole('checkbox', { name: 'orders' }).check({ force: true });
    await page.getByText('Such a backup is never called complete.').waitFor();
    await wizard.press('Continue');
    await page.getByRole('checkbox', { name: /This is production/ }).check({ force: true });
    await wizard.press('Save');
    await page.getByText('Everything except orders').waitFor();
    await page.getByText('production').first().waitFor();
    expect((await sourceNamed(scene, 'shop')).scope).toMatchObject({ excludeTables: ['orders'] });
  });

  it('goes when its name is typed, because it is production; its backups stay', async () => {
    const { page } = scene;
    await new HoldfastWindow(page).open('sources/shop');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/stay where they are and can still be restored/).waitFor();
    const remove = dialog.getByRole('button', { name: 'Remove shop' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('shop');
    await remove.click();
    await page.getByText('shop was removed. Its backups stay.').first().waitFor();
    await new HoldfastWindow(page).open('backups/shop');
    await expectShown(page.getByRole('listbox').getByRole('option').first());
  });
});

const sshd = needs('sshd', sshdMissing());

onEveryStage('JO-1 a PostgreSQL server becomes a source', (scene) => {
  const urlOf = async (): Promise<string> => {
    const { port } = await scene.world.server();
    return `postgres://ada:${encodeURIComponent(password)}@127.0.0.1:${port}/ledger?sslmode=disable`;
  };

  it('by its URL; the password is kept and nowhere shown again', async () => {
    const { page } = scene;
    const wizard = await newSource(scene);
    await wizard.fill('Database URL', await urlOf());
    await wizard.press('Continue');
    const steps = await wizard.tested(/steps passed/);
    expect(steps.join('\n')).toMatch(/ada is let in to ledger[\s\S]*PostgreSQL 1\d[\s\S]*2 tables may be read/);
    await page.getByText('The password that was found is kept for this source.').waitFor();
    await wizard.press('Back');
    const left = await page.getByLabel('Database URL').inputValue();
    expect(left).toContain('postgres://ada@127.0.0.1');
    await wizard.press('Continue');
    await wizard.tested(/steps passed/);
    await wizard.press('Continue');
    expect(await page.getByRole('checkbox', { name: 'ledger' }).isChecked()).toBe(true);
    await wizard.press('Continue');
    await wizard.press('Save and back up now');
    await page.getByText('Stored, not yet proven.').waitFor();
    expect(await page.content()).not.toContain(password);
  });

  it('by its .env file', async () => {
    const { page, world, window } = scene;
    const file = path.join(world.desk, 'app.env');
    writeFileSync(file, `# the ledger\nDATABASE_URL="${await urlOf()}"\n`, { mode: 0o600 });
    const wizard = await newSource(scene);
    await wizard.choose('Read a .env file');
    await window.choosePath(file, () => page.getByRole('button', { name: 'Choose…' }).click());
    await wizard.press('Continue');
    await wizard.tested(/steps passed/);
    await wizard.press('Continue');
    await wizard.press('Continue');
    await wizard.fill('Name', 'from-env');
    await wizard.press('Save');
    await page.getByRole('heading', { name: 'from-env', level: 1 }).waitFor();
    expect((await sourceNamed(scene, 'from-env')).settings).toMatchObject({ user: 'ada', databases: ['ledger'] });
  });

  it.runIf(sshd)('through an SSH server whose key was looked at first', async () => {
    const { page, world, window } = scene;
    const { port } = await world.server();
    const ssh = await world.ssh();
    const key = path.join(world.desk, 'id_ed25519');
    copyFileSync(ssh.keyFile, key);
    chmodSync(key, 0o600);
    const wizard = await newSource(scene);
    await wizard.choose('Fill in a form');
    await wizard.press('Continue');
    await wizard.fill('Server', '127.0.0.1');
    await wizard.fill('Port', String(port));
    await wizard.fill('User', 'ada');
    await wizard.fill('Password', password);
    await wizard.pick('SSH tunnel', 'Through an SSH server');
    const hop = page.getByRole('group', { name: 'SSH server' });
    await wizard.fill('Server', ssh.host, hop);
    await wizard.fill('Port', String(ssh.port), hop);
    await wizard.fill('User', ssh.user, hop);
    await wizard.pick('Proves who you are with', 'A key file', hop);
    await window.choosePath(key, () => hop.getByRole('button', { name: 'Choose…' }).click());
    await wizard.press('Test and continue');
    await hop.getByText(/A server whose key nobody has looked at is not trusted/).waitFor();
    await hop.getByRole('button', { name: 'Ask for its key' }).click();
    await hop.getByText(ssh.fingerprint).waitFor();
    await hop.getByRole('button', { name: 'This is its key' }).click();
    await hop.getByText('Pinned').waitFor();
    await wizard.press('Test and continue');
    await wizard.at(/What goes into its backups/);
    await page.getByRole('checkbox', { name: 'ledger' }).check({ force: true });
    await wizard.press('Continue');
    await wizard.fill('Name', 'tunnelled');
    await wizard.press('Save and back up now');
    await page.getByText('Stored, not yet proven.').waitFor();
    expect((await sourceNamed(scene, 'tunnelled')).settings).toMatchObject({
      tunnel: { server: { hostKey: ssh.fingerprint, auth: 'key' } },
    });
  });

  it('a refused password stands at the password, and going back and forth loses nothing', async () => {
    const { page, world } = scene;
    const { port } = await world.server();
    const wizard = await newSource(scene);
    await wizard.choose('Fill in a form');
    await wizard.press('Continue');
    await wizard.fill('Server', '127.0.0.1');
    await wizard.fill('Port', String(port));
    await wizard.fill('Database', 'ledger');
    await wizard.fill('User', 'ada');
    await wizard.fill('Password', 'wrong');
    await wizard.press('Test and continue');
    const field = page.getByLabel('Password', { exact: true });
    await expect.poll(() => field.getAttribute('aria-invalid'), { timeout: 20_000 }).toBe('true');
    await page.getByText('The test did not pass.').waitFor();
    await wizard.press('Back');
    await new HoldfastWindow(page).goTo('Activity');
    await new HoldfastWindow(page).open('sources/new');
    const again = new SourceWizard(page);
    await page.getByText('It goes on where you left it.').waitFor();
    await again.press('Continue');
    expect(await page.getByLabel('User', { exact: true }).inputValue()).toBe('ada');
    await again.fill('Password', password);
    await again.press('Test and continue');
    await again.at(/What goes into its backups/);
    await again.press('Cancel');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
  });
});
