/** `protocol` and the one `session`: who answers requests, which are stopped, which permissions a page has. */
import { EventEmitter } from 'node:events';
import type { Route } from '@playwright/test';
import { fromChromium } from './address.ts';
import { app } from './app.ts';
import { note } from './record.ts';

type PermissionRequest = (contents: unknown, permission: string, callback: (granted: boolean) => void) => void;

type Answerer = (request: Request) => Response | Promise<Response>;
type BeforeRequest = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void;

/** Under these names Chromium can be told what a page may do. */
export const permissions = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'] as const;

class Session extends EventEmitter {
  readonly #schemes = new Map<string, Answerer>();
  #before: BeforeRequest | undefined;
  #check: ((contents: unknown, permission: string) => boolean) | undefined;

  readonly protocol = {
    handle: (scheme: string, answer: Answerer) => {
      if (!privileged.has(scheme)) throw new Error(`The scheme ${scheme} was not declared before the app was ready.`);
      this.#schemes.set(scheme, answer);
    },
  };
  readonly webRequest = {
    onBeforeRequest: (listen: BeforeRequest) => {
      this.#before = listen;
    },
  };

  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void {
    this.#check = handler;
  }
  #request: PermissionRequest | undefined;
  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#request = handler;
  }
  /** What a page's request comes to; Chromium asks for none here, so a test does. */
  requestPermission(permission: string, callback: (granted: boolean) => void): void {
    if (this.#request === undefined) callback(true);
    else this.#request(null, permission, callback);
  }
  setDevicePermissionHandler(): void {}

  /** Electron grants what nobody refuses. */
  mayUse(permission: string): boolean {
    return this.#check?.(null, permission) ?? true;
  }

  /** Answers one request of a page. */
  async serve(route: Route): Promise<void> {
    const request = route.request();
    const url = fromChromium(request.url());
    if (await this.#isStopped(url)) return route.abort('blockedbyclient');
    const answer = this.#schemes.get(url.slice(0, url.indexOf(':')));
    // There is no network behind the stand-in: what no scheme answers is not there.
    if (answer === undefined) return route.abort('addressunreachable');
    const response = await answer(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  #isStopped(url: string): Promise<boolean> {
    const before = this.#before;
    if (before === undefined) return Promise.resolve(false);
    return new Promise((resolve) => before({ url }, ({ cancel }) => resolve(cancel === true)));
  }
}

const privileged = new Set<string>();

export const session = { defaultSession: new Session() };
export const protocol = {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: unknown }[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    note('protocol.registerSchemesAsPrivileged', schemes);
    for (const { scheme } of schemes) privileged.add(scheme);
  },
  handle: session.defaultSession.protocol.handle,
};
