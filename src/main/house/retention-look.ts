/** The calendar of a source: what stays and goes on which day, under the rules as they are or as they might be. */
import type { BackupId, DestinationId, SourceId } from '../../shared/id.ts';
import { periodsIn } from '../../shared/period.ts';
import type {
  KeepWhy,
  RetentionEntry,
  RetentionLook,
  RetentionQuestion,
  RetentionTotals,
} from '../../shared/retention.ts';
import type { Decision } from '../retention/decide.ts';
import { isActive } from '../retention/never.ts';
import type { PastBackup } from '../retention/past.ts';
import { replacedWords, ruleWords } from '../retention/words.ts';
import { sourceNamed } from './order.ts';
import { asksFirst } from './retention-asks.ts';
import { lookAtClock } from './retention-clock.ts';
import {
  backupsIn,
  comingTo,
  evaluate,
  goingFrom,
  linesOfSource,
  ownersOf,
  withDraft,
  type Evaluated,
  type LineOf,
  type LineRooms,
} from './retention-lines.ts';
import { nameOf, settingsOf } from './retention-owner.ts';
import type { Rooms } from './rooms.ts';

const mostEntries = 100;

type Looked = { backup: PastBackup; reasons: Decision['stays'][number]['reasons'] | null };

/** @throws Fail source.unknown */
export function lookAt(rooms: Rooms, question: RetentionQuestion): RetentionLook {
  const { id } = sourceNamed(rooms, question.name);
  const drafted = withDraft(rooms, question.draft);
  const doubts = { clock: lookAtClock(rooms), missing: () => [] };
  const lines = linesOfSource(rooms, id).map((line) => {
    const backups = backupsIn(rooms, line);
    const asDrafted = evaluate(drafted, line, doubts, backups);
    return { asDrafted, asIs: question.draft === undefined ? asDrafted : evaluate(rooms, line, doubts, backups) };
  });
  const shown = lines.find(({ asDrafted }) => asDrafted.destination === question.destination) ?? lines[0];
  return {
    sourceId: id,
    owners: ownersIn(rooms, id, shown?.asDrafted.destination),
    places: lines.map(({ asDrafted, asIs }) => ({
      destination: asDrafted.destination,
      place: rooms.catalog.destinations.byId(asDrafted.destination)?.name ?? asDrafted.destination,
      applied: asDrafted.applied,
      asks: asksFirst(drafted, asDrafted),
      stopped: asDrafted.stopped,
      next: comingTo(rooms, asDrafted, 1)[0] ?? null,
      asIs: totalsOf(asIs.decision),
      asDrafted: totalsOf(asDrafted.decision),
    })),
    destination: shown?.asDrafted.destination ?? null,
    ...calendarOf(shown === undefined ? [] : shownOf(rooms, shown.asDrafted), damagedOf(rooms, id), question),
    pins: pinsOf(rooms, id),
  };
}

/** @throws Fail source.unknown */
export function entriesOf(rooms: Rooms, question: RetentionQuestion): RetentionEntry[] {
  const { id } = sourceNamed(rooms, question.name);
  const drafted = withDraft(rooms, question.draft);
  const lines = linesOfSource(rooms, id);
  const line = lines.find(({ destination }) => destination === question.destination) ?? lines[0];
  if (line === undefined) return [];
  const looked = evaluate(drafted, line, { clock: lookAtClock(rooms), missing: () => [] });
  const periodsOf = periodsIn(question.timeZone);
  const isAsked = ({ backup }: { backup: PastBackup }): boolean => isWithin(periodsOf(backup.takenAt).daily, question);
  const found = shownOf(rooms, looked)
    .filter(isAsked)
    .toSorted((a, b) => b.backup.takenAt - a.backup.takenAt)
    .slice(0, mostEntries);
  const goesAt = found.some(({ reasons }) => reasons !== null) ? goingFrom(drafted, looked) : new Map();
  const damaged = damagedOf(rooms, id);
  return found.map(({ backup, reasons }) => ({
    backupId: backup.backupId,
    takenAt: backup.takenAt,
    sizeBytes: backup.sizeBytes,
    verdict: backup.verdict,
    reasons: reasons ?? [],
    goes: reasons === null,
    goesAt: reasons === null ? null : (goesAt.get(backup.backupId) ?? null),
    pin: backup.pin,
    damaged: damaged.get(backup.backupId) ?? [],
  }));
}

/** What was decided about, and what is beside it: a copy that somebody wrote over is no rule's, and is not hidden. */
function shownOf(rooms: Rooms, line: Evaluated): Looked[] {
  const { stays, goes } = line.decision;
  return [...stays, ...goes.map(({ backup }) => ({ backup, reasons: null })), ...replacedIn(rooms, line)];
}

