/** The window's calls and what it is told, over the two channels of the preload script. */
import { ipcMain, type WebContents } from 'electron';
import type { Announcement, Answer } from '../../shared/channel.ts';
import { announcementChannel, callChannel } from '../../shared/ipc.ts';
import type { Log } from '../base/log.ts';
import type { Gate } from '../window/gate.ts';
import { isOwnWindow } from './sender.ts';

export interface CallOptions {
  gate: Gate;
  /** For the audit trail. */
  actor: string;
  log: Log;
  trusted: (webContentsId: number) => boolean;
}

export function answerCalls({ gate, actor, log, trusted }: CallOptions): void {
  ipcMain.handle(callChannel, async (event, name: unknown, input: unknown): Promise<Answer> => {
    if (!isOwnWindow(event, trusted)) {
      log.error('A call came from somewhere else than the window.', { url: event.senderFrame?.url });
      throw new Error('Refused.');
    }
    return gate(name, input, { actor, signal: goneWith(event.sender) });
  });
}

const gone = new WeakMap<WebContents, AbortSignal>();

/** Aborts when the page is gone: a window that waits for a job and is closed waits no longer. One for all calls of a page. */
function goneWith(contents: WebContents): AbortSignal {
  const known = gone.get(contents);
  if (known !== undefined) return known;
  const ending = new AbortController();
  contents.once('destroyed', () => ending.abort(new Error('The window is gone.')));
  gone.set(contents, ending.signal);
  return ending.signal;
}

export function announce(contents: WebContents, announcement: Announcement): void {
  if (!contents.isDestroyed()) contents.send(announcementChannel, announcement);
}
