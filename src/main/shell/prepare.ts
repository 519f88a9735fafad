/** What must be settled before Electron is ready. */
import { app } from 'electron';
import { declareScheme } from './page.ts';

/**
 * No crash reporter is ever started, so that a crash leaves no memory, with what may be in it, on a disk or anywhere else.
 * @param folder where Chromium keeps what it keeps, and Electron its lock: one instance for one data folder.
 * @param alone this start stands beside a running one and ends by itself.
 * @returns when Electron is ready; undefined where another instance runs, which now shows its window.
 */
export function prepareApp(folder: string, alone: boolean): Promise<void> | undefined {
  app.setPath('userData', folder);
  app.setName('Holdfast');
  app.setAppUserModelId('app.holdfast.desktop');
  app.enableSandbox();
  declareScheme();
  if (!alone && !app.requestSingleInstanceLock()) {
    app.exit(0);
    return undefined;
  }
  return app.whenReady();
}
