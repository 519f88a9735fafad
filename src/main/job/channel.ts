/** The job process's end of the channel to its owner: Node's own, or the port of an Electron utility process. */
import { systemClock } from '../base/clock.ts';
import type { FromJob, ToJob } from './message.ts';

export interface JobChannel {
  /** Resolves when the message is on its way, the last word of a job only when it cannot get lost; at once where nobody hears. */
  send(message: FromJob): Promise<void>;
  onMessage(listen: (message: ToJob) => void): void;
  /** The owner is gone; nobody hears any more. */
  onGone(listen: () => void): void;
  /** Whether there is still somebody to hear. */
  connected(): boolean;
}

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** How long the last word may take to be heard. */
const heardWithinMs = 3_000;

/** Undefined in a process that nobody started as a job. */
export function ownChannel(): JobChannel | undefined {
  const { parentPort } = process as unknown as { parentPort?: ParentPort };
  if (parentPort !== undefined && parentPort !== null) return portChannel(parentPort);
  return process.send === undefined ? undefined : nodeChannel();
}

function nodeChannel(): JobChannel {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) return resolve();
        process.send(message, undefined, undefined, () => resolve());
      }),
    onMessage: (listen) => void process.on('message', (message) => listen(message as ToJob)),
    onGone: (listen) => void process.once('disconnect', listen),
    connected: () => process.connected,
  };
}

/** Electron ends a utility process together with the app, so that an owner that is gone is never noticed in it. */
function portChannel(port: ParentPort): JobChannel {
  let heard = (): void => {};
  const answered = new Promise<void>((resolve) => {
    heard = resolve;
  });
  port.on('message', ({ data }) => {
    if ((data as ToJob).kind === 'heard') heard();
  });
  return {
    async send(message) {
      port.postMessage(message);
      // A port has no way to say that a message has left, and this process is about to end.
      if (isLast(message)) await Promise.race([answered, systemClock.sleep(heardWithinMs)]);
    },
    onMessage: (listen) => void port.on('message', ({ data }) => listen(data as ToJob)),
    onGone: () => {},
    connected: () => true,
  };
}

const isLast = ({ kind }: FromJob): boolean => kind === 'done' || kind === 'failed' || kind === 'cancelled';
