/** The Electron door put together: one window, one tray, one way into the house. */
import { app, dialog, nativeTheme, powerMonitor, session, shell } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import { createLog, fileWriter, type Log } from '../base/log.ts';
import { Redactor } from '../base/secret.ts';
import type { Door } from '../serve/door.ts';
import { BuiltFiles } from '../window/built-files.ts';
import { gate } from '../window/gate.ts';
import { links } from '../window/links.ts';
import { PathGuard } from '../window/paths.ts';
import { setAppMenu } from './app-menu.ts';
import { answerCalls } from './calls.ts';
import { doorHandlers } from './door-handlers.ts';
import { guardPages, guardSession } from './guards.ts';
import { Leave } from './leave.ts';
import { loginItem } from './login-item.ts';
import { MainWindow } from './main-window.ts';
import { Notifications } from './notifications.ts';
import { serveWindow } from './page.ts';
import { Wakefulness } from './power.ts';
import { Standing } from './standing.ts';
import { showsTrays } from './tray-host.ts';
import { TrayControl } from './tray-control.ts';
import { words } from './words.ts';

export interface ShellOptions {
  env: Environment;
  clock: Clock;
  version: string;
  /** The app's own folder: `out` and `resources` are in it. */
  root: string;
  /** Started with the computer: no window until it is asked for. */
  hidden: boolean;
  openDoor(): Promise<Door>;
}

/** Runs once Electron is ready, in the only instance. Resolves when the app stands. */
export async function runShell(options: ShellOptions): Promise<void> {
  let door: Door;
  try {
    door = await options.openDoor();
  } catch (thrown) {
    const { message, hint } = toFailure(thrown, '');
    dialog.showErrorBox(words.couldNotStart, `${message}\n\n${hint}`);
    app.exit(1);
    return;
  }
  await new Shell(options, door).begin();
}

class Shell {
  readonly #options: ShellOptions;
  readonly #door: Door;
  readonly #log: Log;
  readonly #window: MainWindow;
  readonly #standing: Standing;
  readonly #tray: TrayControl;
  readonly #leave: Leave;
  readonly #wakefulness = new Wakefulness();

  constructor(options: ShellOptions, door: Door) {
    this.#options = options;
    this.#door = door;
    const { env, clock, root } = options;
    this.#log = createLog(clock, new Redactor(), fileWriter(path.join(env.home, 'logs', 'window.ndjson')));
    this.#window = this.#makeWindow();
    const notifications = new Notifications({
      notify: () => this.#standing.preferences.notify,
      watched: () => this.#window.isWatched(),
      open: ({ jobId }) => this.#window.ask('activity', jobId),
    });
    this.#standing = new Standing({
      door,
      clock,
      log: this.#log,
      changed: () => this.#shown(),
      ended: (result) => notifications.tell(result),
      preferences: ({ theme }) => {
        nativeTheme.themeSource = theme;
      },
    });
    this.#tray = new TrayControl({
      folder: path.join(root, 'resources', 'tray'),
      clock,
      door,
      log: this.#log,
      standing: this.#standing,
      window: this.#window,
    });
    this.#leave = new Leave({
      door,
      log: this.#log,
      standing: this.#standing,
      window: () => this.#window,
      tray: () => this.#tray.isShown(),
      leaving: (leaving) => this.#tray.leaving(leaving),
      last: () => this.#tray.end(),
    });
  }

  async begin(): Promise<void> {
    const { env, root, hidden } = this.#options;
    guardPages(this.#log);
    guardSession(session.defaultSession, this.#log);
    serveWindow(session.defaultSession, new BuiltFiles(path.join(root, 'out', 'renderer')));
    this.#answer();
    this.#followSystem();
    await Promise.all([this.#standing.begin(), showsTrays(env.sessionBus).then((shown) => this.#tray.begin(shown))]);
    setAppMenu(
      {
        ask: (what) => this.#window.ask(what),
        backUpAll: () => void this.#tray.backUp(null),
        openLink: (link) => void shell.openExternal(links[link]),
        reveal: (what) => void shell.openPath(what === 'logs' ? path.join(env.home, 'logs') : env.home),
      },
      !app.isPackaged,
    );
    this.#door.onAnnouncement((announcement) => this.#window.tell(announcement));
    // Without a tray a hidden start would leave nothing to be found.
    this.#window.open(hidden && this.#tray.isShown());
  }

  #answer(): void {
    const { env, version } = this.#options;
    const { api } = this.#door;
    const paths = new PathGuard(async () => {
      const [sources, { destinations }] = await Promise.all([api.source.list({}), api.app.snapshot({})]);
      return { sources, destinations };
    });
    const handlers = doorHandlers({
      home: env.home,
      version,
      paths,
      loginItem: loginItem(startOf(env), env.configFolder),
      tray: () => (this.#tray.isShown() ? 'shown' : 'absent'),
      window: () => this.#window.show(),
    });
    answerCalls({
      gate: gate({ door: handlers, house: (name, input, signal) => this.#door.invoke(name, input, signal), paths }),
      actor: `${env.account} (window)`,
      log: this.#log,
      trusted: (id) => this.#window.trusts(id),
    });
  }

  #followSystem(): void {
    app.on('second-instance', () => this.#window.show());
    app.on('activate', () => this.#window.show());
    // The window is hidden, never gone; and where it is gone, the tray stays.
    app.on('window-all-closed', () => {});
    app.on('before-quit', (event) => this.#leave.beforeQuit(event));
    powerMonitor.on('resume', () => this.#standing.refresh());
    powerMonitor.on('shutdown', () => this.#leave.shutDown());
  }

  #makeWindow(): MainWindow {
    const { env, root } = this.#options;
    return new MainWindow({
      preload: path.join(root, 'out', 'preload', 'index.cjs'),
      stateFile: path.join(env.home, 'window.json'),
      icon: path.join(root, 'resources', 'icons', '256x256.png'),
      devTools: !app.isPackaged,
      log: this.#log,
      closing: () => this.#leave.closing(),
      gone: (reason) => void this.#offer(words.windowGone.message, words.windowGone.detail(reason), words.quit),
      stuck: () => void this.#offer(words.windowStuck.message, words.windowStuck.detail, words.windowStuck.wait),
    });
  }

  /** The window broke. The jobs are elsewhere, so there is nothing to lose but the page. */
  async #offer(message: string, detail: string, other: string): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      message,
      detail,
      buttons: [words.windowGone.reload, other],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) this.#window.reload();
    else if (other === words.quit) app.quit();
  }

  #shown(): void {
    this.#tray.refresh();
    this.#wakefulness.need(this.#door.role() === 'owner' && this.#standing.running.length > 0);
  }
}

/** What starts this app again: an AppImage is its own file, a checkout is Electron with a folder. */
function startOf(env: Environment): string[] {
  if (env.appImage !== undefined && existsSync(env.appImage)) return [env.appImage];
  return app.isPackaged ? [process.execPath] : [process.execPath, app.getAppPath()];
}
