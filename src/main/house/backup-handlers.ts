import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { DirectChoice } from '../../shared/direct.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, DestinationId, JobId, SourceId } from '../../shared/id.ts';
import type { Source } from '../../shared/source.ts';
import type { VerifyLevel } from '../../shared/verify.ts';
import { periodsAt } from '../../shared/period.ts';
import type { Tally } from '../catalog/history.ts';
import { isActive } from '../retention/never.ts';
import { newBackupId, newProofId } from '../base/id.ts';
import { archivedCopies } from './archived.ts';
import { carryHandlers } from './carry-handlers.ts';
import { directPreview } from './direct-preview.ts';
import { askJob } from './job-handlers.ts';
import { cardOf, destinationsOf, orderedSet, sourceNamed } from './order.ts';
import { purgeHandlers } from './purge-handlers.ts';
import { pinHandlers } from './pins.ts';
import { openersOf, type Openers } from './openers.ts';
import type { Rooms } from './rooms.ts';
import { sourcesCalled } from './source-called.ts';
import { askThaw } from './thaw-handlers.ts';

export function backupHandlers(rooms: Rooms): Handlers<HoldfastContract>['backup'] {
  const { catalog } = rooms;
  return {
    start: async ({ name, direct }, caller) => {
      const source = sourceToBackUp(rooms, name);
      const how = direct === undefined ? {} : { direct: direct ? ('always' as const) : null };
      const { jobId } = askBackup(rooms, caller, source, { places: source.destinations, ...how });
      return { jobId };
    },
    directPreview: async ({ name }) => directPreview(rooms, sourceToBackUp(rooms, name)),
    list: async (asked) => listed(rooms, asked),
    ...pinHandlers(rooms),
    ...purgeHandlers(rooms),
    tally: async ({ name }) => tallyOf(rooms, name),
    trend: async ({ name, limit }) => catalog.history.trend(sourceNamed(rooms, name).id, limit),
    show: async ({ backup }) => {
      const card = cardOf(rooms, backup);
      const manifest = catalog.backups.manifest(card.backupId);
      if (manifest === undefined) throw new Fail('backup.unknown', `There is no backup ${backup}.`);
      return { card, manifest, proofs: catalog.proofs.ofBackup(card.backupId) };
    },
    verify: async ({ backup, level, ...given }, caller) => {
      const card = cardOf(rooms, backup);
      return askVerify(rooms, caller, card, level, await openersOf(rooms, card, given));
    },
    ...carryHandlers(rooms),
    archived: async ({ backup }, { signal }) => archivedCopies(rooms, cardOf(rooms, backup), signal),
    thaw: async (input, caller) => askThaw(rooms, input, caller),
    diff: async ({ backup, against }, caller) => {
      const card = cardOf(rooms, backup);
      const live = against === 'live';
      const source = live ? (catalog.sources.byId(card.sourceId) ?? catalog.sources.byName(card.source) ?? null) : null;
      if (live && source === null)
        throw new Fail(
          'source.unknown',
          `The source ${card.source} was removed; there is nothing live to compare with.`,
        );
      const order = {
        kind: 'diff' as const,
        set: orderedSet(rooms, card),
        against: live ? ('live' as const) : orderedSet(rooms, cardOf(rooms, against)),
        source,
      };
      return askJob(rooms, caller, order, {
        sourceId: card.sourceId,
        backupId: card.backupId,
        secretsOf: source?.id ?? null,
      });
    },
  };
}

type Listing = Parameters<Handlers<HoldfastContract>['backup']['list']>[0];

function listed(rooms: Rooms, asked: Listing): BackupCard[] {
  const { name, pinned, kind, by, limit, before, verdict } = asked;
  const sourceIds = sourcesNamed(rooms, name);
  const { backups } = rooms.catalog;
  if (pinned === undefined && by === undefined) return backups.cards({ limit, before, verdict, kind, sourceIds });
  const isAsked = (card: BackupCard): boolean =>
    (sourceIds === undefined || sourceIds.includes(card.sourceId)) &&
    (kind === undefined || card.kind === kind) &&
    (verdict === undefined || card.verdict === verdict);
  if (by !== undefined) return lastOfEach(rooms, { ...asked, by }, sourceIds, isAsked);
  const held = [...heldNow(rooms)]
    .flatMap((id) => backups.card(id) ?? [])
    .filter(isAsked)
    .toSorted((a, b) => b.takenAt - a.takenAt || (a.backupId < b.backupId ? 1 : -1));
  const from = before === undefined ? 0 : held.findIndex(({ backupId }) => backupId === before) + 1;
  if (before !== undefined && from === 0) throw notInList(before);
  return held.slice(from, limit === undefined ? undefined : from + limit);
}

