/** BS-1 JO-2: a rule is changed, looked at and applied in the window; the files go, and what must stay is there. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { seriousFindings } from './pages/axe.ts';
import { pressByKeyboard, tabTo } from './pages/keyboard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { protectShop, type World } from './world.ts';

interface Listed {
  backupId: string;
  verdict: string;
  takenAt: string;
  pin: { reason: string; hold: boolean } | null;
}

/** The oldest is proven; three younger ones are not. */
async function fourBackups(world: World): Promise<void> {
  await protectShop(world);
  for (let n = 0; n < 3; n += 1) await holdfastJson(world.home, ['backup', 'shop'], { env: world.env });
}

const listed = ({ world }: Scene): Promise<Listed[]> =>
  holdfastJson<Listed[]>(world.home, ['list', 'shop'], { env: world.env });
const inFolder = ({ world }: Scene, part: 'manifests' | 'data'): string[] =>
  readdirSync(path.join(world.home, 'backups', part)).toSorted();
/** As the window of the specs has it. */
const dayIn = (moment: string): string => new Date(moment).toLocaleDateString('en-GB', { timeZone: 'Europe/Berlin' });
const main = ({ page }: Scene) => page.getByRole('main');
const button = (scene: Scene, name: string) => main(scene).getByRole('button', { name, exact: true });
const totals = async (scene: Scene): Promise<string> =>
  (await main(scene).locator('dl').first().textContent())?.replaceAll(/\s+/g, ' ') ?? '';