function replacedIn({ catalog }: Rooms, { sourceId, destination }: LineOf): Looked[] {
  const findings = catalog.readings.damaged(destination).filter(({ finding }) => finding.kind === 'replaced');
  if (findings.length === 0) return [];
  const replaced = new Set(findings.map(({ backupId }) => backupId));
  const reasons = [{ why: 'replaced' as const, words: replacedWords, until: null }];
  return catalog.backups
    .weighed(sourceId)
    .filter(({ backupId }) => replaced.has(backupId))
    .map((backup) => ({ backup, reasons }));
}

/** Of each backup the places whose copy is known not to hold, whichever place is looked at. */
const damagedOf = ({ catalog }: Rooms, sourceId: SourceId): Map<BackupId, DestinationId[]> =>
  new Map(
    catalog.readings.damagedOf(sourceId).map(({ backupId, stored }) => {
      const damaged = stored.filter(({ state }) => state === 'damaged');
      return [backupId, damaged.map(({ destination }) => destination)];
    }),
  );

function ownersIn(rooms: Rooms, sourceId: SourceId, destination: DestinationId | undefined): RetentionLook['owners'] {
  if (destination === undefined) return [];
  return ownersOf(rooms, { sourceId, destination }).flatMap((owner) => {
    const name = nameOf(rooms, owner);
    if (name === undefined) return [];
    const settings = settingsOf(rooms, owner);
    const ids = 'planId' in owner ? (rooms.catalog.backupPlans.byId(owner.planId)?.sources ?? []) : [owner.sourceId];
    const sources = ids.flatMap((id) => rooms.catalog.sources.byId(id)?.name ?? []);
    return [{ settings, name, words: ruleWords(settings.rule), sources }];
  });
}

function totalsOf({ stays, goes }: Decision): RetentionTotals {
  const sum = (all: readonly { backup: PastBackup }[]): number =>
    all.reduce((total, { backup }) => total + backup.sizeBytes, 0);
  return {
    kept: stays.length,
    keptBytes: sum(stays),
    goes: goes.length,
    goesBytes: sum(goes),
    provenGo: goes.filter(({ backup }) => backup.verdict === 'proven').length,
    oldest: stays.at(-1)?.backup.takenAt ?? null,
  };
}

const isWithin = (day: string, { from, to }: RetentionQuestion): boolean => day >= from && day <= to;

/** Names of days and months sort by time. */
const byName = <Counts>(all: ReadonlyMap<string, Counts>): [string, Counts][] =>
  [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));

type Calendar = Pick<RetentionLook, 'days' | 'months'>;
type OfDay = { kept: number; goes: number; why: Set<KeepWhy>; damaged: Set<DestinationId> };

function countIn(counts: { kept: number; goes: number }, reasons: Looked['reasons']): void {
  if (reasons === null) counts.goes += 1;
  else counts.kept += 1;
}

function calendarOf(
  all: readonly Looked[],
  damaged: ReadonlyMap<BackupId, DestinationId[]>,
  question: RetentionQuestion,
): Calendar {
  const days = new Map<string, OfDay>();
  const months = new Map<string, { kept: number; goes: number }>();
  const periodsOf = periodsIn(question.timeZone);
  for (const { backup, reasons } of all) {
    const day = periodsOf(backup.takenAt).daily;
    const month = months.get(day.slice(0, 7)) ?? { kept: 0, goes: 0 };
    months.set(day.slice(0, 7), month);
    countIn(month, reasons);
    if (!isWithin(day, question)) continue;
    const ofDay: OfDay = days.get(day) ?? { kept: 0, goes: 0, why: new Set(), damaged: new Set() };
    days.set(day, ofDay);
    countIn(ofDay, reasons);
    for (const { why } of reasons ?? []) ofDay.why.add(why);
    for (const place of damaged.get(backup.backupId) ?? []) ofDay.damaged.add(place);
  }
  return {
    days: byName(days).map(([day, { why, damaged: places, ...counts }]) => ({
      day,
      ...counts,
      why: [...why],
      damaged: [...places],
    })),
    months: byName(months)
      .toReversed()
      .map(([month, counts]) => ({ month, ...counts })),
  };
}

function pinsOf(rooms: LineRooms, sourceId: SourceId): RetentionLook['pins'] {
  const now = rooms.clock.now();
  return rooms.catalog.pins
    .list()
    .flatMap(({ backupId }) => rooms.catalog.backups.card(backupId) ?? [])
    .filter((card) => card.sourceId === sourceId && isActive(card.pin ?? null, now))
    .toSorted((a, b) => b.takenAt - a.takenAt)
    .flatMap(({ backupId, takenAt, pin }) => (pin === undefined ? [] : [{ backupId, takenAt, pin }]));
}
