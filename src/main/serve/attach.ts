/** A guest's way in: the socket of the owner. */
import { connect, type Socket } from 'node:net';
import { z } from '../../shared/schema.ts';
import type { Clock } from '../base/clock.ts';
import type { OwnerFacts } from './address.ts';
import { speak, type Lines } from './lines.ts';
import type { Link, OnEvent, Reply } from './link.ts';
import { maxAnswerBytes, OwnerLine, Welcome, type DoorKind } from './peer.ts';

export interface AttachOptions {
  door: DoorKind;
  clock: Clock;
  onEvent: OnEvent;
  /** How long the owner may take to say welcome. */
  helloMs: number;
}

/**
 * Attaches to an owner.
 * @returns `absent` where nobody listens or the connection was refused, `silent` where somebody does but says nothing.
 */
export async function attach(owner: OwnerFacts, options: AttachOptions): Promise<Link | 'absent' | 'silent'> {
  const socket = await connected(owner.address);
  if (socket === null) return 'absent';
  const guest = new Guest(socket, options.onEvent);
  return guest.greet(owner.token, options);
}

function connected(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

class Guest implements Link {
  readonly role = 'guest';
  readonly ended: Promise<void>;
  readonly #lines: Lines;
  readonly #onEvent: OnEvent;
  readonly #open = new Map<number, (reply: Reply) => void>();
  readonly #over = new AbortController();
  #welcome: (() => void) | undefined;
  #lastId = 0;

  constructor(socket: Socket, onEvent: OnEvent) {
    this.#onEvent = onEvent;
    this.ended = new Promise((resolve) => this.#over.signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#lines = speak(socket, {
      maxBytes: maxAnswerBytes,
      onMessage: (message) => this.#hear(message),
      onEnd: () => this.#end(),
    });
  }

  async greet(token: string, options: AttachOptions): Promise<Link | 'absent' | 'silent'> {
    const welcome = new Promise<'welcome'>((resolve) => {
      this.#welcome = () => resolve('welcome');
    });
    this.#lines.send({ hello: 1, token, door: options.door });
    const stop = new AbortController();
    const silence = options.clock.sleep(options.helloMs, stop.signal).then(
      () => 'silent' as const,
      () => 'silent' as const,
    );
    const first = await Promise.race([welcome, this.ended.then(() => 'absent' as const), silence]);
    stop.abort();
    if (first === 'welcome') return this;
    this.#lines.destroy();
    return first;
  }

  invoke(name: string, input: unknown, signal?: AbortSignal): Promise<Reply> {
    this.#lastId += 1;
    const id = this.#lastId;
    const onLeft = (): void => void this.#lines.send({ left: id });
    const reply = new Promise<Reply>((resolve) => {
      // Not sent at all: the next owner may be asked whatever it was.
      if (this.#over.signal.aborted) return resolve({ kind: 'moved' });
      this.#open.set(id, resolve);
      this.#lines.send({ id, call: name, input });
      signal?.addEventListener('abort', onLeft, { once: true });
    });
    return reply.finally(() => signal?.removeEventListener('abort', onLeft));
  }

  async close(): Promise<void> {
    this.#lines.destroy();
  }

  #hear(message: unknown): void {
    if (this.#welcome !== undefined) {
      z.parse(Welcome, message);
      this.#welcome();
      this.#welcome = undefined;
      return;
    }
    const line = z.parse(OwnerLine, message);
    if ('event' in line) return this.#onEvent(line);
    const resolve = this.#open.get(line.id);
    this.#open.delete(line.id);
    resolve?.('moved' in line ? { kind: 'moved' } : { kind: 'answer', answer: line.answer });
  }

  #end(): void {
    this.#over.abort();
    for (const resolve of this.#open.values()) resolve({ kind: 'lost' });
    this.#open.clear();
  }
}
