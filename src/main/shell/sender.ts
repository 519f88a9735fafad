/** Who may call: the main frame of the app's own window, showing the app's own page. */
import { pageOrigin } from './page.ts';

/** What Electron tells of a call; a frame that is gone already is null. */
export interface Sender {
  sender: { id: number };
  senderFrame: { origin: string; parent: unknown } | null;
}

/** @param trusted ids of the web contents that this app made for its window. */
export function isOwnWindow({ sender, senderFrame }: Sender, trusted: (id: number) => boolean): boolean {
  return trusted(sender.id) && senderFrame !== null && senderFrame.parent === null && senderFrame.origin === pageOrigin;
}
