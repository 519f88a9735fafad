/** The window as it stands before anything is known: it opens, nothing is refused by its own policy, every screen can be reached. */
import { expect, it } from 'vitest';
import { onEveryStage } from './stage.ts';
import { complaintsOf } from './stages/browser.ts';

onEveryStage('a new window', (scene) => {
  it('shows itself without a complaint', async () => {
    const complaints = complaintsOf(scene.page);
    await scene.page.reload();
    await scene.page.getByRole('main').waitFor();
    expect(complaints).toEqual([]);
    expect(await scene.page.title()).toMatch(/Holdfast/);
  });
});
