/** The owner's way in: it holds the lock, the house is in this process, and it listens for the others. */
import { answerer, type Answer, type Caller } from '../../shared/channel.ts';
import { contract } from '../../shared/contract.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import { processStartTime } from '../base/process.ts';
import type { House } from '../wire.ts';
import { forgetOwner, writeOwner } from './address.ts';
import type { Link, OnEvent, Reply } from './link.ts';
import { listen, type Listener } from './listen.ts';
import type { Lock } from './lock.ts';
import type { DoorKind } from './peer.ts';

/** Builds the house; called only by whoever holds the lock of the data folder. `wire.ts` has the one there is. */
export type OpenHouse = (env: Environment, clock: Clock) => Promise<House>;

export interface OwnerOptions {
  env: Environment;
  clock: Clock;
  door: DoorKind;
  openHouse: OpenHouse;
  onEvent: OnEvent;
}

type Answering = (name: string, input: unknown, caller: Caller) => Promise<Answer>;

/** Opens the house and listens. The lock is released when the owner leaves, and when this fails. */
export async function own(lock: Lock, options: OwnerOptions): Promise<Link> {
  const { env, clock, onEvent } = options;
  let house: House | undefined;
  try {
    forgetOwner(env.home);
    house = await options.openHouse(env, clock);
    const opened = house;
    const answer = answerer(contract, opened.handlers, (thrown, call) => opened.explain(thrown, call));
    const listener = await listen({ home: env.home, account: env.account, clock, answer });
    const startTime = await processStartTime(process.pid);
    writeOwner(env.home, { pid: process.pid, startTime, address: listener.address, token: listener.token });
    const silence = opened.onEvent((name, payload) => {
      const announcement = { sequence: opened.sequence(), event: name, payload };
      listener.announce(announcement);
      onEvent(announcement);
    });
    return new Owner(opened, listener, lock, answer, silence, options);
  } catch (thrown) {
    // Nobody may own what this process is still writing.
    await house?.close().catch(() => {});
    lock.release();
    throw thrown;
  }
}

class Owner implements Link {
  readonly role = 'owner';
  readonly ended: Promise<void>;
  readonly #house: House;
  readonly #listener: Listener;
  readonly #lock: Lock;
  readonly #answer: Answering;
  readonly #silence: () => void;
  readonly #options: OwnerOptions;
  readonly #gone = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(
    house: House,
    listener: Listener,
    lock: Lock,
    answer: Answering,
    silence: () => void,
    options: OwnerOptions,
  ) {
    this.#house = house;
    this.#listener = listener;
    this.#lock = lock;
    this.#answer = answer;
    this.#silence = silence;
    this.#options = options;
    this.ended = new Promise((resolve) => this.#gone.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async invoke(name: string, input: unknown, signal?: AbortSignal): Promise<Reply> {
    if (this.#closing !== undefined) return { kind: 'moved' };
    const gone = signal === undefined ? this.#gone.signal : AbortSignal.any([this.#gone.signal, signal]);
    const caller = { actor: `${this.#options.env.account} (${this.#options.door})`, signal: gone };
    return { kind: 'answer', answer: await this.#answer(name, input, caller) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  /** Running jobs end here, whoever asked for them; then the others are told, and only then is the lock free. */
  async #leave(): Promise<void> {
    try {
      await this.#house.settled();
      await this.#listener.handOver();
      this.#silence();
      this.#gone.abort(new Error('The owner leaves.'));
      await this.#listener.close();
      await this.#house.close();
    } finally {
      this.#gone.abort();
      forgetOwner(this.#options.env.home);
      this.#lock.release();
    }
  }
}
