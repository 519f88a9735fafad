/** `webContents`: the page behind a window, its two worlds, what it asks for and what it is told. */
import type { CDPSession, Frame, Page, Request as PageRequest, Route } from '@playwright/test';
import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';
import { fromChromium, originOf } from './address.ts';
import { Stoppable } from './app.ts';
import { browser } from './chromium.ts';
import { makeCodec } from './codec.ts';
import { ipcMain } from './ipc-main.ts';
import { nativeTheme } from './desktop.ts';
import { note } from './record.ts';
import { permissions, session } from './session.ts';
import { pageWorld, preloadWorld, type PreloadFacts } from './worlds.ts';

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

const codec = makeCodec();
const preloadWorldName = 'preload';
/** The names under which the two worlds of a page know each other; asked for by nobody else. */
const toMain = '__toMain';

class NavigationEvent extends Stoppable {
  readonly url: string;
  readonly isMainFrame: boolean;
  constructor(url: string, isMainFrame: boolean) {
    super();
    this.url = url;
    this.isMainFrame = isMainFrame;
  }
}

export class WebContents extends EventEmitter {
  readonly id: number;
  readonly session = session.defaultSession;
  readonly #preload: string;
  readonly #size: { width: number; height: number };
  #page: Promise<Page>;
  #cdp: CDPSession | undefined;
  /** Of the preload script in the page that is there, or in the one that comes next. */
  #world!: Promise<string>;
  #found: (context: string | Promise<string>) => void = () => {};
  #open: OpenHandler = () => ({ action: 'allow' });
  #told: Promise<unknown> = Promise.resolve();
  #url = '';
  #loading = false;
  #crashed = false;
  #destroyed = false;
  #zoom = 1;

  constructor(id: number, preload: string, size: { width: number; height: number }) {
    super();
    this.id = id;
    this.#preload = preload;
    this.#size = size;
    this.#expectWorld();
    this.#page = this.#make();
  }

  getURL = (): string => fromChromium(this.#url);
  isDestroyed = (): boolean => this.#destroyed;
  getZoomFactor = (): number => this.#zoom;
  setZoomFactor(factor: number): void {
    this.#zoom = factor;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#open = handler;
  }
  get mainFrame(): { url: string; origin: string; parent: null } {
    return { url: this.getURL(), origin: originOf(this.#url), parent: null };
  }

  /** To the preload script; messages arrive in the order in which they were sent. */
  send(channel: string, ...args: unknown[]): void {
    this.#push({ channel, args: codec.encode(args) });
  }

  async load(url: string): Promise<void> {
    if (this.#crashed) {
      this.#crashed = false;
      // What was being told to the page that broke is never heard, and never answered either.
      this.#told = Promise.resolve();
      this.#expectWorld();
      void this.#page.then((page) => page.close());
      this.#page = this.#make();
    }
    const page = await this.#page;
    this.#loading = true;
    try {
      await page.goto(url);
    } finally {
      this.#loading = false;
    }
  }

  /** What a fault in the page's process does. */
  async forcefullyCrashRenderer(): Promise<void> {
    await this.#page;
    // A process that dies answers nothing.
    this.#cdp?.send('Page.crash').catch(() => {});
  }

  end(): void {
    this.#destroyed = true;
    this.emit('destroyed');
    void this.#page.then((page) => page.close()).catch(() => {});
  }

  async #make(): Promise<Page> {
    const context = (await browser).contexts()[0];
    if (context === undefined) throw new Error('Chromium has no context.');
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    this.#cdp = cdp;
    await page.setViewportSize({ width: this.#size.width, height: this.#size.height });
    await page.emulateMedia({ colorScheme: nativeTheme.colorScheme() });
    nativeTheme.on('updated', () => void page.emulateMedia({ colorScheme: nativeTheme.colorScheme() }).catch(() => {}));
    await this.#refusePermissions(cdp);
    await this.#putWorlds(cdp);
    await page.route('**/*', (route) => this.#route(route, page));
    this.#listen(page);
    return page;
  }

  async #refusePermissions(cdp: CDPSession): Promise<void> {
    for (const name of permissions) {
      const setting = this.session.mayUse(name) ? 'granted' : 'denied';
      await cdp.send('Browser.setPermission', { permission: { name }, setting });
    }
  }

  async #putWorlds(cdp: CDPSession): Promise<void> {
    this.#expectWorld();
    await cdp.send('Page.enable');
    const mainFrame = (await cdp.send('Page.getFrameTree')).frameTree.frame.id;
    // A page that broke still has something to say when it is closed; by then another is there.
    const isCurrent = (): boolean => cdp === this.#cdp;
    cdp.on('Runtime.executionContextsCleared', () => {
      if (isCurrent()) this.#expectWorld();
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const isPreload = context.name === preloadWorldName && context.auxData?.['frameId'] === mainFrame;
      if (isPreload && isCurrent()) this.#found(context.uniqueId);
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === toMain) void this.#receive(JSON.parse(payload) as Call);
    });
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: toMain, executionContextName: preloadWorldName });
    const token = `t${randomBytes(12).toString('hex')}`;
    const { product } = await cdp.send('Browser.getVersion');
    const facts: PreloadFacts = {
      platform: process.platform,
      versions: { electron: process.versions['electron'] ?? '', chrome: product.replace(/.*\//, '') },
    };
    // Preload scripts do not run in frames, because nodeIntegrationInSubFrames is off.
    const source = (world: (...args: never[]) => void, ...args: string[]): string =>
      `(() => { if (window.top !== window) return; (${String(world)})(${[String(makeCodec), ...args].join(', ')}); })()`;
    const preload = `function (require, module, exports, process) { ${this.#preload}\n }`;
    const add = (worldSource: string, worldName?: string): Promise<unknown> =>
      cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: worldSource,
        ...(worldName === undefined ? {} : { worldName }),
      });
    await add(source(pageWorld, JSON.stringify(token)));
    await add(source(preloadWorld, preload, JSON.stringify(facts), JSON.stringify(token)), preloadWorldName);
  }

