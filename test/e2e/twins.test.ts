/** BS-18 BS-10 BS-4: two things of one name are two on every screen: places, and the sources of two machines that share one. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import type { World } from './world.ts';

const folderOf = ({ desk }: World, room: string): string => path.join(desk, room, 'backups');

onEveryStage(
  'places of one name',
  (scene) => {
    const where = (room: string) =>
      scene.page.getByRole('region', { name: 'Where it is' }).getByText(folderOf(scene.world, room), { exact: true });
    const rowOf = (room: string) =>
      scene.page
        .getByRole('grid', { name: 'Destinations' })
        .getByRole('row')
        .filter({ has: scene.page.getByTitle(folderOf(scene.world, room), { exact: true }) });

    it('each opens its own page from the list, and stays it after a reload', async () => {
      const { page } = scene;
      const addresses = new Set<string>();
      for (const room of ['attic', 'cellar']) {
        await new HoldfastWindow(page).open('destinations');
        await rowOf(room).getByRole('link', { name: 'backups', exact: true }).click();
        await where(room).waitFor();
        await page.reload();
        await where(room).waitFor();
        addresses.add(new URL(page.url()).hash);
      }
      expect(addresses.size).toBe(2);
    });

    it('the kit of one is not the kit of the other', async () => {
      const { page } = scene;
      await new HoldfastWindow(page).open('destinations');
      await rowOf('cellar').getByRole('link', { name: 'backups', exact: true }).click();
      await page.getByRole('link', { name: /\(backups\)$/ }).click();
      await page.getByRole('heading', { level: 2, name: /Nobody has shown yet that the kit of backups/ }).waitFor();
      await page
        .getByRole('textbox', { name: /^Check word of row/ })
        .first()
        .waitFor();
      await new HoldfastWindow(page).open('destinations');
      await rowOf('attic').getByRole('button', { name: 'More for backups' }).click();
      await page.getByRole('menuitem', { name: 'Test', exact: true }).waitFor();
      expect(await page.getByRole('menuitem', { name: 'Recovery kit…' }).count()).toBe(0);
      await page.keyboard.press('Escape');
    });

    it('retention says which of them it shows', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('retention/shop');
      const place = page.getByRole('main').getByRole('button', { name: /Place$/ });
      for (const room of ['attic', 'cellar']) {
        await place.click();
        await page.getByRole('option', { name: `backups (${folderOf(world, room)})`, exact: true }).click();
        await expect.poll(() => place.textContent()).toContain(room);
      }
    });

    it('an address with the name alone guesses nothing, and leads to both; a name that is one place opens it', async () => {
      const { page, world } = scene;
      for (const [route, heading] of [
        ['destinations/backups/reading', 'Reading again'],
        ['destinations/backups/kit', 'Recovery kit of backups'],
      ] as const) {
        await new HoldfastWindow(page).open(route);
        await page.getByText('2 destinations are called backups.').waitFor();
        await page.getByRole('link', { name: folderOf(world, 'cellar'), exact: true }).click();
        await page
          .getByRole(heading === 'Reading again' ? 'link' : 'heading', { name: heading })
          .first()
          .waitFor();
        expect(new URL(page.url()).hash).toMatch(/^#\/destinations\/dst-[0-9a-z]+\/(?:reading|kit)$/);
      }
      await new HoldfastWindow(page).open('destinations/This%20computer');
      await page.getByRole('heading', { level: 1, name: 'This computer' }).waitFor();
      await new HoldfastWindow(page).open('destinations/nobody');
      await page.getByText('There is no destination named nobody.').waitFor();
    });

    it('each is edited as itself; one that gets a name of its own leaves the other the name', async () => {
      const { page } = scene;
      const edit = async (name: string) => {
        await new HoldfastWindow(page).open('destinations');
        await rowOf('cellar').getByRole('button', { name: 'More for backups' }).click();
        await page.getByRole('menuitem', { name: 'Edit…' }).click();
        await page.getByRole('form', { name: 'Edit backups' }).getByLabel('Name', { exact: true }).fill(name);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('heading', { level: 1, name }).waitFor();
        await where('cellar').waitFor();
      };
      await edit('backups');
      await edit('Cellar disk');
      await new HoldfastWindow(page).open('destinations/backups');
      await where('attic').waitFor();
      expect(await page.getByText('2 destinations are called backups.').count()).toBe(0);
    });
  },
  {
    on: 'browser door',
    async before(world) {
      const run = <T>(...args: string[]) => holdfastJson<T>(world.home, args, { env: world.env });
      for (const room of ['attic', 'cellar']) mkdirSync(folderOf(world, room), { recursive: true });
      const folders = ['attic', 'cellar'].flatMap((room) => ['--folder', folderOf(world, room)]);
      await run('source', 'add', 'shop', '--file', world.shopFile(), ...folders);
      const places = await run<{ id: string; address: string }[]>('destination', 'list');
      const cellar = places.find(({ address }) => address === folderOf(world, 'cellar'));
      await run('destination', 'seal', cellar?.id ?? '', 'on');
      await run('backup', 'shop');
    },
  },
);

onEveryStage(
  'sources of one name',
  (scene) => {
    it('each has its backups alone, and a restore of one is not a restore of the other', async () => {
      const { page, world } = scene;
      const listed = await holdfastJson<{ backupId: string }[]>(world.home, ['list'], { env: world.env });
      expect(listed).toHaveLength(2);
      await new HoldfastWindow(page).open('backups/shop');
      const timeline = page.getByRole('listbox', { name: 'Backups, newest first' });
      await timeline.getByRole('option').first().waitFor();
      expect(await timeline.getByRole('option').count()).toBe(1);

      await page.getByRole('button', { name: /Source$/ }).click();
      await page.getByRole('option', { name: 'shop, not set up here', exact: true }).click();
      await page.getByText(/^Not set up here/).waitFor();
      await expect.poll(() => timeline.getByRole('option').count()).toBe(1);
      await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
      expect(new URL(page.url()).hash).toMatch(/^#\/backups\/src-/);

      await page.getByRole('article').getByRole('link', { name: 'Restore…' }).click();
      await page.getByRole('heading', { level: 1, name: 'Restore shop' }).waitFor();
      const theirs = listed.find(({ backupId }) => page.url().endsWith(backupId));
      expect(theirs).toBeDefined();
      await page
        .getByRole('main')
        .getByRole('button', { name: /shop, not set up here/ })
        .waitFor();
      expect(new URL(page.url()).hash).toMatch(/^#\/restore\/src-/);
      // It has no live database here to go back into.
      expect(await page.getByRole('radio', { name: /^Undo a mistake/ }).count()).toBe(0);
      await new HoldfastWindow(page).open('restore/shop');
      await page.getByRole('radio', { name: /^Undo a mistake/ }).waitFor();
    });
  },
  {
    on: 'browser door',
    async before(world) {
      const shared = path.join(world.desk, 'shared');
      mkdirSync(shared);
      const theirs = path.join(path.dirname(world.home), 'theirs');
      for (const home of [theirs, world.home])
        for (const args of [
          ['source', 'add', 'shop', '--file', world.shopFile(), '--folder', shared],
          ['backup', 'shop'],
        ])
          await holdfastJson(home, args, { env: world.env });
      await holdfastJson(world.home, ['found-again', 'shared', '--no-kit'], { env: world.env });
    },
  },
);
