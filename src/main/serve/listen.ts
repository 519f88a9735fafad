/** The owner's socket: every other door of this data folder comes in here. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { Announcement, Answer, Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';
import type { Clock } from '../base/clock.ts';
import { keepPrivate, newAddress, newToken, removeAddress } from './address.ts';
import { speak, type Lines } from './lines.ts';
import { DoorLine, Hello, maxCallBytes } from './peer.ts';

export interface ListenOptions {
  home: string;
  /** The OS account, for the audit trail. */
  account: string;
  clock: Clock;
  answer(name: string, input: unknown, caller: Caller): Promise<Answer>;
  /** How long a door may take to say hello; default 5 000. */
  helloMs?: number;
}

export interface Listener {
  readonly address: string;
  readonly token: string;
  /** Tells every door that has said hello. */
  announce(announcement: Announcement): void;
  /** Sends calls that wait for a job, and all new ones, to the next owner; resolves when the others are answered. */
  handOver(): Promise<void>;
  /** Ends every connection and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}

/** One local account: more doors than this at once is a fault or an attack. */
const mostDoors = 64;
/** Calls of one door that are not answered yet. */
const mostCalls = 256;
/** This call ends with its job and not with its owner: whoever waits goes on waiting at the next one. */
const waitCall = 'job.wait';

/** Starts to listen. Only for the holder of the lock. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const token = newToken();
  const address = newAddress(options.home);
  const doors = new Set<Visitor>();
  let leaving = false;
  const server = createServer((socket) => {
    if (doors.size >= mostDoors || leaving) return void socket.destroy();
    const visitor: Visitor = new Visitor(socket, token, options, () => doors.delete(visitor));
    doors.add(visitor);
  });
  await listening(server, address);
  keepPrivate(address);
  return {
    address,
    token,
    announce: (announcement) => doors.forEach((door) => door.announce(announcement)),
    async handOver() {
      leaving = true;
      await Promise.all([...doors].map((door) => door.handOver()));
    },
    async close() {
      leaving = true;
      for (const door of doors) door.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      removeAddress(options.home, address);
    },
  };
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // A failed accept (no descriptors left) concerns one door, not the owner.
      server.on('error', () => {});
      resolve();
    });
  });
}

/** One attached door. Whatever it sends, the worst that happens is that its connection ends. */
class Visitor {
  readonly #token: string;
  readonly #options: ListenOptions;
  readonly #lines: Lines;
  readonly #gone = new AbortController();
  readonly #open = new Map<number, { name: string; settled: Promise<void>; leaver: AbortController }>();
  #actor: string | undefined;
  #leaving = false;

  constructor(socket: Socket, token: string, options: ListenOptions, onGone: () => void) {
    this.#token = token;
    this.#options = options;
    this.#lines = speak(socket, {
      maxBytes: maxCallBytes,
      onMessage: (message) => this.#hear(message),
      onEnd: () => {
        this.#gone.abort(left('The door'));
        onGone();
      },
    });
    void this.#expectHello();
  }

  announce(line: unknown): void {
    if (this.#actor !== undefined) this.#lines.send(line);
  }

  async handOver(): Promise<void> {
    this.#leaving = true;
    const working: Promise<void>[] = [];
    for (const [id, { name, settled }] of this.#open) {
      if (name !== waitCall) working.push(settled);
      else {
        this.#open.delete(id);
        this.#lines.send({ id, moved: true });
      }
    }
    await Promise.all(working);
  }

  end(): void {
    this.#lines.end();
    // A door that does not close its side is not waited for.
    void this.#options.clock.sleep(1_000, this.#gone.signal).then(
      () => this.#lines.destroy(),
      () => {},
    );
  }

  async #expectHello(): Promise<void> {
    try {
      await this.#options.clock.sleep(this.#options.helloMs ?? 5_000, this.#gone.signal);
    } catch {
      return;
    }
    if (this.#actor === undefined) this.#lines.destroy();
  }

  #hear(message: unknown): void {
    if (this.#actor === undefined) return this.#greet(message);
    const line = z.parse(DoorLine, message);
    if ('left' in line) return this.#open.get(line.left)?.leaver.abort(left('The caller'));
    const { id, call, input } = line;
    if (this.#open.has(id) || this.#open.size >= mostCalls) throw new Error('Too many calls, or one number for two.');
    if (this.#leaving) return void this.#lines.send({ id, moved: true });
    const leaver = new AbortController();
    const signal = AbortSignal.any([this.#gone.signal, leaver.signal]);
    const settled = this.#answer(id, call, input, { actor: this.#actor, signal });
    this.#open.set(id, { name: call, settled, leaver });
  }

  async #answer(id: number, call: string, input: unknown, caller: Caller): Promise<void> {
    const answer = await this.#options.answer(call, input, caller);
    // Removed by a hand-over: the door has been told to ask the next owner.
    if (this.#open.delete(id)) this.#lines.send({ id, answer });
  }

  #greet(message: unknown): void {
    const { token, door } = z.parse(Hello, message);
    if (!sameText(token, this.#token)) throw new Error('Not the token of this owner.');
    this.#actor = `${this.#options.account} (${door})`;
    this.#lines.send({ welcome: 1, pid: process.pid });
  }
}

const left = (who: string): Fail => new Fail('call.left', `${who} has gone away.`);

/** Compares without telling by its time how much was right. */
export function sameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
