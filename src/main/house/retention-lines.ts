/** Which rules govern which line, and what they come to now: from the catalog alone. */
import type { StoredState } from '../../shared/artifact.ts';
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { BackupId, DestinationId, Instant, JobId, SourceId } from '../../shared/id.ts';
import type { Plan } from '../../shared/plan.ts';
import type { RetentionLine, RetentionOwner, RetentionRule, RetentionSettings } from '../../shared/retention.ts';
import type { ClockProblem } from '../retention/clock.ts';
import { decide, type Decision } from '../retention/decide.ts';
import { forecast } from '../retention/forecast.ts';
import { keepersOf } from '../retention/never.ts';
import type { Past, PastBackup } from '../retention/past.ts';
import { ruleWords, shortWords } from '../retention/words.ts';
import { nextOf } from '../schedule/preview.ts';
import { timesOf } from '../schedule/times.ts';
import { isSameOwner } from './retention-owner.ts';
import type { Rooms } from './rooms.ts';

/** How many backups to come are looked ahead to. */
const lookAhead = 400;
const mostInBrief = 100;

export type LineRooms = Pick<Rooms, 'catalog' | 'clock' | 'machine'>;
type CatalogOnly = Pick<Rooms, 'catalog'>;

export interface LineOf {
  sourceId: SourceId;
  destination: DestinationId;
}

/** One line with everything that was decided about it. */
export interface Evaluated extends LineOf {
  /** The rules that govern it, as text: what was applied is held against it. */
  governing: string;
  rules: (RetentionRule | null)[];
  past: Past;
  decision: Decision;
  applied: boolean;
  /** Why nothing of it goes, whatever its rules say. */
  stopped: Failure | null;
}

/** What is known beside the catalog: the clock, and what a place does not list. */
export interface Doubts {
  clock: ClockProblem | null;
  missing: (destination: DestinationId) => readonly BackupId[];
  /** Of a place that could not be listed. */
  silent?: ReadonlyMap<DestinationId, Failure>;
}

const ruleIn = (settings: RetentionSettings | undefined, destination: DestinationId): RetentionRule | null => {
  const own = settings?.places.find((place) => place.destination === destination);
  return (own === undefined ? settings?.rule : own.rule) ?? null;
};

const writesTo = (rooms: CatalogOnly, plan: Plan, { sourceId, destination }: LineOf): boolean => {
  const places = plan.destinations.length > 0 ? plan.destinations : rooms.catalog.sources.byId(sourceId)?.destinations;
  return places?.includes(destination) === true;
};

/** Every plan of the source that writes there; without any plan the source itself. None keeps everything. */
export function ownersOf(rooms: CatalogOnly, line: LineOf): RetentionOwner[] {
  const plans = rooms.catalog.backupPlans.list().filter((plan) => plan.sources.includes(line.sourceId));
  if (plans.length === 0) return [{ sourceId: line.sourceId }];
  return plans.filter((plan) => writesTo(rooms, plan, line)).map((plan) => ({ planId: plan.id }));
}

/** The rules that govern a line, and as the text that is remembered of what was applied. */
export function governingOf(rooms: CatalogOnly, line: LineOf): { rules: (RetentionRule | null)[]; text: string } {
  const rules = ownersOf(rooms, line).map((owner) => ruleIn(rooms.catalog.retention.of(owner), line.destination));
  return { rules, text: JSON.stringify(rules) };
}

/** The same rooms, in which these settings are as good as saved. */
export function withDraft<T extends CatalogOnly>(rooms: T, draft: RetentionSettings | undefined): T {
  if (draft === undefined) return rooms;
  const { retention } = rooms.catalog;
  const of = (owner: RetentionOwner) => (isSameOwner(owner, draft.owner) ? draft : retention.of(owner));
  return { ...rooms, catalog: { ...rooms.catalog, retention: { ...retention, of } } };
}

/** The lines that this owner's rule has a say in, where there is anything. */
export function linesOf(rooms: LineRooms, owner: RetentionOwner): LineOf[] {
  const { backupPlans } = rooms.catalog;
  const plan = 'planId' in owner ? backupPlans.byId(owner.planId) : undefined;
  const sources = 'planId' in owner ? (plan?.sources ?? []) : [owner.sourceId];
  return sources.flatMap((sourceId) =>
    linesOfSource(rooms, sourceId).filter((line) => plan === undefined || writesTo(rooms, plan, line)),
  );
}

/** Where the source has backups, and where its plans will bring some. A place that was removed keeps what it has. */
export function linesOfSource(rooms: LineRooms, sourceId: SourceId): LineOf[] {
  const { catalog } = rooms;
  return [...new Set([...catalog.backups.placesOf(sourceId), ...plannedPlaces(rooms, sourceId)])]
    .filter((destination) => catalog.destinations.byId(destination) !== undefined)
    .toSorted()
    .map((destination) => ({ sourceId, destination }));
}

/** Where the source's next backups go. */
export function plannedPlaces({ catalog }: CatalogOnly, sourceId: SourceId): DestinationId[] {
  const own = catalog.sources.byId(sourceId)?.destinations ?? [];
  const plans = catalog.backupPlans.list().filter((plan) => plan.sources.includes(sourceId));
  if (plans.length === 0) return [...own];
  return [...new Set(plans.flatMap((plan) => (plan.destinations.length > 0 ? plan.destinations : own)))];
}

