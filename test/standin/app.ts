/** `app`: life cycle, paths, the lock of the single instance, the login item. */
import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { note } from './record.ts';
import { closableWindows } from './windows.ts';

const folder = process.env['STANDIN_FOLDER'] ?? tmpdir();

export class Stoppable {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

class App extends EventEmitter {
  readonly isPackaged = process.env['STANDIN_PACKAGED'] === '1';
  readonly commandLine = { appendSwitch: () => {}, hasSwitch: () => false };
  readonly dock = undefined;
  name = 'Electron';
  #ready = false;
  #quitting = false;
  #lock: string | undefined;
  #loginItem = { openAtLogin: false };
  readonly #paths: Record<string, string> = {
    home: homedir(),
    temp: tmpdir(),
    userData: path.join(folder, 'user-data'),
    exe: process.execPath,
  };
  #tellReady = (): void => {};
  readonly #whenReady = new Promise<void>((resolve) => {
    this.#tellReady = resolve;
  });

  /** For the stand-in itself: its browser is there. */
  becomeReady(): void {
    this.#ready = true;
    this.emit('ready');
    this.#tellReady();
  }

  getName = (): string => this.name;
  setName(name: string): void {
    this.name = name;
  }
  getVersion = (): string => '0.0.0';
  getLocale = (): string => 'en-GB';
  getAppPath = (): string => path.resolve(path.dirname(process.argv[1] ?? ''), '..', '..');
  getPath(name: string): string {
    const found = this.#paths[name];
    if (found === undefined) throw new Error(`Failed to get '${name}' path`);
    return found;
  }
  setPath(name: string, to: string): void {
    this.#paths[name] = to;
  }
  setAppUserModelId(): void {}
  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    note('app.enableSandbox');
  }
  isReady = (): boolean => this.#ready;
  whenReady = (): Promise<void> => this.#whenReady;
  focus(): void {}

  setLoginItemSettings(settings: { openAtLogin: boolean }): void {
    note('app.setLoginItemSettings', settings);
    this.#loginItem = settings;
  }
  getLoginItemSettings = (): { openAtLogin: boolean } => this.#loginItem;

  /** One instance for each `userData`. The second one leaves a note there, which the first one finds. */
  requestSingleInstanceLock(): boolean {
    const lock = path.join(this.getPath('userData'), 'standin.lock');
    mkdirSync(path.dirname(lock), { recursive: true });
    if (isAlive(lock)) {
      writeFileSync(path.join(path.dirname(lock), `second-${process.pid}.standin`), JSON.stringify(process.argv));
      return false;
    }
    writeFileSync(lock, String(process.pid));
    this.#lock = lock;
    const watcher = watch(path.dirname(lock), () => this.#hearSecond(path.dirname(lock)));
    watcher.unref();
    return true;
  }

  #hearSecond(userData: string): void {
    for (const name of readdirSync(userData).filter((each) => /^second-\d+\.standin$/.test(each))) {
      const file = path.join(userData, name);
      const argv = JSON.parse(readFileSync(file, 'utf8') || 'null') as string[] | null;
      if (argv === null) continue;
      rmSync(file);
      this.emit('second-instance', new Stoppable(), argv, process.cwd(), null);
    }
  }

  quit(): void {
    if (this.#quitting) return;
    const before = new Stoppable();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#quitting = true;
    for (const window of closableWindows()) {
      window.close();
      if (window.isDestroyed()) continue;
      this.#quitting = false;
      return;
    }
    const last = new Stoppable();
    this.emit('will-quit', last);
    if (last.defaultPrevented) this.#quitting = false;
    else this.exit(0);
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (this.#lock !== undefined) rmSync(this.#lock, { force: true });
    // What was sent to the test in this moment is still to arrive.
    setTimeout(() => process.exit(code), 50);
  }

  /** The last window is gone. An app that does not listen ends. */
  lastWindowClosed(): void {
    if (this.#quitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }
}

function isAlive(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();
// As Electron does it.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
