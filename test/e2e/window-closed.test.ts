/** BS-14 BS-6: a window that is closed in any step of a wizard loses nothing but passwords, and what runs goes on. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { expectShown } from './pages/shown.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { password, protectLedger } from './world.ts';

/** Closes the window, opens it again and goes there. */
async function comeBackTo({ window }: Scene, route: string): Promise<void> {
  const page = await window.reopen();
  await new HoldfastWindow(page).open(route);
  expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain(password);
}
const addingAgain = async (scene: Scene): Promise<SourceWizard> => {
  await comeBackTo(scene, 'sources/new');
  await scene.page.getByText('It goes on where you left it.').waitFor();
  return new SourceWizard(scene.page);
};
const restoringAgain = async (scene: Scene): Promise<RestoreWizard> => {
  await comeBackTo(scene, 'restore');
  return new RestoreWizard(scene.page);
};

onEveryStage(
  'a window closed in a wizard',
  (scene) => {
    it('BS-14 a server that is being added is there again in each step, and asks for its password', async () => {
      const { port } = await scene.world.server();
      await new HoldfastWindow(scene.page).open('sources/new');
      let wizard = new SourceWizard(scene.page);
      await wizard.fill('Database URL', `postgres://ada:${encodeURIComponent(password)}@127.0.0.1:${port}/ledger`);

      wizard = await addingAgain(scene);
      await wizard.form.getByText('A draft is kept without what may be a password.').waitFor();
      expect(await scene.page.getByLabel('Database URL').inputValue()).toBe('postgres://ada');
      const url = `postgres://ada:${encodeURIComponent(password)}@127.0.0.1:${port}/ledger?sslmode=disable`;
      await wizard.fill('Database URL', url);
      await wizard.press('Continue');
      await wizard.tested(/steps passed/);

      const passwordAgain = async (): Promise<void> => {
        await wizard.at(/Can it be reached and read/);
        await wizard.form.getByText('A draft is kept without its password. Type it again.').waitFor();
        expect(await scene.page.getByLabel('User', { exact: true }).inputValue()).toBe('ada');
        await wizard.fill('Password', password);
        await wizard.press('Test and continue');
        await wizard.at(/What goes into its backups/);
      };
      wizard = await addingAgain(scene);
      await passwordAgain();
      await wizard.form.getByRole('radio', { name: /^Definitions only/ }).check({ force: true });

      await wizard.press('Continue');
      await wizard.fill('Name', 'again');

      wizard = await addingAgain(scene);
      await passwordAgain();
      expect(await wizard.form.getByRole('radio', { name: /^Definitions only/ }).isChecked()).toBe(true);
      await wizard.press('Continue');
      expect(await scene.page.getByLabel('Name', { exact: true }).inputValue()).toBe('again');
      await wizard.press('Save');
      await scene.page.getByRole('heading', { name: 'again', level: 1 }).waitFor();
      const saved = await holdfastJson(scene.world.home, ['source', 'show', 'again'], { env: scene.world.env });
      expect(saved).toMatchObject({ scope: { part: 'schema' }, settings: { user: 'ada', databases: ['ledger'] } });
    });

    it('BS-14 a file that is being added stays at its step, and so does a change of a source', async () => {
      const file = scene.world.shopFile();
      await new HoldfastWindow(scene.page).open('sources/new');
      let wizard = new SourceWizard(scene.page);
      await wizard.choose('Pick a SQLite file');
      await scene.window.choosePath(file, () => scene.page.getByRole('button', { name: 'Choose…' }).click());
      await wizard.press('Continue');
      await wizard.tested(/steps passed/);
      await wizard.press('Continue');
      wizard = await addingAgain(scene);
      await wizard.at(/What goes into its backups/);
      await wizard.press('Continue');
      wizard = await addingAgain(scene);
      await wizard.at(/What is it called/);
      await wizard.press('Save');
      await scene.page.getByRole('heading', { name: 'shop', level: 1 }).waitFor();
      await new HoldfastWindow(scene.page).open('sources/shop/edit');
      await scene.page.getByRole('button', { name: 'Test and continue' }).click();
      const part = () => scene.page.getByRole('radio', { name: /^Definitions only/ });
      await part().check({ force: true });
      await comeBackTo(scene, 'sources/shop/edit');
      expect(await part().isChecked()).toBe(true);
      await new SourceWizard(scene.page).press('Start over');
      await scene.page.getByRole('button', { name: 'Test and continue' }).click();
      await part().waitFor();
      expect(await part().isChecked()).toBe(false);
    });

    it('BS-6 the goal of a restore is there again, and a restore that runs is found at its work', async () => {
      await new HoldfastWindow(scene.page).open('restore/ledger');
      let wizard = new RestoreWizard(scene.page);
      const goal = (name: RegExp) => scene.page.getByRole('main').getByRole('radio', { name });
      await goal(/^Move to another server/).check({ force: true });
      wizard = await restoringAgain(scene);
      expect(await goal(/^Move to another server/).isChecked()).toBe(true);
      await goal(/^Restore beside/).check({ force: true });
      await wizard.proceed.click();
      await wizard.newDatabase.fill('ledger_again');
      await wizard.rehearse.click();
      await wizard.run('ledger_again').waitFor();
      const letGo = await (await scene.world.server()).holdDatabases();
      await wizard.run('ledger_again').click();
      await wizard.lead('Restoring ledger_again').waitFor();
      wizard = await restoringAgain(scene);
      await wizard.lead('Restoring ledger_again').waitFor();
      await letGo();
      await wizard.lead('ledger_again is there, and every row is accounted for.').waitFor();
      wizard = await restoringAgain(scene);
      await wizard.lead('ledger_again is there, and every row is accounted for.').waitFor();
      await scene.page.getByRole('button', { name: 'Done' }).click();
    });

    it('BS-6 a draft whose backup has gone meanwhile is given up, and that is said', async () => {
      const { home, env } = scene.world;
      const [backup] = await holdfastJson<{ backupId: string }[]>(home, ['list', 'ledger'], { env });
      await new HoldfastWindow(scene.page).open(`restore/ledger/${backup?.backupId ?? ''}`);
      const wizard = new RestoreWizard(scene.page);
      await wizard.proceed.click();
      await wizard.newDatabase.fill('given_up');
      const manifests = path.join(home, 'backups/manifests');
      for (const name of readdirSync(manifests)) rmSync(path.join(manifests, name), { recursive: true });
      await holdfastJson(home, ['doctor', '--rebuild'], { env });
      await comeBackTo(scene, 'restore');
      await scene.page.getByText('The restore of ledger that was begun here is given up').first().waitFor();
      await expectShown(scene.page.getByText('There is no backup to restore yet'));
    });
  },
  { before: protectLedger },
);