const notInList = (before: BackupId): Fail => new Fail('backup.unknown', `There is no backup ${before} in this list.`);

function heldNow({ catalog, clock }: Rooms): Set<BackupId> {
  const now = clock.now();
  return new Set(catalog.pins.list().flatMap(({ backupId, pin }) => (isActive(pin, now) ? [backupId] : [])));
}

/** Cards are read one by one until there are enough: what else is asked is asked of the last of each period. */
function lastOfEach(
  rooms: Rooms,
  { by, pinned, limit = Number.MAX_SAFE_INTEGER, before }: Listing & { by: NonNullable<Listing['by']> },
  sourceIds: readonly SourceId[] | undefined,
  isAsked: (card: BackupCard) => boolean,
): BackupCard[] {
  const { backups } = rooms.catalog;
  const places = backups.lastOfEach((takenAt) => periodsAt(takenAt, by.timeZone)[by.period], sourceIds);
  const earlier = before === undefined ? undefined : backups.placeOf(before);
  const from = before === undefined ? 0 : places.findIndex(({ number }) => number === earlier?.number) + 1;
  if (before !== undefined && from === 0) throw notInList(before);
  const held = pinned === undefined ? undefined : heldNow(rooms);
  const found: BackupCard[] = [];
  for (const place of places.slice(from)) {
    if (found.length >= limit) break;
    const card = backups.cardAt(place);
    if (card !== undefined && isAsked(card) && held?.has(card.backupId) !== false) found.push(card);
  }
  return found;
}

/** A source that is known only from backups found in a place has no settings yet. */
function sourceToBackUp(rooms: Rooms, name: string): Source {
  const { backups, sources } = rooms.catalog;
  if (sources.byName(name) === undefined && backups.sourcesNamed(name).length > 0)
    throw new Fail(
      'source.unknown',
      `${name} is known from its backups alone: where its database is was never said here.`,
      {
        hint: `holdfast source add ${name} --join ${name} … sets it up, and goes on with these backups.`,
      },
    );
  return sourceNamed(rooms, name);
}

/** Every source that bears the name, also one that was removed; undefined where no name was given. */
function sourcesNamed(rooms: Rooms, name: string | undefined): SourceId[] | undefined {
  if (name === undefined) return undefined;
  const ids = sourcesCalled(rooms, name);
  if (ids.length === 0) throw new Fail('source.unknown', `There is no source named ${name}, and no backup of one.`);
  return ids;
}

function tallyOf(rooms: Rooms, name: string | undefined): Tally & { all: number } {
  const tallies = (sourcesNamed(rooms, name) ?? [undefined]).map((id) => rooms.catalog.history.tally(id));
  const sum = (verdict: keyof Tally): number => tallies.reduce((total, tally) => total + tally[verdict], 0);
  const counts = { proven: sum('proven'), partly: sum('partly'), failed: sum('failed'), unproven: sum('unproven') };
  return { all: counts.proven + counts.partly + counts.failed + counts.unproven, ...counts };
}

/** @param asked where the backup goes, the plan that asks for it where one does, and whether it goes straight there; left out, as the source says. */
export function askBackup(
  rooms: Rooms,
  caller: Caller,
  source: Source,
  asked: { places: readonly DestinationId[]; backupPlanId?: BackupPlanId; direct?: DirectChoice | null },
): { jobId: JobId; backupId: BackupId } {
  const backupId = newBackupId(rooms.clock);
  const direct = asked.direct === undefined ? source.direct : asked.direct;
  const order = {
    kind: 'backup' as const,
    backupId,
    source,
    destinations: destinationsOf(rooms, asked.places),
    machine: rooms.machine,
    holdfast: rooms.version,
    spoolFolder: rooms.folders.spool,
    lastSizeBytes: rooms.catalog.backups.latest(source.id)?.sizeBytes ?? null,
    lastMs: rooms.catalog.timings.backupMs(source.id),
    ...(typeof direct === 'string' ? { direct } : {}),
  };
  const { backupPlanId } = asked;
  const { jobId } = askJob(rooms, caller, order, {
    sourceId: source.id,
    backupId,
    secretsOf: source.id,
    ...(backupPlanId === undefined ? {} : { backupPlanId }),
  });
  return { jobId, backupId };
}

export function askVerify(
  rooms: Rooms,
  caller: Caller,
  card: BackupCard,
  level: VerifyLevel,
  asked: { backupPlanId?: BackupPlanId } & Openers = {},
): { jobId: JobId } {
  const order = { kind: 'verify' as const, proofId: newProofId(rooms.clock), level, set: orderedSet(rooms, card) };
  return askJob(rooms, caller, order, { sourceId: card.sourceId, backupId: card.backupId, ...asked });
}
