/** From nothing to a proven backup of the sample, a loss, its restore and the undo of that, by pressing five buttons. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';

const orders = 'SELECT count(*) FROM "order"';
const allowedMs = 120_000;
const allowedPresses = 8;

onEveryStage('the first run', (scene) => {
  let presses = 0;
  let beganAt = 0;
  const press = async (name: string): Promise<void> => {
    await scene.page.getByRole('main').getByRole('button', { name, exact: true }).click();
    presses += 1;
  };
  const sample = (): string => path.join(scene.world.home, 'sample', 'bookshop.sqlite');

  it('begins with one button, which backs the sample up and proves it', async () => {
    const { page, world } = scene;
    beganAt = performance.now();
    await press('Start with the sample');
    await page.getByText(/4 of 4\stables equal in count and content/).waitFor();
    expect(performance.now() - beganAt).toBeLessThan(allowedMs);
    const [backup] = await holdfastJson<{ verdict: string }[]>(world.home, ['list', 'bookshop'], { env: world.env });
    expect(backup?.verdict).toBe('proven');
  });

  it('resumes where it was after a reload', async () => {
    const { page } = scene;
    await page.reload();
    await page.getByRole('button', { name: 'Delete orders' }).waitFor();
    expect(await page.getByText(/4 of 4\stables equal in count and content/).isVisible()).toBe(true);
  });

  it('breaks it, and says what is gone', async () => {
    const { page, world } = scene;
    expect(world.valueIn(sample(), orders)).toBe(1_800);
    await press('Delete orders');
    await page.getByText(/1.800\srows are gone: order 1.800 → 1.200/).waitFor();
    expect(world.valueIn(sample(), orders)).toBe(1_200);
  });

  it('brings the rows back in their place, and undoes that too', async () => {
    const { page, world } = scene;
    await press('Bring them back');
    await page.getByText(/1.800\srows are back; 4 of 4\stables equal to the backup/).waitFor();
    expect(world.valueIn(sample(), orders)).toBe(1_800);
    await press('Undo the restore');
    await page.getByRole('heading', { level: 2, name: 'That was the whole round.' }).waitFor();
    expect(world.valueIn(sample(), orders)).toBe(1_200);
  });

  it('leaves nothing behind when the sample goes', async () => {
    await press('Remove the sample');
    await scene.page.getByRole('button', { name: 'Start with the sample' }).waitFor();
    expect(await sourceNames(scene)).toEqual([]);
    expect(presses).toBeLessThanOrEqual(allowedPresses);
    await new HoldfastWindow(scene.page).open('restore');
    await scene.page.getByText('There is no backup to restore yet').waitFor();
  });
});

async function sourceNames({ world }: Scene): Promise<string[]> {
  const sources = await holdfastJson<{ name: string }[]>(world.home, ['source', 'list'], { env: world.env });
  return sources.map(({ name }) => name);
}
