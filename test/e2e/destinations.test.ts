/** BS-10 CV-2 JO-13: places are added, tried, backed up to, sealed, edited and removed in the window; a real SFTP server and a bucket. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { holdfastJson, startHoldfast } from '../helpers/holdfast.ts';
import { pressByKeyboard, tabTo } from './pages/keyboard.ts';
import { PlaceWizard } from './pages/place-wizard.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { protectShop, type World } from './world.ts';

const buckets = new WeakMap<World, FakeS3>();
const bucketOf = (world: World): FakeS3 => {
  const bucket = buckets.get(world);
  if (bucket === undefined) throw new Error('There is no bucket yet.');
  return bucket;
};
const remoteOf = (world: World): string => path.join(world.desk, 'remote');

onEveryStage(
  'destinations',
  (scene) => {
    const run = <T>(args: string[]): Promise<T> => holdfastJson<T>(scene.world.home, args, { env: scene.world.env });
    const row = (name: string) =>
      scene.page.getByRole('grid', { name: 'Destinations' }).getByRole('row', { name: new RegExp(`^${name}`) });

    it('one computer alone is said as that', async () => {
      await new HoldfastWindow(scene.page).goTo('Destinations');
      await scene.page.getByRole('heading', { level: 2, name: 'Every backup is on this computer alone.' }).waitFor();
      await row('This computer').getByText('Complete').waitFor();
      expect(await row('This computer').innerText()).toContain('never tested');
    });

    it('a bucket is tried step by step before it is kept; a wrong secret stands at its field', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/new');
      const wizard = new PlaceWizard(page);
      await wizard.choose('S3 bucket');
      await wizard.pick('Service', 'Another service');
      await wizard.press('Test and continue');
      await page.getByText('Where does the service answer?').waitFor();
      await wizard.write({
        Endpoint: bucketOf(world).endpoint,
        Bucket: 'backups',
        Region: 'eu-test-1',
        'Folder in the bucket': 'shop',
        'Access key ID': accessKeyId,
        'Secret access key': 'not the secret',
      });
      await wizard.press('More');
      await page.getByRole('checkbox', { name: 'Bucket in the path' }).check({ force: true });
      await wizard.press('Test and continue');
      await wizard.form
        .getByText(/Check user, key or password of the place/)
        .first()
        .waitFor();
      expect(await run<unknown[]>(['destination', 'list'])).toHaveLength(1);
      expect(bucketOf(world).objects.size).toBe(0);

      // What was typed is there again in another window, but for the secret.
      await scene.window.reopen();
      await new HoldfastWindow(scene.page).open('destinations/new');
      const again = new PlaceWizard(scene.page);
      expect(await again.form.getByLabel('Endpoint', { exact: true }).inputValue()).toBe(bucketOf(world).endpoint);
      expect(await again.form.getByLabel('Secret access key', { exact: true }).inputValue()).toBe('');
      await again.write({ 'Secret access key': secretAccessKey });
      await again.press('Test and continue');
      await again.passed();
      expect(await again.form.getByLabel('Name', { exact: true }).inputValue()).toBe('backups');
      expect(await scene.page.getByRole('checkbox', { name: 'Seal what goes there' }).isChecked()).toBe(true);
      await again.press('Save and make its recovery kit');
      await scene.page.getByRole('heading', { level: 1, name: 'Recovery kit of backups' }).waitFor();
      await scene.page.getByText('backups was added.').first().waitFor();
      expect(await run(['destination', 'list'])).toMatchObject([{}, { destination: 'backups', seal: true }]);
      const texts = await scene.page.evaluate<string>('JSON.stringify(localStorage)');
      expect(texts).not.toContain(secretAccessKey);
    });

    it('an SFTP server is trusted by its key, and another key is refused', async () => {
      const { page, world } = scene;
      const server = await world.ssh();
      await new HoldfastWindow(page).open('destinations/new');
      const wizard = new PlaceWizard(page);
      await wizard.choose('SFTP server');
      await wizard.write({
        Server: server.host,
        Port: String(server.port),
        User: server.user,
        'Folder on the server': remoteOf(world),
      });
      await wizard.press('Ask for its key');
      await page.getByText(new RegExp(server.fingerprint.replace(/[+/]/g, '\\$&'))).waitFor();
      // Not what it showed: as if somebody stood between.
      await wizard.write({ 'Or paste the fingerprint': `SHA256:${'A'.repeat(43)}` });
      await wizard.pick('Proves who you are with', 'A key file');
      await scene.window.choosePath(path.join(world.desk, 'key'), () => wizard.press('Choose…'));
      await wizard.press('Test and continue');
      await page.getByText('The test did not pass.').waitFor();
      expect(existsSync(remoteOf(world))).toBe(false);
      await wizard.press('Forget it');
      await wizard.press('Ask for its key');
      await wizard.press('This is its key');
      await wizard.press('Test and continue');
      await wizard.passed();
      await wizard.write({ Name: 'Office server' });
      await wizard.press('Save and make its recovery kit');
      await page.getByText('Office server was added.').first().waitFor();
      expect(await run(['destination', 'list'])).toHaveLength(3);
    });

    it('a source is told to go to both, and its backup says where it is', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('sources/shop/edit');
      const wizard = new SourceWizard(page);
      await wizard.press('Test and continue');
      await wizard.at(/What goes into its backups/);
      await wizard.press('Continue');
      const places = page.getByRole('group', { name: 'Kept in' });
      expect(await places.getByRole('checkbox', { name: 'This computer' }).isChecked()).toBe(true);
      for (const name of ['backups', 'Office server'])
        await places.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check({ force: true });
      await places.getByRole('checkbox', { name: /^This computer/ }).uncheck({ force: true });
      await wizard.press('Save and back up now');
      await page.getByRole('article').waitFor();
      await page.getByText('sealed before it left this computer').waitFor();
      const kept = page.getByRole('grid', { name: 'Kept in' });
      for (const name of ['backups', 'Office server'])
        await kept
          .getByRole('row', { name: new RegExp(`^${name}`) })
          .getByText('Stored')
          .waitFor();
      expect(await kept.getByRole('row').count()).toBe(3);
    });

    it('a copy that is damaged is said, and repaired from the other place', async () => {
      const { page, world } = scene;
      const data = path.join(remoteOf(world), 'data');
      const [set = ''] = readdirSync(data);
      const [file = ''] = readdirSync(path.join(data, set));
      const bytes = readFileSync(path.join(data, set, file));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(path.join(data, set, file), bytes);
      await startHoldfast(world.home, ['scrub', 'Office server', '--all'], { env: world.env }).ended;
      const repair = page.getByRole('button', { name: 'Repair from backups' });
      await repair.click();
      const kept = page.getByRole('grid', { name: 'Kept in' });
      await kept
        .getByRole('row', { name: /^Office server/ })
        .getByText('Stored')
        .waitFor();
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      expect(readFileSync(path.join(data, set, file)).equals(bytes)).toBe(true);
    });

    it('a copy that was refused says why, and is brought there by a press once that is mended', async () => {
      const { page, world } = scene;
      bucketOf(world).mischief = ({ method }) =>
        method === 'GET' ? undefined : { kind: 'answer', status: 403, code: 'AccessDenied' };
      await startHoldfast(world.home, ['backup', 'shop'], { env: world.env }).ended;
      bucketOf(world).mischief = () => undefined;
      await new HoldfastWindow(page).open('backups/shop');
      const copy = page.getByRole('grid', { name: 'Kept in' }).getByRole('row', { name: /^backups/ });
      await copy.getByText('Not there').waitFor();
      // Its place tells it too, with all that it should hold and does not.
      await new HoldfastWindow(page).open('destinations/backups');
      await page
        .getByRole('navigation', { name: 'Parts of this destination' })
        .getByRole('link', { name: 'Copies 1' })
        .click();
      const late = page
        .getByRole('grid', { name: 'Copies that are not there yet' })
        .getByRole('row', { name: /^shop/ });
      await late.getByText('Refused').waitFor();
      await late.getByText('only when you say so').waitFor();
      await late.getByRole('button', { name: /^Try now \(shop, today/ }).click();
      await page.getByText('Every backup that should be there is there.').waitFor();
      await new HoldfastWindow(page).open('backups/shop');
      await copy.getByText('Stored').waitFor();
      expect([...bucketOf(world).objects.keys()].filter((key) => key.includes('/manifests/'))).toHaveLength(2);
    });

    it('JO-13 a dump that no place took is given up by a person, who is told what that means', async () => {
      const { page, world } = scene;
      const till = path.join(world.desk, 'till.sqlite');
      copyFileSync(world.shopFile(), till);
      await run(['source', 'add', 'till', '--file', till, '--destination', 'backups']);
      bucketOf(world).mischief = ({ method }) =>
        method === 'PUT' || method === 'POST'
          ? { kind: 'answer', status: 507, code: 'InsufficientStorage' }
          : undefined;
      await startHoldfast(world.home, ['backup', 'till'], { env: world.env }).ended;
      expect(await run(['waiting'])).toMatchObject([{ source: 'till', listed: false }]);
      await new HoldfastWindow(page).open('destinations/backups/copies');
      const late = page
        .getByRole('grid', { name: 'Copies that are not there yet' })
        .getByRole('row', { name: /^till/ });
      await late.getByText(/nowhere else yet/).waitFor();
      await late.getByRole('button', { name: /^Give up… \(till, today/ }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Give up this dump of till?' });
      const yes = dialog.getByRole('button', { name: 'Give up this dump' });
      expect(await dialog.innerText()).toMatch(/The dump of till from today, \d\d:\d\d, [\d.]+.kB, is nowhere else/);
      expect(await yes.isDisabled()).toBe(true);
      await dialog.getByLabel('Type till to confirm').fill('till');
      await yes.click();
      await page.getByText('The dump of till was given up.').first().waitFor();
      await page.getByText('Every backup that should be there is there.').waitFor();
      bucketOf(world).mischief = () => undefined;
      expect(await run(['waiting'])).toEqual([]);
      await run(['source', 'remove', 'till']);
    });

    it('the screen counts what this computer’s key could delete', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).goTo('Destinations');
      await page.getByRole('button', { name: 'Test all' }).click();
      await page
        .getByRole('heading', { level: 2, name: /^This computer’s key can delete every one of 5.copies\.$/ })
        .waitFor();
      for (const name of ['backups', 'Office server']) {
        await row(name).getByText('Complete').waitFor();
        await row(name).getByText('delete 2').waitFor();
      }
      await page.getByText(/The recovery kits of backups and Office server were never proven/).waitFor();
      const stolen = page.getByRole('grid', { name: /^What this computer’s key can do/ });
      await stolen.getByRole('row', { name: 'Office server' }).getByText('deleted: 2').waitFor();
      expect(readdirSync(path.join(remoteOf(world), 'manifests'))).toHaveLength(2);
    });

    it('a key that may not delete is measured as that, with nobody saying so', async () => {
      const { page, world } = scene;
      bucketOf(world).mischief = ({ method }) =>
        method === 'DELETE' ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined;
      await new HoldfastWindow(page).open('destinations/backups/protection');
      await page.getByRole('region', { name: 'A key without the right to delete' }).waitFor();
      await page.getByRole('link', { name: 'Place', exact: true }).click();
      await page.getByRole('region', { name: 'Room' }).getByText('Taken by backups').waitFor();
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByText('It may overwrite, and not delete.').waitFor();
      await page.getByRole('link', { name: 'Protection', exact: true }).click();
      await page.getByRole('region', { name: 'Login for deletions' }).waitFor();
      await page.getByRole('region', { name: 'A key without the right to delete' }).waitFor({ state: 'hidden' });
      bucketOf(world).mischief = () => undefined;
      expect(bucketOf(world).seen.some(({ method }) => method === 'DELETE')).toBe(true);
    });

    it('SV-1 deletions get a login of their own, which is tried, kept by the vault and never shown', async () => {
      const { page, world } = scene;
      bucketOf(world).keys.set('AKIDDELETER', 'only for deletions');
      const region = page.getByRole('region', { name: 'Login for deletions' });
      await region.getByRole('button', { name: 'Set a login…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Login for deletions in backups' });
      await dialog.getByLabel('Access key', { exact: true }).fill('AKIDDELETER');
      await dialog.getByLabel('Secret access key', { exact: true }).fill('not that');
      await dialog.getByRole('button', { name: 'Try and keep' }).click();
      await dialog.getByText(/Check user, key or password of the place/).waitFor();
      expect(await run(['destination', 'list'])).not.toContainEqual(
        expect.objectContaining({ deletion: expect.anything() }),
      );
      await dialog.getByLabel('Secret access key', { exact: true }).fill('only for deletions');
      await dialog.getByRole('button', { name: 'Try and keep' }).click();
      await region.getByText('AKIDDELETER').waitFor();
      // The place is told of before its call is answered: the dialog still has what was typed.
      await dialog.waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain('only for deletions');
      await region.getByRole('button', { name: 'Remove…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await region.getByText('None: whoever stores here deletes here.').waitFor();
    });

    it('BD-17 it is read again when a person says so, and when the schedule does', async () => {
      const { page } = scene;
      await page.getByRole('link', { name: 'Reading again' }).click();
      await page.getByRole('button', { name: 'Choose how much is read' }).click();
      await page.getByRole('menuitem', { name: 'Everything' }).click();
      await page.getByText(/^2 of 2.copies were read within 90.days and found whole\.$/).waitFor();
      await page.getByText(/read, 2.backups whole/).waitFor();
      const region = page.getByRole('region', { name: 'When it is read' });
      await region.getByRole('button', { name: 'Change…' }).click();
      const dialog = page.getByRole('dialog', { name: 'When it is read' });
      await dialog.getByRole('textbox', { name: 'Everything within, in days' }).fill('14');
      await dialog.getByRole('checkbox', { name: 'Wait while the network is metered' }).uncheck({ force: true });
      await dialog.getByRole('button', { name: 'Save' }).click();
      await region.getByText(/^14.days$/).waitFor();
      expect(await region.innerText()).toMatch(/Waits\s+on battery$/);
    });

    it('BS-14 speed and the size of files have a limit that a person can type', async () => {
      const { page } = scene;
      await page.getByRole('link', { name: 'Place', exact: true }).click();
      await page.getByRole('button', { name: 'Limits of backups' }).click();
      const dialog = page.getByRole('dialog', { name: 'Limits of backups' });
      await dialog.getByLabel('At most, in MB a second').fill('no number');
      await dialog.getByText('From 0.01 to 10 000 MB a second.').waitFor();
      await dialog.getByLabel('At most, in MB a second').fill('2.5');
      await dialog.getByLabel('Largest file, in MB').fill('2000');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page
        .getByRole('region', { name: 'Limits' })
        .getByText(/^at most 2\.5.MB\/s$/)
        .waitFor();
      expect(await page.getByRole('region', { name: 'Limits' }).innerText()).toMatch(/in parts above 2\.0.GB/);
    });

    it('a place that is used is not removed, and says by what; all by keyboard', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('destinations');
      const more = page.getByRole('button', { name: 'More for backups' });
      // As in every grid: Tab to its first row, down to the row, and along its cells.
      await tabTo(page, row('This computer'));
      await page.keyboard.press('ArrowDown');
      for (let presses = 0; presses < 8 && !(await more.evaluate(focused)); presses += 1)
        await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Remove…' }).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('alertdialog');
      await pressByKeyboard(page, dialog.getByRole('button', { name: 'Remove backups' }));
      await page
        .getByText(/backups is still used by the source shop/)
        .first()
        .waitFor();
      expect(await run(['destination', 'list'])).toHaveLength(3);
    });

    it('a place is renamed, sealed no longer, and removed when nothing speaks of it', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/new');
      const wizard = new PlaceWizard(page);
      await wizard.choose('Folder, disk or share');
      await scene.window.choosePath(path.join(world.desk, 'disk'), () => wizard.press('Choose…'));
      await wizard.press('Test and continue');
      await wizard.passed();
      await page.getByRole('checkbox', { name: 'Seal what goes there' }).check({ force: true });
      await wizard.press('Save and make its recovery kit');
      await page.getByRole('heading', { level: 1, name: 'Recovery kit of disk' }).waitFor();
      await page.getByRole('main').getByRole('link', { name: 'disk', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'disk' }).waitFor();
      await page.getByRole('link', { name: 'Edit…' }).click();
      await wizard.write({ Name: 'Red disk' });
      await wizard.press('Save');
      await page.getByRole('heading', { level: 1, name: 'Red disk' }).waitFor();

      await page.getByRole('button', { name: 'Stop sealing…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Stop sealing' }).click();
      await page.getByRole('button', { name: 'Seal what goes there…' }).waitFor();
      expect(await run(['destination', 'list'])).toContainEqual(
        expect.objectContaining({ destination: 'Red disk', seal: false }),
      );

      await page.getByRole('button', { name: 'More for Red disk' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove Red disk' }).click();
      await page.getByText('Red disk was removed. What lies there stays.').first().waitFor();
      expect(new URL(page.url()).hash).toBe('#/destinations');
      expect(await run(['destination', 'list'])).not.toContainEqual(
        expect.objectContaining({ destination: 'Red disk' }),
      );
    });
  },
  {
    async before(world) {
      const bucket = await fakeS3();
      buckets.set(world, bucket);
      mkdirSync(path.join(world.desk, 'disk'));
      const server = await world.ssh();
      copyFileSync(server.keyFile, path.join(world.desk, 'key'));
      chmodSync(path.join(world.desk, 'key'), 0o600);
      await protectShop(world);
      return () => bucket.stop();
    },
  },
);

/** Runs in the page. */
const focused = (element: unknown): boolean => (element as { matches(selector: string): boolean }).matches(':focus');
