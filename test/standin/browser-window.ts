/** `BrowserWindow`: a page of Chromium, with the preload script in a world of its own. What is synchronous in Electron is so here. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app, Stoppable } from './app.ts';
import { toChromium } from './address.ts';
import { note } from './record.ts';
import { WebContents } from './web-contents.ts';
import { addWindow, closableWindows, nextWindowId, removeWindow } from './windows.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface WindowOptions extends Partial<Bounds> {
  show?: boolean;
  backgroundColor?: string;
  webPreferences?: { preload?: string } & Record<string, unknown>;
}

export class BrowserWindow extends EventEmitter {
  readonly id = nextWindowId();
  readonly webContents: WebContents;
  /** As they were given, for a test to look at. */
  readonly options: WindowOptions;
  #bounds: Bounds;
  #state = { visible: false, focused: false, minimised: false, maximised: false, destroyed: false };

  constructor(options: WindowOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.options = options;
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.#state.visible = options.show !== false;
    const preload = options.webPreferences?.preload;
    this.webContents = new WebContents(
      this.id,
      preload === undefined ? '' : readFileSync(preload, 'utf8'),
      this.#bounds,
    );
    this.webContents.once('first-paint', () => this.emit('ready-to-show'));
    this.webContents.once('page-closed', () => this.destroy());
    addWindow(this);
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  static getAllWindows(): BrowserWindow[] {
    return closableWindows() as BrowserWindow[];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.isFocused()) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(toChromium(url));
  }

  show(): void {
    Object.assign(this.#state, { visible: true, focused: true });
    note('window.show');
    this.emit('show');
  }
  hide(): void {
    Object.assign(this.#state, { visible: false, focused: false });
    note('window.hide');
    this.emit('hide');
  }
  focus(): void {
    this.#state.focused = true;
    this.emit('focus');
  }
  blur(): void {
    this.#state.focused = false;
    this.emit('blur');
  }
  minimize(): void {
    Object.assign(this.#state, { minimised: true, focused: false });
    this.emit('minimize');
  }
  restore(): void {
    this.#state.minimised = false;
    this.emit('restore');
  }
  maximize(): void {
    this.#state.maximised = true;
    this.emit('maximize');
  }
  isVisible = (): boolean => this.#state.visible;
  isFocused = (): boolean => this.#state.focused;
  isMinimized = (): boolean => this.#state.minimised;
  isMaximized = (): boolean => this.#state.maximised;
  isDestroyed = (): boolean => this.#state.destroyed;
  getBounds = (): Bounds => ({ ...this.#bounds });
  getNormalBounds = (): Bounds => ({ ...this.#bounds });
  setBounds(bounds: Partial<Bounds>): void {
    Object.assign(this.#bounds, bounds);
    this.emit('resize');
  }
  setBackgroundColor(colour: string): void {
    note('window.setBackgroundColor', colour);
  }

  close(): void {
    if (this.#state.destroyed) return;
    const event = new Stoppable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#state.destroyed) return;
    Object.assign(this.#state, { destroyed: true, visible: false, focused: false });
    removeWindow(this);
    this.webContents.end();
    this.emit('closed');
    if (closableWindows().length === 0) app.lastWindowClosed();
  }
}
