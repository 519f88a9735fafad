/** What a desktop has besides windows: dialogs, theme, power, links, images. Each answers as if nobody sat there; a test can change the answers. */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { note } from './record.ts';

interface MessageBox {
  buttons?: string[];
  cancelId?: number;
}

/** The last argument: the window comes first, where there is one. */
const last = (args: unknown[]): unknown => args.at(-1);

export const dialog = {
  async showOpenDialog(...args: unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    note('dialog.showOpenDialog', last(args));
    return { canceled: true, filePaths: [] };
  },
  async showSaveDialog(...args: unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    note('dialog.showSaveDialog', last(args));
    return { canceled: true, filePath: '' };
  },
  async showMessageBox(...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    const box = last(args) as MessageBox;
    note('dialog.showMessageBox', box);
    return { response: box.cancelId ?? 0, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string): void {
    note('dialog.showErrorBox', { title, content });
    // A test that starts an app which cannot start reads it here.
    process.stderr.write(`${title}: ${content}\n`);
  },
};

class NativeTheme extends EventEmitter {
  #source: 'system' | 'light' | 'dark' = 'system';
  /** What the system prefers. */
  system: 'light' | 'dark' = 'light';

  get themeSource(): 'system' | 'light' | 'dark' {
    return this.#source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    this.#source = source;
    this.emit('updated');
  }
  get shouldUseDarkColors(): boolean {
    return this.colorScheme() === 'dark';
  }
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return this.system === 'dark';
  }
  colorScheme(): 'light' | 'dark' {
    return this.#source === 'system' ? this.system : this.#source;
  }
}
export const nativeTheme = new NativeTheme();

class PowerMonitor extends EventEmitter {
  onBattery = false;
  isOnBatteryPower = (): boolean => this.onBattery;
}
export const powerMonitor = new PowerMonitor();

const blockers = new Set<number>();
export const powerSaveBlocker = {
  start(type: string): number {
    const id = blockers.size + 1;
    blockers.add(id);
    note('powerSaveBlocker.start', type);
    return id;
  },
  stop(id: number): void {
    blockers.delete(id);
    note('powerSaveBlocker.stop');
  },
  isStarted: (id: number): boolean => blockers.has(id),
};

export const shell = {
  openExternal: async (url: string): Promise<void> => note('shell.openExternal', url),
  async openPath(path: string): Promise<string> {
    note('shell.openPath', path);
    return existsSync(path) ? '' : 'No such file or directory';
  },
};

export const net = { online: true, isOnline: (): boolean => net.online };

export const nativeImage = {
  createFromPath: (path: string) => ({
    path,
    isEmpty: () => !existsSync(path),
    toPNG: () => readFileSync(path),
  }),
};

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };
