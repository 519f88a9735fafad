/** What no page in this app may do, whatever gets into one. Each refusal is written down. */
import { app, type Session, type WebContents, type WebPreferences } from 'electron';
import type { Log } from '../base/log.ts';
import { pageUrl } from './page.ts';

/** All that keeps a page from the machine, written out though much of it is the default. */
export const isolation = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // The spelling dictionaries of Chromium come from the network.
  spellcheck: false,
} as const satisfies WebPreferences;

/** Holds for every page from now on. */
export function guardPages(log: Log): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, log));
}

function guardContents(contents: WebContents, log: Log): void {
  const refuse = (what: string) => (event: { preventDefault(): void; url?: string; isMainFrame?: boolean }) => {
    if (isReload(event)) return;
    event.preventDefault();
    log.warn(`The window was kept from ${what}.`, { url: shortened(event.url) });
  };
  // The window has one page. Its screens are parts of the address behind the #, which is no navigation.
  contents.on('will-navigate', refuse('another page'));
  contents.on('will-frame-navigate', refuse('a page in a frame'));
  contents.on('will-redirect', refuse('a redirection'));
  contents.on('will-attach-webview', refuse('a page inside the page'));
  contents.setWindowOpenHandler(({ url }) => {
    log.warn('The window was kept from opening another one.', { url: shortened(url) });
    return { action: 'deny' };
  });
}

/** The window's page in place of itself: what reload does. A frame with the same page is not that. */
function isReload({ url, isMainFrame }: { url?: string; isMainFrame?: boolean }): boolean {
  return isMainFrame === true && url?.replace(/#.*$/, '') === pageUrl;
}

/** The app's one session: no permission, no download, no request but for the window's own files. */
export function guardSession(session: Session, log: Log): void {
  session.setPermissionCheckHandler(() => false);
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('The window was refused a permission.', { permission });
    callback(false);
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    event.preventDefault();
    log.warn('The window was kept from a download.', { url: shortened(item.getURL()) });
  });
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const own = url.startsWith(pageUrl) || /^(?:data|devtools|blob):/.test(url);
    if (!own) log.warn('The window was kept from a request.', { url: shortened(url) });
    callback({ cancel: !own });
  });
}

const shortened = (url: string | undefined): string | undefined => url?.slice(0, 200);