  /** Whoever waits for the world of a page that went waits for the next one's. */
  #expectWorld(): void {
    const before = this.#found;
    this.#world = new Promise((resolve) => {
      this.#found = resolve;
    });
    before(this.#world);
  }

  #listen(page: Page): void {
    page.on('pageerror', (error) => note('page.error', error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') note('page.console', message.text());
    });
    page.on('crash', () => {
      this.#crashed = true;
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    page.on('close', () => {
      // A page that crashed is closed when another has taken its place.
      void this.#page.then((current) => {
        if (current === page && !this.#destroyed) this.emit('page-closed');
      });
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#url = frame.url();
    });
    page.on('load', () => {
      this.emit('did-finish-load');
      this.emit('first-paint');
    });
    page.on('popup', (popup) => {
      const { action } = this.#open({ url: popup.url() });
      note('window.open', { url: popup.url(), action });
      if (action === 'deny') void popup.close();
    });
    page.on('download', (download) => {
      const event = new Stoppable();
      this.session.emit('will-download', event, { getURL: () => fromChromium(download.url()) });
      if (event.defaultPrevented) void download.cancel();
    });
  }

  async #route(route: Route, page: Page): Promise<void> {
    const request = route.request();
    if (request.isNavigationRequest() && !this.#loading && this.#isStopped(request, page)) {
      // An aborted navigation would leave an error page in place of what is shown.
      return route.fulfill({ status: 204 });
    }
    return this.session.serve(route);
  }

  #isStopped(request: PageRequest, page: Page): boolean {
    const isMainFrame = frameOf(request) === page.mainFrame();
    const event = new NavigationEvent(fromChromium(request.url()), isMainFrame);
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event, event.url);
    note('navigation', { url: event.url, stopped: event.defaultPrevented });
    return event.defaultPrevented;
  }

  async #receive({ id, channel, args }: Call): Promise<void> {
    const event = { sender: this, senderFrame: this.mainFrame };
    try {
      const value = await ipcMain.receive(channel, event, codec.decode(args) as unknown[]);
      this.#push({ id, value: codec.encode(value) });
    } catch (error) {
      this.#push({ id, error: (error as Error).message });
    }
  }

  #push(message: unknown): void {
    const expression = `globalThis.__fromMain(${JSON.stringify(JSON.stringify(message))})`;
    this.#told = this.#told
      .then(() => this.#world)
      .then((uniqueContextId) => this.#cdp?.send('Runtime.evaluate', { expression, uniqueContextId }))
      // A page that is gone hears nothing, as in Electron.
      .catch(() => {});
  }
}

interface Call {
  id: number;
  channel: string;
  args: unknown;
}

/** A navigation that has not committed yet may have no frame that Playwright can name; then it is a new window's. */
function frameOf(request: PageRequest): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}
