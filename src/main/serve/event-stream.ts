/** Server-sent events: every announcement, to every tab that listens. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Announcement } from '../../shared/channel.ts';
import type { Clock } from '../base/clock.ts';
import { fences } from './reply.ts';

const mostStreams = 64;
/** What may wait for a tab that does not read; more, and the stream ends: the tab asks for the snapshot when it is back. */
const mostUnreadBytes = 8 * 1024 * 1024;
const beatMs = 15_000;

export class EventStreams {
  readonly #streams = new Set<ServerResponse>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when there are too many already. */
  open(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#streams.size >= mostStreams) return false;
    response.writeHead(200, { ...fences, 'content-type': 'text/event-stream' });
    this.#streams.add(response);
    const gone = new AbortController();
    response.once('close', () => {
      this.#streams.delete(response);
      gone.abort(new Error('The tab has gone away.'));
    });
    // The number makes the browser say, when it comes back, that it was here before: something may have been missed.
    response.write('retry: 1000\nid: 0\n\n');
    if (request.headers['last-event-id'] !== undefined)
      this.#send(response, { sequence: 0, event: 'app.restarted', payload: {} });
    void this.#beat(response, gone.signal);
    return true;
  }

  announce(announcement: Announcement): void {
    for (const stream of this.#streams) this.#send(stream, announcement);
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
  }

  #send(stream: ServerResponse, announcement: Announcement): void {
    if (stream.writableLength > mostUnreadBytes) return void stream.destroy();
    stream.write(`id: ${announcement.sequence}\ndata: ${JSON.stringify(announcement)}\n\n`);
  }

  /** So that a connection that is dead is found out on both sides. */
  async #beat(stream: ServerResponse, gone: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(beatMs, gone);
        stream.write(':\n\n');
      }
    } catch {
      // The tab is gone.
    }
  }
}
