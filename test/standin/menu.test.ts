/** The menu of the application and the menu of the right button. */
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { call, enter, noted, standInMissing, trayWith, type Stage } from './stage.ts';

const here = needs('a browser for the stand-in', standInMissing());

async function choose({ app }: Stage, id: string): Promise<void> {
  await app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted) ?? null;
    if (item === null) throw new Error(`The menu has no ${wanted}.`);
    item.click();
  }, id);
}

describe.runIf(here)('the menu of the application, on the stand-in', () => {
  it('leads the window to what it names', async () => {
    const stage = await enter();
    const { page } = stage;
    for (const [id, hash] of [
      ['settings', '#/settings'],
      ['activity', '#/activity'],
      ['plans', '#/plans'],
      ['add-source', '#/sources/new'],
    ] as const) {
      await choose(stage, id);
      await page.waitForURL((url) => url.hash === hash);
    }
    await choose(stage, 'shortcuts');
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
  });

  it('backs up every source', async () => {
    const stage = await enter();
    await call(stage.page, 'sample.make');
    await choose(stage, 'back-up-all');
    await trayWith(stage.app, 'bookshop is backed up');
    expect(await call(stage.page, 'backup.list', {})).toHaveLength(1);
  });

  it('leads to where sources are added while there is none to back up', async () => {
    const stage = await enter();
    await choose(stage, 'back-up-all');
    await stage.page.waitForURL((url) => url.hash === '#/sources/new');
    expect(await call(stage.page, 'job.list', { limit: 1 })).toEqual([]);
  });
});

describe.runIf(here)('the menu of the right button, on the stand-in', () => {
  const can = { canUndo: false, canRedo: false, canCut: true, canCopy: true, canPaste: true, canSelectAll: true };

  it('edits text where it can be typed, copies where some is chosen, and is absent elsewhere', async () => {
    const { app } = await enter();
    const popups = await app.evaluate(({ BrowserWindow, record }, editFlags) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      for (const [isEditable, selectionText] of [
        [false, ' '],
        [false, 'some words'],
        [true, ''],
      ] as const)
        contents?.emit('context-menu', {}, { isEditable, selectionText, editFlags });
      return record.filter(({ what }) => what === 'menu.popup').map(({ details }) => details);
    }, can);
    await noted(app, 'menu.popup');
    expect(popups).toEqual([['copy'], ['undo', 'redo', '', 'cut', 'copy', 'paste', '', 'selectAll']]);
  });
});