/** What lies in the place of a line. @param own a prune whose list is looked at: what it is to remove still counts as there. */
export function backupsIn({ catalog }: LineRooms, line: LineOf, own?: JobId): PastBackup[] {
  const removing = new Set(
    catalog.retention
      .removing()
      .filter(({ destination, jobId }) => destination === line.destination && jobId !== own)
      .map(({ backupId }) => backupId),
  );
  // The same moment must not count twice: until the earlier one is gone, the new one is kept beside it.
  const sealedAnew = new Set(catalog.reseals.list().map(({ backupId }) => backupId));
  // What somebody wrote over a copy stays: it is to be looked into, and no rule's to remove.
  const rotten = new Set(
    catalog.readings
      .damaged(line.destination)
      .filter(({ finding }) => finding.kind !== 'replaced')
      .map(({ backupId }) => backupId),
  );
  const isGoing = (id: BackupId): boolean => removing.has(id) || sealedAnew.has(id);
  const found: PastBackup[] = [];
  for (const one of catalog.backups.weighed(line.sourceId)) {
    const { backupId, stored } = one;
    const state = stateIn(stored, line.destination);
    const isHere = state === 'stored' || (state === 'damaged' && rotten.has(backupId));
    if (!isHere || isGoing(backupId)) continue;
    const waitedFor = stored.some((other) => other.state === 'waiting');
    if (!waitedFor && state !== 'damaged') found.push(one);
    else found.push({ ...one, ...(waitedFor ? { waitedFor } : {}), ...(state === 'damaged' ? { damaged: true } : {}) });
  }
  return found;
}

const stateIn = (stored: readonly StoredState[], place: DestinationId): StoredState['state'] | undefined =>
  stored.find(({ destination }) => destination === place)?.state;

/** @param backups what {@link backupsIn} said, where several rules are held against the same. */
export function evaluate(rooms: LineRooms, line: LineOf, doubts: Doubts, backups = backupsIn(rooms, line)): Evaluated {
  const { catalog, machine, clock } = rooms;
  const { rules, text: governing } = governingOf(rooms, line);
  const silent = doubts.silent?.get(line.destination);
  const past = {
    backups,
    machine: machine.id,
    clock: doubts.clock,
    missing: doubts.missing(line.destination),
    ...(silent === undefined ? {} : { silent: silent.message }),
  };
  const applied = catalog.retention.applied(line.sourceId, line.destination) === governing;
  const stopped = silent ?? stoppedBy(past);
  return { ...line, governing, rules, past, decision: decide(rules, past, clock.now()), applied, stopped };
}

/** When what stays will go. What goes now is taken to be gone. */
export const goingFrom = (rooms: LineRooms, { rules, past, decision, ...line }: Evaluated): Map<BackupId, Instant> =>
  forecast(rules, { ...past, backups: decision.stays.map(({ backup }) => backup) }, comingTo(rooms, line));

/** The line as a door is told of it. @param brief leaves out what stays, and names a hundred of those that go. */
export function toldLine(rooms: LineRooms, line: Evaluated, brief = false): RetentionLine {
  const { decision } = line;
  const stays = brief ? [] : decision.stays;
  const goes = brief ? decision.goes.slice(0, mostInBrief) : decision.goes;
  const goesAt = brief ? new Map<BackupId, Instant>() : goingFrom(rooms, line);
  const source = rooms.catalog.backups.latest(line.sourceId)?.source ?? rooms.catalog.sources.byId(line.sourceId)?.name;
  return {
    sourceId: line.sourceId,
    source: source ?? line.sourceId,
    destination: line.destination,
    place: rooms.catalog.destinations.byId(line.destination)?.name ?? line.destination,
    rules: line.rules.map(ruleWords),
    applied: line.applied,
    stays: stays.map((one) => ({
      backupId: one.backup.backupId,
      takenAt: one.backup.takenAt,
      sizeBytes: one.backup.sizeBytes,
      reasons: one.reasons,
      goesAt: goesAt.get(one.backup.backupId) ?? null,
    })),
    goes: goes.map(({ backup: { backupId, takenAt, sizeBytes }, at, words }) => ({
      backupId,
      takenAt,
      sizeBytes,
      at,
      words,
    })),
    stopped: line.stopped,
  };
}

function stoppedBy({ clock, missing }: Past): Failure | null {
  if (clock !== null) return toFailure(new Fail('retention.clock-wrong', clock.words), '');
  return missing.length === 0 ? null : toFailure(new Fail('retention.list-short', shortWords(missing)), '');
}

/** When the plans of this line will back up next. */
export function comingTo(rooms: LineRooms, line: LineOf, most = lookAhead): Instant[] {
  const now = rooms.clock.now();
  const plans = rooms.catalog.backupPlans
    .list()
    .filter((plan) => plan.sources.includes(line.sourceId) && writesTo(rooms, plan, line));
  return plans
    .flatMap((plan) => {
      try {
        return nextOf(timesOf(plan.backup), now, most);
      } catch (thrown) {
        // A time zone can leave the list with an update of the system: such a plan foretells nothing.
        if (thrown instanceof Fail) return [];
        throw thrown;
      }
    })
    .toSorted((a, b) => a - b)
    .slice(0, most);
}

export const keepersIn = ({ past }: Evaluated): BackupId[] => {
  const { newest, proven } = keepersOf(past);
  return [...new Set([newest, proven].flatMap((one) => (one === undefined ? [] : [one.backupId])))];
};
