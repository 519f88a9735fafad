/** SV-16: an archived backup says so, is thawed from its page, and a restore waits for that and goes on by itself. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Page } from '@playwright/test';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { passDays } from '../helpers/fake-s3-setup.ts';
import { holdfastJson } from '../helpers/holdfast.ts';
import { seriousFindings } from './pages/axe.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { expectShown } from './pages/shown.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;
const buckets = new WeakMap<World, FakeS3>();
const readyBy = /^Asked for; it can be read .* at the latest\.$/;

async function archiveShop(world: World): Promise<() => Promise<void>> {
  const bucket = await fakeS3();
  buckets.set(world, bucket);
  const run = (args: string[], input?: string): Promise<unknown> =>
    holdfastJson(world.home, args, { env: world.env, ...(input === undefined ? {} : { input }) });
  const where = ['--s3', 'backups', '--region', 'eu-test-1', '--endpoint', bucket.endpoint, '--path-style'];
  const login = ['--access-key-id', accessKeyId, '--secret-stdin', '--unsealed'];
  await run(['destination', 'add', 'vault', ...where, ...login], secretAccessKey);
  await run(['destination', 'lifecycle', 'vault', '--cold-after', '30', '--class', 'GLACIER', '--yes']);
  await run(['source', 'add', 'shop', '--file', world.shopFile(), '--destination', 'vault']);
  await run(['backup', 'shop']);
  passDays(bucket, 31);
  return () => bucket.stop();
}

onEveryStage(
  'an archived backup',
  (scene) => {
    const bucket = (): FakeS3 => buckets.get(scene.world) as FakeS3;
    const thawing = (page: Page) => page.getByRole('article').getByText('Thawing in vault');

    it('says on its page where it is archived, how long a thaw takes and what it costs', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('backups/shop');
      const shown = page.getByRole('article');
      await expectShown(shown.getByText('Archived in vault (GLACIER)'));
      await expectShown(
        shown.getByText(
          /^Before it can be proven or restored, .* in 1.file must be thawed\. .* up to 5.hours \(standard\)/,
        ),
      );
      await expectShown(page.getByRole('grid', { name: 'Kept in' }).getByText('Archived, GLACIER'));
      expect(await seriousFindings(page)).toEqual([]);
      await shown.getByRole('button', { name: 'Thaw…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Thaw the copy in vault' });
      await expectShown(dialog.getByText(/^The service bills the retrieval of/));
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('radio', { name: /^Bulk/ }).check({ force: true });
      await dialog.getByRole('radio', { name: /^Prove it/ }).check({ force: true });
      await dialog.getByRole('button', { name: 'Thaw', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    });

    it('says by when it can be read; the waiting is stopped and taken up again, for the same hour', async () => {
      const { page } = scene;
      await expectShown(thawing(page));
      const ready = page.getByRole('article').getByText(readyBy);
      await expectShown(ready);
      const said = await ready.innerText();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stop waiting' }).click();
      await page.getByRole('button', { name: 'Wait for it' }).click();
      await page.getByRole('button', { name: 'Stop waiting' }).waitFor();
      expect(await ready.innerText()).toBe(said);
      expect(bucket().seen.filter(({ query }) => query.has('restore'))).toHaveLength(1);
    });

    it('can be read once its time has gone by, and goes back after its days', async () => {
      const { page } = scene;
      bucket().laterMs += 13 * hourMs;
      await expectShown(page.getByText('The backup of shop can be read.', { exact: true }));
      await thawing(page).waitFor({ state: 'hidden' });
      await expectShown(page.getByRole('grid', { name: 'Kept in' }).getByText('Stored', { exact: true }));
      bucket().laterMs += 8 * 24 * hourMs;
    });

    it('a restore of it thaws first, and is there without another press', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('restore/shop');
      const wizard = new RestoreWizard(page);
      await expectShown(page.getByText('This backup is archived in vault (GLACIER)'));
      expect(await seriousFindings(page)).toEqual([]);
      await wizard.proceed.click();
      await wizard.newFile.fill('shop-thawed.sqlite');
      await page.getByRole('button', { name: 'Thaw, then restore…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Thaw, then restore' });
      await expectShown(dialog.getByText(/^As soon as it can be read it is rehearsed and restored/));
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Thaw, then restore' }).click();
      await wizard.lead('The backup is being thawed.').waitFor();
      await expectShown(page.getByRole('main').getByText(readyBy));
      expect(await seriousFindings(page)).toEqual([]);
      bucket().laterMs += 6 * hourMs;
      // Three jobs, one after the other: each is waited for by itself.
      await wizard.lead('The backup is being thawed.').waitFor({ state: 'hidden' });
      await wizard.lead(/^(?:Restoring shop-thawed\.sqlite$|shop-thawed\.sqlite is there)/).waitFor();
      await wizard.lead('shop-thawed.sqlite is there, and every row is accounted for.').waitFor();
      const file = path.join(world.desk, 'shop-thawed.sqlite');
      expect(world.valueIn(file, 'SELECT count(*) FROM orders')).toBe(200);
    });
  },
  { before: archiveShop },
);
