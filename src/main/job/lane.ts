/** The job's side of a limit that holds for every job together: the owner is asked before bytes go to a place. */
import type { DestinationId } from '../../shared/id.ts';
import type { Throttle } from '../destination/throttle.ts';
import { pieceFor } from '../destination/throttle.ts';
import type { JobChannel } from './channel.ts';
import type { ToJob } from './message.ts';

/** What the owner says when bytes may go. */
type Answer = Extract<ToJob, { kind: 'may-send' }>;

export class Lane {
  readonly #channel: JobChannel;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  constructor(channel: JobChannel) {
    this.#channel = channel;
  }

  /** @param known the limit that was in the order. */
  to(place: DestinationId, known: number | undefined): Throttle {
    let bytesPerSecond = known;
    return {
      limited: () => bytesPerSecond !== undefined,
      pieceBytes: () => pieceFor(bytesPerSecond),
      take: async (bytes, signal) => {
        signal?.throwIfAborted();
        bytesPerSecond = (await this.#ask(place, bytes, signal)) ?? undefined;
      },
    };
  }

  hear(answer: Answer): void {
    this.#waiting.get(answer.number)?.(answer);
  }

  /** Nobody answers any more: what waits goes on, to be stopped by its signal. */
  gone(): void {
    for (const [number, answer] of this.#waiting) answer({ kind: 'may-send', number, bytesPerSecond: null });
  }

  async #ask(place: DestinationId, bytes: number, signal: AbortSignal | undefined): Promise<number | null> {
    const number = (this.#asked += 1);
    let onAbort = (): void => {};
    try {
      return await new Promise<number | null>((resolve, reject) => {
        onAbort = () => reject(signal?.reason as Error);
        signal?.addEventListener('abort', onAbort, { once: true });
        this.#waiting.set(number, ({ bytesPerSecond }) => resolve(bytesPerSecond));
        if (!this.#channel.connected()) return resolve(null);
        void this.#channel.send({ kind: 'asks-to-send', number, place, bytes });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(number);
    }
  }
}
