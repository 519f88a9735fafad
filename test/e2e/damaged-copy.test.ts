/** A stored copy rots: the alarm, the good copy, the repair; and a backup that is destroyed on request. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { seriousFindings } from './pages/axe.ts';
import { expectShown } from './pages/shown.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';

onEveryStage('BD-17 BS-18 a copy that does not hold', (scene) => {
  let places: string[] = [];
  let backupId = '';
  const dataIn = (place: string): string => {
    const folder = path.join(place, 'data', backupId);
    return path.join(folder, readdirSync(folder)[0] ?? '');
  };

  beforeAll(async () => {
    const { home, env, desk } = scene.world;
    places = [path.join(desk, 'attic'), path.join(desk, 'cellar')];
    const folders = places.flatMap((place) => ['--folder', place]);
    await holdfastJson(home, ['source', 'add', 'shop', '--file', scene.world.shopFile(), ...folders], { env });
    ({ backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', 'shop'], { env }));
  }, 60_000);

  it('turns its source amber as soon as it is read, and says what to do', async () => {
    const { page, world } = scene;
    await new HoldfastWindow(page).open('overview');
    const file = dataIn(places[0] ?? '');
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect((await holdfast(world.home, ['scrub', 'attic', '--all'], { env: world.env })).code).toBe(1);
    await expectShown(page.getByText('A backup is damaged in attic.'));
    await expectShown(page.getByText('Its copy in cellar holds: repair it from there.'));
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Look (shop)' }).click();
    await expectShown(page.getByRole('article').getByText('The copy in attic does not hold'));
  });

  it('is repaired from the place that has it, by one press', async () => {
    const { page } = scene;
    await page.getByRole('button', { name: 'Repair from cellar' }).click();
    await page.getByText('The copy in attic does not hold').waitFor({ state: 'hidden' });
    await expectShown(page.getByText('The copy of shop holds again.', { exact: true }));
    const [bad, good] = places.map((place) => readFileSync(dataIn(place)));
    expect(bad?.equals(good as Buffer)).toBe(true);
  });

  it('a backup is destroyed in one place alone where the other is taken out, and none is no choice', async () => {
    const { page } = scene;
    await page.getByRole('article').getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Destroy on request…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Destroy this backup' });
    const destroy = dialog.getByRole('button', { name: 'Destroy it' });
    const of = (place: string) => dialog.getByRole('checkbox', { name: new RegExp(`^${place}`) });
    await of('attic').uncheck({ force: true });
    await of('cellar').uncheck({ force: true });
    await expectShown(dialog.getByText('It stays everywhere. Choose a place to destroy it in.'));
    expect(await destroy.isDisabled()).toBe(true);
    await of('attic').check({ force: true });
    const row = dialog.getByRole('grid', { name: 'Where it lies' }).getByRole('row', { name: /^cellar/ });
    await expectShown(row.getByText('Stays', { exact: true }));
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the attic is sold');
    // A copy stays: it is the last backup no longer, and no word for that is asked.
    await expectShown(dialog.getByText('Elsewhere it stays.', { exact: false }));
    expect(await dialog.getByText('This is the last backup of its source.').count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('textbox', { name: /^Type “purge/ }).fill(`purge ${backupId}`);
    await destroy.click();
    await expectShown(page.getByText(/^1.copy of shop destroyed\.$/).first());
    expect(places.map((place) => readdirSync(path.join(place, 'data')))).toEqual([[], [backupId]]);
    const kept = page.getByRole('grid', { name: 'Kept in' });
    await kept.getByRole('row', { name: /^attic/ }).waitFor({ state: 'hidden' });
    await expectShown(kept.getByRole('row', { name: /^cellar/ }).getByText('Stored'));
  });

  it('a backup is destroyed only by the words that name what it is, and its record is told', async () => {
    const { page } = scene;
    await page.getByRole('article').getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Destroy on request…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Destroy this backup' });
    await expectShown(dialog.getByText('This is the last backup of its source.'));
    expect(await dialog.getByRole('grid', { name: 'Where it lies' }).getByRole('row').count()).toBe(2);
    expect(await seriousFindings(page)).toEqual([]);
    const destroy = dialog.getByRole('button', { name: 'Destroy it' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('asked by letter');
    const typed = dialog.getByRole('textbox', { name: /^Type “purge/ });
    await typed.fill(`purge ${backupId}`);
    expect(await destroy.isDisabled()).toBe(true);
    await typed.fill(`purge ${backupId}, the last`);
    await destroy.click();
    await expect.poll(() => places.map((place) => readdirSync(path.join(place, 'data')))).toEqual([[], []]);
    // The notice of the story before may still be there.
    await expectShown(page.getByText(/^1.copy of shop destroyed\.$/).last());
    await expectShown(page.getByText(/^The record is in .*purge-job-.*\.txt\.$/).last());
  });

  it('every backup of a source is destroyed from its page, by words that say how many there are', async () => {
    const { page, world } = scene;
    for (let made = 0; made < 2; made += 1) await holdfastJson(world.home, ['backup', 'shop'], { env: world.env });
    await new HoldfastWindow(page).open('sources/shop');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Destroy all backups on request…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Destroy every backup of shop' });
    await expectShown(dialog.getByText('The last backup is among them.'));
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('asked by letter');
    await dialog.getByRole('textbox', { name: /^Type “purge/ }).fill('purge 2 backups of shop, the last');
    await dialog.getByRole('button', { name: 'Destroy them all' }).click();
    await expectShown(page.getByText('4 copies of shop destroyed.', { exact: true }));
    for (const place of places) expect(readdirSync(path.join(place, 'data'))).toEqual([]);
  });
});