onEveryStage(
  'retention',
  (scene) => {
    let ids: string[] = [];

    it('keeps everything while there is no rule, and says so', async () => {
      ids = (await listed(scene)).map(({ backupId }) => backupId);
      await new HoldfastWindow(scene.page).open('retention/shop');
      await main(scene)
        .getByRole('heading', { name: /Everything is kept: 4.backups/ })
        .waitFor();
      await expect.poll(() => main(scene).getByText('No rule deletes here.').count()).toBeGreaterThan(1);
    });

    it('pins a backup with a reason and an end', async () => {
      const { page } = scene;
      // Newest first: the second newest.
      await main(scene)
        .getByRole('button', { name: /^Pin the backup of/ })
        .nth(1)
        .click();
      const dialog = page.getByRole('dialog', { name: /^Pin the backup of/ });
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('before deploy 2.14');
      await dialog.getByText('For 90 days from the backup').click();
      await dialog.getByRole('button', { name: 'Pin', exact: true }).click();
      await main(scene).getByRole('region', { name: 'Pinned' }).getByText('before deploy 2.14').waitFor();
      await main(scene).getByText('Pinned: before deploy 2.14').waitFor();
      const [, pinned] = await listed(scene);
      expect(pinned?.pin).toMatchObject({ reason: 'before deploy 2.14', hold: false });
    });

    it('shows what a rule would come to while it is typed, by keyboard alone, and deletes nothing', async () => {
      const { page } = scene;
      const last = main(scene).getByRole('textbox', { name: /^Last/ });
      await tabTo(page, last);
      await page.keyboard.type('1');
      await page.keyboard.press('Enter');
      await main(scene).getByText('With the rules as typed. Nothing is saved yet.').waitFor();
      // Newest, pinned and proven stay.
      await expect.poll(() => totals(scene)).toMatch(/Kept4→3Space.*Go now0→1/);
      await main(scene).getByText('No rule keeps it: it goes.').waitFor();
      expect(inFolder(scene, 'manifests')).toHaveLength(4);
      expect(await holdfastJson(scene.world.home, ['retention', 'show'], { env: scene.world.env })).toEqual([]);
    });

    it('goes on with what was typed after the screen, and the window, were left', async () => {
      await new HoldfastWindow(scene.page).open('overview');
      await scene.window.reopen();
      await new HoldfastWindow(scene.page).open('retention/shop');
      await main(scene).getByText('It goes on where you left it.').waitFor();
      await main(scene).getByText('With the rules as typed. Nothing is saved yet.').waitFor();
      expect(await main(scene).getByRole('textbox', { name: /^Last/ }).inputValue()).toBe('1');
    });

    it('applies it after saying the number; the files are gone, and those that must stay are there', async () => {
      const { page } = scene;
      await pressByKeyboard(page, button(scene, 'Apply…'));
      const dialog = page.getByRole('alertdialog', { name: /^Delete 1.backup\?/ });
      await dialog.waitFor();
      await pressByKeyboard(page, dialog.getByRole('button', { name: /^Delete 1.backup/ }));
      await main(scene)
        .getByText(/^1.backup removed/)
        .waitFor();
      const [newest = '', pinned = '', gone = '', proven = ''] = ids;
      const left = await listed(scene);
      expect(left.map(({ backupId }) => backupId)).toEqual([newest, pinned, proven]);
      expect(left.at(-1)?.verdict).toBe('proven');
      expect(inFolder(scene, 'data')).toEqual([newest, pinned, proven].toSorted());
      expect(inFolder(scene, 'manifests').join(' ')).not.toContain(gone);
    });

    it('asks for a word where many go, and the last proven one stays after all', async () => {
      const { page, world } = scene;
      await button(scene, 'Unpin before deploy 2.14').click();
      await main(scene).getByText('None. A pinned backup stays').waitFor();
      await holdfastJson(world.home, ['backup', 'shop'], { env: world.env });
      const ask = main(scene).getByRole('textbox', { name: 'More than' });
      await ask.fill('1');
      await ask.press('Enter');
      await expect.poll(() => totals(scene)).toMatch(/Kept2Space.*Go now2/);
      await button(scene, 'Apply…').click();
      const dialog = page.getByRole('alertdialog', { name: /^Delete 2.backups\?/ });
      const confirm = dialog.getByRole('button', { name: /^Delete 2.backups/ });
      await confirm.waitFor();
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByRole('textbox', { name: 'Type delete to confirm' }).fill('delete');
      await confirm.click();
      await main(scene)
        .getByText(/^2.backups removed/)
        .waitFor();
      const left = await listed(scene);
      expect(left.map(({ verdict }) => verdict)).toEqual(['unproven', 'proven']);
      expect(inFolder(scene, 'data')).toEqual(left.map(({ backupId }) => backupId).toSorted());
    });

    it('says that a place lists fewer than it should hold, and that nothing goes there', async () => {
      const { page, world } = scene;
      const [backup] = await listed(scene);
      const { renameSync } = await import('node:fs');
      const manifest = path.join(world.home, 'backups', 'manifests', `${backup?.backupId ?? ''}.jsonl`);
      renameSync(manifest, `${manifest}.away`);
      await page.reload();
      await main(scene).getByText('Nothing goes in This computer.').waitFor();
      await main(scene)
        .getByText(/does not list 1.backup that it should hold/)
        .waitFor();
      renameSync(`${manifest}.away`, manifest);
      await button(scene, 'Look again').click();
      await main(scene).getByText('Nothing goes in This computer.').waitFor({ state: 'detached' });
      expect(inFolder(scene, 'manifests')).toHaveLength(2);
    });

    it('BS-4 the Backups screen shows the last of each day, one engine, and the pinned ones alone', async () => {
      const { page } = scene;
      const [newest] = await listed(scene);
      await new HoldfastWindow(page).open('backups');
      const rows = main(scene).getByRole('listbox', { name: 'Backups, newest first' }).getByRole('option');
      const choose = async (select: RegExp, option: string): Promise<void> => {
        await main(scene).getByRole('button', { name: select }).click();
        await page.getByRole('option', { name: option }).click();
      };
      await expect.poll(() => rows.count()).toBe(2);
      await choose(/Which backups/, 'Daily: last of a day');
      // Both were made on this day, or around a midnight.
      const days = new Set((await listed(scene)).map(({ takenAt }) => dayIn(takenAt)));
      await expect.poll(() => rows.count()).toBe(days.size);
      await choose(/Engine/, 'PostgreSQL');
      await main(scene).getByText('No backup in this view.').waitFor();
      await choose(/Engine/, 'SQLite');
      await choose(/Which backups/, 'Pinned');
      await main(scene).getByText('No backup in this view.').waitFor();

      await new HoldfastWindow(page).open(`backups/shop/${newest?.backupId ?? ''}`);
      await main(scene).getByRole('button', { name: 'More actions' }).first().click();
      await page.getByRole('menuitem', { name: 'Pin…' }).click();
      const dialog = page.getByRole('dialog', { name: /^Pin the backup of/ });
      await dialog.getByText('Legal hold').click();
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('case 26-118');
      await dialog.getByRole('button', { name: 'Pin', exact: true }).click();
      await main(scene).getByText('Legal hold: case 26-118').waitFor();
      expect((await listed(scene)).filter(({ pin }) => pin?.hold === true)).toHaveLength(1);
      await main(scene).getByRole('button', { name: 'Lift the hold…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Lift the hold' }).click();
      await main(scene).getByText('Legal hold: case 26-118').waitFor({ state: 'detached' });
      expect((await listed(scene)).every(({ pin }) => pin === null)).toBe(true);
    });

    it('BS-18 shows on which day a copy is damaged, in words too, and leads to it', async () => {
      const { page, world } = scene;
      const [newest] = await listed(scene);
      const { backupId = '', takenAt = '' } = newest ?? {};
      const folder = path.join(world.home, 'backups', 'data', backupId);
      const file = path.join(folder, readdirSync(folder)[0] ?? '');
      const bytes = readFileSync(file);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await new HoldfastWindow(page).open('retention/shop');
      const damagedDays = main(scene).getByRole('button', { name: /; a copy in This computer is damaged$/ });
      const entry = main(scene).getByRole('listitem').filter({ hasText: 'Its copy in This computer is damaged.' });
      await main(scene).getByRole('table').first().waitFor();
      expect(await damagedDays.count()).toBe(0);
      writeFileSync(file, bytes);
      const scrub = ['scrub', 'This computer', '--all'];
      expect((await holdfast(world.home, scrub, { env: world.env })).code).toBe(1);
      // The window was open and is told.
      await damagedDays.waitFor();
      expect(await damagedDays.getAttribute('data-day')).toBe(dayIn(takenAt).split('/').toReversed().join('-'));
      await main(scene).getByText('a damaged copy', { exact: true }).waitFor();
      await damagedDays.click();
      await entry.waitFor();
      expect(await entry.count()).toBe(1);
      expect(await seriousFindings(page)).toEqual([]);
      await pressByKeyboard(page, entry.getByRole('link', { name: /^Look at the backup of/ }));
      await main(scene).getByText('The copy in This computer does not hold').waitFor();
    });
  },
  { before: fourBackups },
);
