/** The browser door: the window in a tab, over HTTP on the loopback of this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fail } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import type { Gate } from '../window/gate.ts';
import { maxInputBytes } from '../window/input.ts';
import { bodyOf } from './body.ts';
import { BuiltFiles } from '../window/built-files.ts';
import type { Door } from './door.ts';
import { EventStreams } from './event-stream.ts';
import { Passes } from './pass.ts';
import { refuse, sayPage, send, sendIn } from './reply.ts';
import { refusalOf, type Purpose } from './request-guard.ts';

export interface BrowserDoorOptions {
  door: Pick<Door, 'onAnnouncement'>;
  gate: Gate;
  clock: Clock;
  /** Who the calls come from, for the audit trail. */
  actor: string;
  /** 0 takes a free one. */
  port: number;
  /** The built window. */
  files: string;
  /** Told when a link was used. */
  onEntered?(): void;
  /** How long a browser may take for the head of a request; default 10 000. The whole of it may take three times as long. */
  headMs?: number;
}

export interface BrowserDoor {
  readonly port: number;
  /** A new link for the person at the terminal. It works once; the one before it works no more. */
  newLink(): string;
  /** Ends every connection. Jobs go on. */
  close(): Promise<void>;
}

/** A browser opens six connections to a server; a few browsers and tabs share these. */
const mostConnections = 256;
const mostCalls = 128;

/** @throws Fail `window.missing`, `window.port-taken` */
export async function openBrowserDoor(options: BrowserDoorOptions): Promise<BrowserDoor> {
  const files = new BuiltFiles(options.files);
  const server = createServer({ maxHeaderSize: 16 * 1024, ...patience(options.headMs ?? 10_000) });
  server.maxConnections = mostConnections;
  const port = await listening(server, options.port);
  const room = new Reception(options, port, files);
  server.on('request', (request, response) => void room.answer(request, response));
  // There is no WebSocket here, for anybody: cookies would come along with one from any site.
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'));
  const silence = options.door.onAnnouncement((announcement) => room.streams.announce(announcement));
  return {
    port,
    newLink: () => `http://127.0.0.1:${port}/enter?ticket=${room.passes.newTicket()}`,
    async close() {
      silence();
      room.streams.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const patience = (headMs: number) => ({
  headersTimeout: headMs,
  requestTimeout: headMs * 3,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: Math.min(1_000, headMs),
});

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(taken ? new Fail('window.port-taken', `Port ${port} cannot be had (${error.code}).`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

class Reception {
  readonly passes: Passes;
  readonly streams: EventStreams;
  readonly #options: BrowserDoorOptions;
  readonly #port: number;
  readonly #files: BuiltFiles;
  #openCalls = 0;

  constructor(options: BrowserDoorOptions, port: number, files: BuiltFiles) {
    this.#options = options;
    this.#port = port;
    this.#files = files;
    this.passes = new Passes(port);
    this.streams = new EventStreams(options.clock);
  }

  /** Never rejects: whatever a request is, the worst that happens is that it is refused. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    try {
      await this.#answer(request, response);
    } catch {
      refuse(response, 500, 'Something in Holdfast broke.');
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Taken as it was sent: nothing is decoded, so nothing can be decoded twice.
    const [urlPath = '', query = ''] = (request.url ?? '').split('?', 2);
    const purpose = purposeOf(urlPath);
    const { method = '', headers } = request;
    const refusal = refusalOf({ method, headers }, purpose, this.#port);
    if (refusal !== undefined) return refuse(response, 403, refusal);
    const known = this.passes.knows(headers.cookie);
    if (purpose === 'entry') return this.#enter(query, known, response);
    if (!known) return turnAway(purpose, response);
    if (purpose === 'call') return this.#call(request, response);
    if (purpose === 'events') {
      if (!this.streams.open(request, response)) refuse(response, 503, 'Too many tabs listen already.');
      return;
    }
    const file = this.#files.get(urlPath);
    if (file === undefined) return refuse(response, 404, 'There is nothing of this name.');
    send(response, 200, file.type, file.bytes);
  }

  #enter(query: string, known: boolean, response: ServerResponse): void {
    const cookie = this.passes.enter(new URLSearchParams(query).get('ticket') ?? '');
    if (cookie !== undefined) this.#options.onEntered?.();
    // The link of the terminal clicked once more in the browser that is in already.
    else if (!known) return turnAway('entry', response);
    sendIn(response, cookie);
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#openCalls >= mostCalls) return refuse(response, 503, 'Too many calls wait for their answers already.');
    const left = new AbortController();
    response.once('close', () => left.abort(new Fail('call.left', 'The tab has gone away.')));
    this.#openCalls += 1;
    try {
      const text = await bodyOf(request, maxInputBytes);
      if (text === undefined) return refuse(response, 413, 'A call has at most 8 MiB.');
      const called = parsedCall(text);
      if (called === undefined) return refuse(response, 400, 'A call is {"name": …, "input": …}.');
      const caller = { actor: this.#options.actor, signal: left.signal };
      const answer = await this.#options.gate(called.name, called.input, caller);
      send(response, 200, 'application/json', JSON.stringify(answer));
    } finally {
      this.#openCalls -= 1;
    }
  }
}

function purposeOf(urlPath: string): Purpose {
  if (urlPath === '/call') return 'call';
  if (urlPath === '/events') return 'events';
  if (urlPath === '/enter') return 'entry';
  return urlPath === '/' || urlPath === '/index.html' ? 'page' : 'file';
}

function turnAway(purpose: Purpose, response: ServerResponse): void {
  if (purpose !== 'page' && purpose !== 'entry')
    return refuse(response, 401, 'This browser has not come in by a link.');
  const how =
    'Press Enter in the terminal where Holdfast runs, and open the link that it prints. Each link works once.';
  sayPage(response, 401, 'Holdfast needs a new link', how);
}

function parsedCall(text: string): { name: unknown; input: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const names = Object.keys(parsed);
    if (names.length !== 2 || !names.includes('name') || !names.includes('input')) return undefined;
    return parsed as { name: unknown; input: unknown };
  } catch {
    return undefined;
  }
}
