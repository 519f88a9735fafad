/** The built app on real Electron, where this computer has one. */
import path from 'node:path';
import { _electron } from '@playwright/test';
import { desktopMissing, electronProgram } from '../../../scripts/electron.mjs';
import type { Launched, LaunchOptions, Stage } from '../stage.ts';
import type { World } from '../world.ts';

const root = path.resolve(import.meta.dirname, '../../..');

export const electronStage: Stage = {
  name: 'Electron',
  missing: () => (electronProgram() === undefined ? 'the program of Electron is not here' : desktopMissing()),
  async launch(world: World, { theme = 'light', width = 1280, height = 800 }: LaunchOptions = {}): Promise<Launched> {
    const program = electronProgram();
    if (program === undefined) throw new Error('There is no Electron here.');
    const { DISPLAY = '', WAYLAND_DISPLAY = '', PATH = '' } = process.env;
    const app = await _electron.launch({
      executablePath: program,
      args: [root],
      cwd: root,
      env: { PATH, DISPLAY, WAYLAND_DISPLAY, ...world.env, HOLDFAST_HOME: world.home },
    });
    const page = await app.firstWindow();
    page.setDefaultTimeout(20_000);
    await app.evaluate(
      ({ nativeTheme, BrowserWindow }, wanted) => {
        nativeTheme.themeSource = wanted.theme;
        BrowserWindow.getAllWindows()[0]?.setContentSize(wanted.width, wanted.height);
      },
      { theme, width, height },
    );
    await page.getByRole('main').waitFor();
    return {
      page,
      async choosePath(file, click) {
        await app.evaluate(({ dialog }, chosen) => {
          dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
          dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
        }, file);
        await click();
      },
      async reopen() {
        await app.evaluate(({ app: electronApp, BrowserWindow, dialog }) => {
          dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
          BrowserWindow.getAllWindows()[0]?.close();
          electronApp.emit('second-instance', {}, [], '');
        });
        await page.reload();
        await page.getByRole('main').waitFor();
        return page;
      },
      close: () => app.close(),
    };
  },
};
