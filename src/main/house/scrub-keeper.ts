/** Begins scrubs when they are due: one place at a time, looked at together with the plans and paused with them. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupPlanId, DestinationId, Instant } from '../../shared/id.ts';
import type { Surroundings } from '../base/surroundings.ts';
import { stepAt, type Line } from '../schedule/due.ts';
import { jitterShare } from '../schedule/share.ts';
import { timesOf } from '../schedule/times.ts';
import { askJob } from './job-handlers.ts';
import { hindranceOfPlace } from './reach.ts';
import type { Rooms } from './rooms.ts';
import { dueCopies, orderOf, regularShare, runningScrub, scrubSettingsOf } from './scrub-order.ts';

const hourMs = 3_600_000;
/** A run that was missed is made up whenever it can be; the next one stands for both. */
const makeUpWithinMs = 366 * 24 * hourMs;

export class ScrubKeeper {
  readonly #rooms: Rooms;
  readonly #surroundings: Surroundings;
  readonly #waits = new Map<DestinationId, string>();

  constructor(rooms: Rooms, surroundings: Surroundings) {
    this.#rooms = rooms;
    this.#surroundings = surroundings;
  }

  /** Why a run of this place that is due has not begun. */
  waiting(destination: DestinationId): string | null {
    return this.#waits.get(destination) ?? null;
  }

  /** The next moment at which a run is due; null where none is. */
  nextAt(card: DestinationCard, now: Instant): Instant | null {
    const settings = scrubSettingsOf(card);
    return settings.on ? timesOf(settings.times).after(now) : null;
  }

  /** One look at the clock. Cheap where nothing is due. */
  async look(): Promise<void> {
    for (const card of this.#rooms.catalog.destinations.list()) {
      try {
        await this.#lookAt(card);
      } catch (thrown) {
        this.#rooms.log.error('A scrub could not be begun.', { destination: card.id, thrown });
      }
    }
  }

  async #lookAt(card: DestinationCard): Promise<void> {
    const { clock, catalog } = this.#rooms;
    const settings = scrubSettingsOf(card);
    const now = clock.now();
    const known = catalog.readings.times(card.id);
    // A place that was just added, or switched on, waits for its first window.
    if (known === undefined || !settings.on) {
      if (known === undefined || known.decidedUntil < now - hourMs) catalog.readings.decide(card.id, now);
      this.#waits.delete(card.id);
      return;
    }
    const step = stepAt(now, this.#line(card), { decidedUntil: known.decidedUntil, taken: () => false });
    if (step.act === 'note') catalog.readings.decide(card.id, step.decidedUntil);
    if (step.act === 'miss') catalog.readings.decide(card.id, step.dueAt);
    if (step.act !== 'run') {
      this.#waits.delete(card.id);
      return;
    }
    if (runningScrub(this.#rooms, card) !== undefined) return;
    const hindrance = await hindranceOfPlace(this.#rooms, this.#surroundings, card, settings);
    if (hindrance !== null) {
      this.#waits.set(card.id, hindrance.detail);
      return;
    }
    this.#waits.delete(card.id);
    catalog.readings.decide(card.id, step.dueAt);
    this.#begin(card);
  }

  #begin(card: DestinationCard): void {
    const rooms = this.#rooms;
    const now = rooms.clock.now();
    const all = rooms.catalog.readings.copies(card.id);
    const due = dueCopies(all, scrubSettingsOf(card), now);
    if (due.length === 0) return;
    const caller = { actor: 'schedule', signal: new AbortController().signal };
    askJob(rooms, caller, orderOf(rooms, card, due, regularShare(rooms, card, all, now)), { destinationId: card.id });
  }

  #line(card: DestinationCard): Line {
    const { machine } = this.#rooms;
    return {
      times: timesOf(scrubSettingsOf(card).times),
      makeUpWithinMs,
      jitterMs: hourMs,
      // Not everything that this machine reads begins at once.
      share: (dueAt) => jitterShare(card.id as string as BackupPlanId, machine.id, dueAt),
    };
  }
}
