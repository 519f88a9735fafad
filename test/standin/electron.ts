/** What `import … from 'electron'` gets in a stand-in. README.md says what is not Electron here. */
import { makeCodec } from './codec.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { browser, endpoint } from './chromium.ts';
import * as desktop from './desktop.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, Notification, Tray } from './menu.ts';
import { note, noted, record } from './record.ts';
import { protocol, session } from './session.ts';
import { utilityProcess } from './utility-process.ts';

const { dialog, nativeImage, nativeTheme, net, powerMonitor, powerSaveBlocker, screen, shell } = desktop;
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' });
Object.defineProperty(process, 'type', { value: 'browser' });

const windows = { BrowserWindow, Menu, Notification, Tray, dialog, nativeImage, nativeTheme, screen };
const system = { app, ipcMain, net, powerMonitor, powerSaveBlocker, protocol, session, shell, utilityProcess };
const electron = { ...windows, ...system };
/** What a test's `evaluate` is handed: Electron, and the record of what was asked of the desktop. */
export type StandInElectron = typeof electron & { record: typeof record; note: typeof note; noted: typeof noted };

void browser.then(() => app.becomeReady());

const codec = makeCodec();
interface Evaluate {
  id: number;
  source: string;
  argument: unknown;
}

if (process.send !== undefined) {
  const send = process.send.bind(process);
  void endpoint.then((address) => send({ endpoint: address }));
  process.on('message', (message: Evaluate) => void evaluate(message).then((answer) => send(answer)));
  // The test is gone, and with it whoever would end this.
  process.on('disconnect', () => process.exit(1));
}

async function evaluate({ id, source, argument }: Evaluate): Promise<unknown> {
  try {
    // oxlint-disable-next-line no-eval -- as Playwright does it: the function comes from the test
    const act = (0, eval)(`(${source})`) as (electron: StandInElectron, argument: unknown) => unknown;
    return { id, value: codec.encode(await act({ ...electron, record, note, noted }, codec.decode(argument))) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
};
