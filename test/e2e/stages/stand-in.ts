/** The built app on the stand-in for Electron: its own main process, preload script and job processes, in Debian's Chromium. */
import { browserMissing } from '../../helpers/browser.ts';
import { launch } from '../../standin/launch.ts';
import type { Launched, LaunchOptions, Stage } from '../stage.ts';
import type { World } from '../world.ts';

export const standInStage: Stage = {
  name: 'stand-in',
  missing: browserMissing,
  async launch(world: World, { theme = 'light', width = 1280, height = 800 }: LaunchOptions = {}): Promise<Launched> {
    const app = await launch({ env: { ...world.env, HOLDFAST_HOME: world.home } });
    const page = await app.firstWindow();
    page.setDefaultTimeout(20_000);
    await app.evaluate(({ nativeTheme }, wanted) => {
      nativeTheme.system = wanted;
      nativeTheme.emit('updated');
    }, theme);
    await page.setViewportSize({ width, height });
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
      // A person closes the window and starts Holdfast once more: it never ended.
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
      async close() {
        const code = await app.close();
        if (code !== 0) throw new Error(`The app ended with ${code}.\n${app.output()}`);
      },
    };
  },
};
