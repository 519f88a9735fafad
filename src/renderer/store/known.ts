/**
 * What the window knows, and how announcements change it. Pure: the store hands in what arrives and obeys `ask`.
 *
 * One snapshot, then announcements in the order of their numbers. One that comes too early waits; a number that does not
 * come, an announcement that cannot be read and a new owner ask for a new snapshot. Nothing is applied twice.
 */
import { type BackupCard } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { type contract } from '../../shared/contract.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { type SourceId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { type PlanCard, type SchedulerState } from '../../shared/plan.ts';
import { defaultPreferences, type Preferences } from '../../shared/preferences.ts';
import { type z } from '../../shared/schema.ts';
import { type Source } from '../../shared/source.ts';
import { apply, byName } from './apply.ts';

export type Snapshot = z.output<typeof contract.app.snapshot.output>;

export interface Known {
  /** Whether a snapshot has arrived; before that everything below is empty. */
  ready: boolean;
  /** Number of the newest announcement that is part of this; -1 before the first snapshot and after a new owner. */
  sequence: number;
  /** Counts owners: a snapshot that was asked of an earlier one is not used. */
  epoch: number;
  /** Counts snapshots: what a screen asked for itself is asked anew after each, since announcements may have been missed. */
  snapshots: number;
  /** By name. */
  sources: readonly Source[];
  destinations: readonly DestinationCard[];
  /** Newest first, by source. */
  backups: ReadonlyMap<SourceId, readonly BackupCard[]>;
  /** Newest first. */
  jobs: readonly Job[];
  /** By name. */
  plans: readonly PlanCard[];
  scheduler: SchedulerState;
  preferences: Preferences;
  /** Came before their turn. */
  waiting: readonly Announcement[];
}

export const nothingKnown: Known = {
  ready: false,
  sequence: -1,
  epoch: 0,
  snapshots: 0,
  sources: [],
  destinations: [],
  backups: new Map(),
  jobs: [],
  plans: [],
  scheduler: { active: false, paused: null },
  preferences: defaultPreferences,
  waiting: [],
};

export interface Step {
  known: Known;
  /** Whether the snapshot has to be asked for (again). */
  ask: boolean;
  /** What was applied, in order: for notices and for what follows from it. */
  applied: readonly Announcement[];
}

/** More than this waiting means that the missing one will not come. */
const waitingAtMost = 2_000;

/** Takes one announcement. */
export function receive(known: Known, announcement: Announcement): Step {
  if (announcement.event === 'app.restarted') {
    return { known: { ...known, sequence: -1, epoch: known.epoch + 1, waiting: [] }, ask: true, applied: [] };
  }
  if (announcement.event.startsWith('door.')) return { known, ask: false, applied: [] };
  if (known.sequence >= 0 && announcement.sequence <= known.sequence) return { known, ask: false, applied: [] };
  const waiting = [...known.waiting, announcement];
  if (waiting.length > waitingAtMost) waiting.shift();
  if (known.sequence < 0) return { known: { ...known, waiting }, ask: false, applied: [] };
  return drain({ ...known, waiting });
}

/** Takes a snapshot that was asked for in `epoch`. */
export function begin(known: Known, snapshot: Snapshot, epoch: number): Step {
  if (epoch !== known.epoch) return { known, ask: true, applied: [] };
  // Announcements may have overtaken the answer; what is known is never put back to something older.
  if (known.sequence >= snapshot.sequence && known.ready) return drain(known);
  return drain({
    ...known,
    ready: true,
    sequence: snapshot.sequence,
    snapshots: known.snapshots + 1,
    sources: snapshot.sources.toSorted(byName),
    destinations: snapshot.destinations,
    backups: bySource(snapshot.backups),
    jobs: snapshot.jobs.toSorted((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1)),
    plans: snapshot.plans.toSorted((a, b) => byName(a.plan, b.plan)),
    scheduler: snapshot.scheduler,
    preferences: snapshot.preferences,
  });
}

/** Applies what waits as far as the numbers go on without a hole. */
function drain(start: Known): Step {
  const waiting = start.waiting.filter((each) => each.sequence > start.sequence);
  waiting.sort((a, b) => a.sequence - b.sequence);
  let known = start;
  let ask = false;
  const applied: Announcement[] = [];
  let taken = 0;
  for (const next of waiting) {
    if (next.sequence <= known.sequence) {
      taken += 1;
      continue;
    }
    if (next.sequence !== known.sequence + 1) break;
    const changed = apply(known, next);
    // It cannot be read, so what it changed is not known.
    if (changed === null) ask = true;
    else applied.push(next);
    known = { ...(changed ?? known), sequence: next.sequence };
    taken += 1;
  }
  const rest = waiting.slice(taken);
  return { known: { ...known, waiting: rest }, ask: ask || rest.length > 0, applied };
}

function bySource(cards: readonly BackupCard[]): Map<SourceId, readonly BackupCard[]> {
  const found = new Map<SourceId, BackupCard[]>();
  for (const card of cards) {
    const cardsOfSource = found.get(card.sourceId);
    if (cardsOfSource === undefined) found.set(card.sourceId, [card]);
    else cardsOfSource.push(card);
  }
  for (const each of found.values()) each.sort((a, b) => b.takenAt - a.takenAt);
  return found;
}
