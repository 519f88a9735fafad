/** JO-1 BS-14: an address that names a file is read; the file is opened once it was chosen beside where it was named. */
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';

onEveryStage('an address that was typed', (scene) => {
  it('says that its file has to be chosen, opens the dialog where it lies, and becomes a source', async () => {
    const { page, world } = scene;
    const folder = path.join(world.desk, 'data', 'live');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'till.sqlite');
    renameSync(world.shopFile(), file);
    await new HoldfastWindow(page).open('sources/new');
    await page.getByRole('textbox', { name: 'URL' }).fill(`sqlite:///${file}`);
    const next = page.getByRole('button', { name: /ontinue$/ });
    await next.click();
    const field = page.getByRole('group', { name: 'Database file' });
    await field.getByRole('alert').waitFor();
    expect(await field.getByRole('alert').textContent()).toContain(`The address names ${file}.`);
    await scene.window.choosePath(file, () => field.getByRole('button', { name: /^Choose/ }).click());
    await field.getByRole('alert').waitFor({ state: 'hidden' });
    await field.getByText(file, { exact: true }).waitFor();
    await next.click();
    await page.getByText('What goes into its backups?').waitFor();
    await next.click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#\/sources\/(?!new)/);
    const sources = await holdfastJson<{ settings: object }[]>(world.home, ['source', 'list'], { env: world.env });
    expect(sources).toMatchObject([{ settings: { kind: 'sqlite', file } }]);
  });
});
