import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId, PlanId, RestoreId, SourceId } from '../../shared/id.ts';
import type { RestorePlan, RestoreTarget } from '../../shared/restore.ts';
import type { PostgresSettings, Source } from '../../shared/source.ts';
import { newPlanId, newRestoreId } from '../base/id.ts';
import type { KnownRestore } from '../catalog/restores.ts';
import type { KeptMark } from '../engine/engine.ts';
import type { RehearseOrder } from '../restore/rehearse.ts';
import { askJob } from './job-handlers.ts';
import { cardOf, orderedSet, passedSecrets } from './order.ts';
import { openersOf } from './openers.ts';
import type { Rooms } from './rooms.ts';

type RehearseInput = Parameters<Handlers<HoldfastContract>['restore']['rehearse']>[0];

export function restoreHandlers(rooms: Rooms): Handlers<HoldfastContract>['restore'] {
  const { catalog, clock } = rooms;
  return {
    rehearse: async (input, caller) => {
      const card = cardOf(rooms, input.backup);
      const { target, secretsOf } = targetOf(rooms, card, input.target);
      const order = {
        kind: 'rehearse' as const,
        planId: newPlanId(clock),
        set: orderedSet(rooms, card),
        database: input.database,
        target,
        source: card.source,
        expectedMs: catalog.timings.restoreMs(card.sourceId),
      };
      return askJob(rooms, caller, order, {
        // A backup that is running has the live file open, and would be taken for somebody else.
        sourceId: input.target.kind === 'original' ? card.sourceId : null,
        backupId: card.backupId,
        secretsOf,
        passing: passedSecrets(rooms.drafts.reveal(input.secrets, serverOf(target))),
        ...(await openersOf(rooms, card, input.secrets)),
      });
    },
    run: async ({ planId, secrets, confirm }, caller) => {
      const { plan, extras } = planOf(rooms, planId);
      demandConfirmed(plan, confirm);
      const card = cardOf(rooms, plan.backupId);
      const { secretsOf } = JSON.parse(extras) as { secretsOf: SourceId | null };
      const mark = plan.replaces === undefined ? null : markOf(rooms, card, plan.replaces.keepUntil);
      const order = { kind: 'restore' as const, set: orderedSet(rooms, card), plan, mark };
      return askJob(rooms, caller, order, {
        sourceId: card.sourceId,
        backupId: card.backupId,
        secretsOf,
        passing: passedSecrets(rooms.drafts.reveal(secrets, serverOf(plan.target))),
        ...(await openersOf(rooms, card, secrets)),
      });
    },
    list: async () => catalog.restores.list().map(({ record }) => record),
    undo: async ({ restoreId }, caller) => askAboutKept(rooms, caller, 'undo', restoreId),
    release: async ({ restoreId }, caller) => askAboutKept(rooms, caller, 'release', restoreId),
  };
}

const serverOf = (target: RestoreTarget | { kind: 'original' }): PostgresSettings | null =>
  target.kind === 'database' ? target.server : null;

/** What a plan asks to be typed is compared here, in the owner, and nowhere else. */
function demandConfirmed({ replaces }: RestorePlan, confirm: string | undefined): void {
  if (replaces === undefined || confirm === replaces.confirm) return;
  const what = confirm === undefined ? 'Nothing was typed' : 'Something else was typed';
  throw new Fail(
    'restore.not-confirmed',
    `${what}; this restore replaces a live database and asks for ${JSON.stringify(replaces.confirm)}.`,
  );
}

function markOf(rooms: Rooms, card: BackupCard, keepUntil: number): KeptMark {
  return {
    restoreId: newRestoreId(rooms.clock),
    sourceId: card.sourceId,
    backupId: card.backupId,
    restoredAt: rooms.clock.now(),
    keepUntil,
  };
}

function askAboutKept(rooms: Rooms, caller: Caller, kind: 'undo' | 'release', restoreId: RestoreId): { jobId: JobId } {
  const { record, target } = keptOf(rooms, restoreId);
  const { sourceId, backupId, restoredAt, keepUntil } = record;
  const mark: KeptMark = { restoreId, sourceId, backupId, restoredAt, keepUntil };
  const source = rooms.catalog.sources.byId(sourceId);
  const secretsOf = source === undefined ? null : sourceId;
  return askJob(rooms, caller, { kind, target, keptAs: record.keptAs, mark }, { sourceId, backupId, secretsOf });
}

/** @throws `restore.unknown`, `restore.released` */
function keptOf(rooms: Rooms, restoreId: RestoreId): KnownRestore {
  const known = rooms.catalog.restores.byId(restoreId);
  if (known === undefined) throw new Fail('restore.unknown', `There is no restore ${restoreId}.`);
  if (known.record.state === 'released')
    throw new Fail('restore.released', `${known.record.keptAs} was removed. The restore cannot be undone any more.`);
  return known;
}

function planOf(rooms: Rooms, planId: PlanId): NonNullable<ReturnType<Rooms['catalog']['plans']['byId']>> {
  const known = rooms.catalog.plans.byId(planId);
  if (known === undefined) throw new Fail('plan.unknown', `There is no rehearsed restore ${planId}.`);
  return known;
}

/** A target on the backup's own server takes that source's settings and saved password. */
function targetOf(
  rooms: Rooms,
  card: BackupCard,
  target: RehearseInput['target'],
): { target: RehearseOrder['target']; secretsOf: SourceId | null } {
  if (target.kind === 'original') {
    const source = sourceOf(rooms, card, 'Restore into a new place instead.');
    return { target: { kind: 'original', settings: source.settings }, secretsOf: source.id };
  }
  if (target.kind !== 'same-server') return { target, secretsOf: null };
  const source = sourceOf(rooms, card, 'Name the server with --to-url.');
  if (source.settings.kind !== 'postgres')
    throw new Fail('restore.wrong-kind', `${card.source} is a SQLite file; it is restored to a file.`, {
      hint: 'Use --to-file.',
    });
  const server = { ...source.settings, databases: [target.database] };
  return { target: { kind: 'database', server, database: target.database }, secretsOf: source.id };
}

function sourceOf(rooms: Rooms, card: BackupCard, hint: string): Source {
  const source = rooms.catalog.sources.byId(card.sourceId) ?? rooms.catalog.sources.byName(card.source);
  if (source !== undefined) return source;
  throw new Fail('source.unknown', `The source ${card.source} was removed, and its place with it.`, { hint });
}
