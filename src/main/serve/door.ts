/** The way of any program into the house of a data folder: as its owner, or as a guest of the owner there is. */
import { client, type Announcement, type Answer, type Client, type Wire } from '../../shared/channel.ts';
import { contract, type HoldfastContract } from '../../shared/contract.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import { readOwner } from './address.ts';
import { attach } from './attach.ts';
import { prepareHome } from './home.ts';
import type { Link, OnEvent } from './link.ts';
import { tryLock } from './lock.ts';
import { own, type OpenHouse } from './owner.ts';
import type { DoorKind } from './peer.ts';

export interface DoorOptions {
  /** Default `terminal`. */
  door?: DoorKind;
  /** How long to try to become an owner or to reach the one there is; default 15 000. */
  patienceMs?: number;
  /** How long an owner that accepts the connection may stay silent; default 10 000. */
  helloMs?: number;
}

export interface Door {
  readonly api: Client<HoldfastContract>;
  /** A call by its name, for a door that passes calls on. Never rejects. `signal` aborts when nobody waits for it any more. */
  invoke(name: string, input: unknown, signal?: AbortSignal): Promise<Answer>;
  /**
   * Every announcement with its number, and `app.restarted` when the owner has changed: numbers begin anew and something may
   * have been missed. Returns the way to stop listening.
   */
  onAnnouncement(listen: (announcement: Announcement) => void): () => void;
  role(): 'owner' | 'guest';
  /** Leaves. An owner first lets every running job end, then hands over to whoever is attached. Safe to call twice. */
  close(): Promise<void>;
}

/** Calls that change nothing: asked again when the owner was lost in the middle. */
const reads = /^(app\.[a-z]+|[a-z]+\.(list|show|wait|log|tally|trend|preview)|source\.(read|hostKey)|audit\.check)$/;
const retryMs = 50;

/**
 * Opens the data folder `env.home`, which is made where it is absent.
 * Becomes its owner when nobody is; else a guest. When the owner leaves or dies, the guests race for its place and go on.
 * @throws Fail `home.unusable`, `home.busy` (an owner that does not answer), and what `openHouse` throws.
 */
export async function openDoor(
  env: Environment,
  clock: Clock,
  openHouse: OpenHouse,
  options: DoorOptions = {},
): Promise<Door> {
  prepareHome(env.home);
  const doorway = new Doorway(env, clock, openHouse, options);
  await doorway.link();
  return {
    api: client(contract, doorway),
    invoke: (name, input, signal) => doorway.invoke(name, input, signal),
    onAnnouncement: (listen) => doorway.onAnnouncement(listen),
    role: () => doorway.role(),
    close: () => doorway.close(),
  };
}

class Doorway implements Wire {
  readonly #env: Environment;
  readonly #clock: Clock;
  readonly #openHouse: OpenHouse;
  readonly #options: Required<DoorOptions>;
  readonly #listeners = new Set<(announcement: Announcement) => void>();
  #entered = false;
  #link: Link | undefined;
  #entering: Promise<Link> | undefined;
  #closed = false;

  constructor(env: Environment, clock: Clock, openHouse: OpenHouse, options: DoorOptions) {
    this.#env = env;
    this.#clock = clock;
    this.#openHouse = openHouse;
    this.#options = { door: 'terminal', patienceMs: 15_000, helloMs: 10_000, ...options };
  }

  role(): 'owner' | 'guest' {
    return this.#link?.role ?? 'guest';
  }

  async invoke(name: string, input: unknown, signal?: AbortSignal): Promise<Answer> {
    try {
      for (;;) {
        const link = await this.link();
        const reply = await link.invoke(name, input, signal);
        if (reply.kind === 'answer') return reply.answer;
        await this.#left(link);
        if (reply.kind === 'lost' && !reads.test(name)) {
          throw new Fail('home.owner-left', 'The Holdfast that was asked ended before it answered.', {
            hint: 'Look with holdfast jobs whether it was begun, then run the command again.',
          });
        }
      }
    } catch (thrown) {
      return { ok: false, failure: toFailure(thrown, name) };
    }
  }

  on(event: string, listen: (payload: unknown) => void): () => void {
    return this.onAnnouncement((announcement) => {
      if (announcement.event === event) listen(announcement.payload);
    });
  }

  onAnnouncement(listen: (announcement: Announcement) => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  /** The way in that there is, or a new one. */
  async link(): Promise<Link> {
    if (this.#closed) throw new Fail('home.owner-left', 'This door is closed.');
    if (this.#link !== undefined) return this.#link;
    this.#entering ??= this.#enter().finally(() => {
      this.#entering = undefined;
    });
    return this.#entering;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#entering?.catch(() => {});
    await this.#link?.close();
    this.#link = undefined;
  }

  async #enter(): Promise<Link> {
    const until = this.#clock.elapsed() + this.#options.patienceMs;
    for (;;) {
      const link = await this.#tryOnce();
      if (link !== undefined) return this.#keep(link);
      if (this.#clock.elapsed() >= until) throw busy(this.#env.home);
      await this.#clock.sleep(retryMs);
    }
  }

  async #tryOnce(): Promise<Link | undefined> {
    const onEvent: OnEvent = (announcement) => this.#listeners.forEach((listen) => listen(announcement));
    const { door, helloMs } = this.#options;
    const lock = tryLock(this.#env.home);
    if (lock !== null)
      return own(lock, { env: this.#env, clock: this.#clock, door, openHouse: this.#openHouse, onEvent });
    const owner = readOwner(this.#env.home);
    if (owner === null) return undefined;
    const link = await attach(owner, { door, clock: this.#clock, onEvent, helloMs });
    if (link === 'silent') throw busy(this.#env.home);
    return link === 'absent' ? undefined : link;
  }

  #keep(link: Link): Link {
    this.#link = link;
    if (this.#entered)
      this.#listeners.forEach((listen) => listen({ sequence: 0, event: 'app.restarted', payload: {} }));
    this.#entered = true;
    void link.ended.then(() => {
      if (this.#link === link) this.#link = undefined;
      // A guest takes the owner's place at once, not only when it has something to ask: queued jobs must go on.
      if (!this.#closed && link.role === 'guest') this.link().catch(() => {});
    });
    return link;
  }

  /** Forgets a way in that leads nowhere any more. */
  async #left(link: Link): Promise<void> {
    if (this.#link === link) this.#link = undefined;
    await link.close();
  }
}

const busy = (home: string): Fail => new Fail('home.busy', `Another Holdfast owns ${home} and does not answer.`);
