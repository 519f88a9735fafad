/** The one window. Closing it hides it; it is made again if its page is gone for good. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { Announcement } from '../../shared/channel.ts';
import type { doorContract } from '../../shared/door.ts';
import type { z } from '../../shared/schema.ts';
import type { Log } from '../base/log.ts';
import { announce } from './calls.ts';
import { editMenu } from './context-menu.ts';
import { isolation } from './guards.ts';
import { pageUrl } from './page.ts';
import { keepWindowState, placeOn, readWindowState, smallest } from './window-state.ts';

export type Asked = z.output<typeof doorContract.door.asked.payload>;

export interface MainWindowOptions {
  preload: string;
  stateFile: string;
  icon: string;
  /** Whether the window has the tools of a developer; never in what is shipped. */
  devTools: boolean;
  log: Log;
  /** The person closes it: true lets it go, false keeps it (hidden, or as it is). */
  closing(): boolean;
  /** Its process ended, or does not answer. */
  gone(reason: string): void;
  stuck(): void;
}

/** `--window` of the tokens, so that nothing flashes before the first paint. */
export const ground = { light: '#eff4f4', dark: '#101518' };
const groundNow = (): string => (nativeTheme.shouldUseDarkColors ? ground.dark : ground.light);

export class MainWindow {
  readonly #options: MainWindowOptions;
  readonly #trusted = new Set<number>();
  #window: BrowserWindow | undefined;
  #loaded: Promise<void> = Promise.resolve();

  constructor(options: MainWindowOptions) {
    this.#options = options;
    nativeTheme.on('updated', () => this.#window?.setBackgroundColor(groundNow()));
  }

  get window(): BrowserWindow | undefined {
    return this.#window;
  }

  /** Whether this is the page of a window that was made here. */
  trusts(webContentsId: number): boolean {
    return this.#trusted.has(webContentsId);
  }

  isWatched(): boolean {
    return this.#window !== undefined && this.#window.isVisible() && this.#window.isFocused();
  }

  /** Makes the window, unseen. It shows itself when there is something to see, unless `hidden`. */
  open(hidden = false): BrowserWindow {
    if (this.#window !== undefined) return this.#window;
    const kept = readWindowState(this.#options.stateFile);
    const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
    const window = new BrowserWindow({
      ...placeOn(displays, kept),
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Holdfast',
      icon: this.#options.icon,
      backgroundColor: groundNow(),
      autoHideMenuBar: true,
      webPreferences: { ...isolation, preload: this.#options.preload, devTools: this.#options.devTools },
    });
    this.#window = window;
    this.#trusted.add(window.webContents.id);
    if (kept?.maximised === true) window.maximize();
    this.#watch(window, kept?.zoom ?? 1, hidden);
    this.#load(window);
    return window;
  }

  /** Brings it before the eyes, whatever it was. */
  show(): BrowserWindow {
    const window = this.open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    return window;
  }

  hide(): void {
    this.keep();
    this.#window?.hide();
  }

  toggle(): void {
    if (this.isWatched()) this.hide();
    else this.show();
  }

  /** Loads the page again. Its state comes from the house, so nothing but what was typed is lost. */
  reload(): void {
    if (this.#window !== undefined) this.#load(this.#window);
  }

  /** Shows the window on a screen. */
  ask(what: Asked['what'], subject: string | null = null): void {
    const { webContents } = this.show();
    // Number 0: it is said by the door, which counts nothing.
    const announcement = { sequence: 0, event: 'door.asked', payload: { what, subject } satisfies Asked };
    void this.#loaded.then(() => announce(webContents, announcement));
  }

  tell(announcement: Announcement): void {
    if (this.#window !== undefined) announce(this.#window.webContents, announcement);
  }

  /** Writes down where it is. */
  keep(): void {
    const window = this.#window;
    if (window === undefined || window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const state = { x, y, width, height, maximised: window.isMaximized(), zoom: window.webContents.getZoomFactor() };
    try {
      keepWindowState(this.#options.stateFile, state);
    } catch (thrown) {
      // The next window stands in the middle; nothing else depends on it.
      this.#options.log.warn('Where the window was could not be written down.', { thrown });
    }
  }

  #load(window: BrowserWindow): void {
    const { log } = this.#options;
    this.#loaded = new Promise((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    window.loadURL(pageUrl).catch((thrown: unknown) => log.error('The window could not be loaded.', { thrown }));
  }

  #watch(window: BrowserWindow, zoom: number, hidden: boolean): void {
    const { webContents } = window;
    window.once('ready-to-show', () => {
      webContents.setZoomFactor(zoom);
      if (!hidden) window.show();
    });
    window.on('close', (event) => {
      this.keep();
      if (!this.#options.closing()) event.preventDefault();
    });
    const { id } = webContents;
    window.on('closed', () => this.#forget(id));
    window.on('unresponsive', () => this.#options.stuck());
    webContents.on('render-process-gone', (_event, { reason }) => {
      this.#options.log.error('The process of the window ended.', { reason });
      this.#options.gone(reason);
    });
    editMenu(window);
  }

  /** By its number: what is destroyed cannot be asked any more. */
  #forget(id: number): void {
    this.#trusted.delete(id);
    this.#window = undefined;
  }
}
