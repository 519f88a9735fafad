/** Brings kept dumps, and backups that are wanted in more places, to where they wait for: one at a time for each place. */
import type { StoredState } from '../../shared/artifact.ts';
import type { BackupId, DestinationId, Instant } from '../../shared/id.ts';
import { isIP } from 'node:net';
import type { DestinationSettings } from '../../shared/destination.ts';
import type { Surroundings } from '../base/surroundings.ts';
import { askCarry, beingStored } from './carry-order.ts';
import type { Rooms } from './rooms.ts';

const lookMs = 20_000;
/** Longer than the longest pause: the clock was set back since. */
const absurdMs = 7 * 3_600_000;

/** A place that waits for a backup. */
interface Waiting {
  backupId: BackupId;
  stored: StoredState;
}

export class Carrier {
  readonly #rooms: Rooms;
  readonly #surroundings: Surroundings;
  readonly #stop = new AbortController();
  #poke = new AbortController();
  #running: Promise<void> | undefined;
  #online = true;
  /** The machine woke, or came back to a network: what a place could not take then, it may take now. */
  #anew = false;

  constructor(rooms: Rooms, surroundings: Surroundings) {
    this.#rooms = rooms;
    this.#surroundings = surroundings;
  }

  /** From now on what waits is brought as soon as it is due. */
  start(): void {
    if (this.#running !== undefined) return;
    const silence = this.#surroundings.onResume(() => {
      this.#anew = true;
      this.poke();
    });
    this.#running = this.#loop().finally(silence);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('The carrier stops.'));
    this.#poke.abort(new Error('The carrier stops.'));
    await this.#running;
  }

  /** Looks at once, where it looks at all. */
  poke(): void {
    this.#poke.abort(new Error('Something changed.'));
  }

  async #loop(): Promise<void> {
    const { clock, log } = this.#rooms;
    let looked = { now: clock.now(), elapsed: clock.elapsed() };
    while (!this.#stop.signal.aborted) {
      this.#poke = new AbortController();
      const now = { now: clock.now(), elapsed: clock.elapsed() };
      // Wall time that went on without us, or a look that came much too late: the machine slept.
      const slept =
        now.now - looked.now - (now.elapsed - looked.elapsed) > lookMs || now.elapsed - looked.elapsed > 4 * lookMs;
      looked = now;
      if (slept) this.#anew = true;
      await this.look().catch((thrown: unknown) => log.error('What waits could not be looked at.', { thrown }));
      await clock.sleep(lookMs, this.#poke.signal).catch(() => {});
    }
  }

  /** One look: begins what is due and not hindered. */
  async look(): Promise<void> {
    const { clock, catalog } = this.#rooms;
    const online = await this.#surroundings.online();
    const anew = this.#anew || (online && !this.#online);
    this.#anew = false;
    this.#online = online;
    const metered = await this.#surroundings.metered();
    const begun = new Set<DestinationId>();
    for (const { backupId, stored } of await waitingSets(this.#rooms)) {
      const card = catalog.destinations.byId(stored.destination);
      if (this.#stop.signal.aborted) return;
      if (card === undefined || begun.has(card.id) || !isDue(stored, clock.now(), anew)) continue;
      if (isFar(card.settings) && (!online || metered === true)) continue;
      const busy = beingStored(this.#rooms);
      if (busy.carriedTo(card.id) || (busy.stores(backupId) && stored.nextTryAt === undefined)) continue;
      begun.add(card.id);
      askCarry(this.#rooms, { actor: 'Holdfast', signal: this.#stop.signal }, backupId, stored);
    }
  }
}

function isDue({ nextTryAt, code, attempts }: StoredState, now: Instant, anew: boolean): boolean {
  if (nextTryAt === undefined || nextTryAt <= now || nextTryAt - now > absurdMs) return true;
  return anew && attempts !== undefined && code !== undefined;
}

/** Whether the network is needed to come there. */
function isFar(settings: DestinationSettings): boolean {
  if (settings.kind === 'folder') return false;
  const host =
    settings.kind === 'sftp' ? settings.host : URL.parse(('endpoint' in settings && settings.endpoint) || '')?.hostname;
  if (host === undefined) return true;
  return !(host === 'localhost' || host === '[::1]' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')));
}

/** Every place that waits, oldest backup first: from the spool where the dump is kept there, else from the catalog. */
export async function waitingSets(rooms: Rooms): Promise<Waiting[]> {
  const found: Waiting[] = [];
  const inSpool = new Set<string>();
  for (const dump of await rooms.kept.list()) {
    for (const stored of await rooms.kept.states(dump)) {
      inSpool.add(`${dump.backupId} ${stored.destination}`);
      if (stored.state === 'waiting') found.push({ backupId: dump.backupId, stored });
    }
  }
  for (const { backupId, stored } of rooms.catalog.backups.waiting()) {
    for (const one of stored)
      if (one.state === 'waiting' && !inSpool.has(`${backupId} ${one.destination}`))
        found.push({ backupId, stored: one });
  }
  return found.toSorted((a, b) => (a.backupId < b.backupId ? -1 : a.backupId > b.backupId ? 1 : 0));
}
