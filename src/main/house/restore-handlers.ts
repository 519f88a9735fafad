import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId, PlanId, RestoreId, SourceId } from '../../shared/id.ts';
import type { RestorePlan } from '../../shared/restore.ts';
import { newRestoreId } from '../base/id.ts';
import type { KnownRestore } from '../catalog/restores.ts';
import type { KeptMark } from '../engine/engine.ts';
import { askJob } from './job-handlers.ts';
import { cardOf, passedSecrets } from './order.ts';
import { openersOf } from './openers.ts';
import { rehearsalOf, runOrder, serverOf } from './restore-order.ts';
import type { Rooms } from './rooms.ts';
import { askThaw } from './thaw-handlers.ts';

export function restoreHandlers(rooms: Rooms): Handlers<HoldfastContract>['restore'] {
  const { catalog } = rooms;
  return {
    rehearse: async (input, caller) => {
      const { card, order, asked } = await rehearsalOf(rooms, input);
      return askJob(rooms, caller, order, { backupId: card.backupId, ...asked });
    },
    thawFirst: async ({ place, days, speed, run, ...input }, caller) => {
      const { card, order, asked } = await rehearsalOf(rooms, input);
      const { sourceId, ...given } = asked;
      const follows = { order, sourceId, backupId: card.backupId, run };
      const thaw = { backup: card.backupId, place, days, speed };
      return askThaw(rooms, thaw, caller, { ...given, follows });
    },
    run: async ({ planId, secrets, confirm }, caller) => {
      const { plan, extras } = planOf(rooms, planId);
      demandConfirmed(plan, confirm);
      const card = cardOf(rooms, plan.backupId);
      const { secretsOf } = JSON.parse(extras) as { secretsOf: SourceId | null };
      const mark = plan.replaces === undefined ? null : markOf(rooms, card, plan.replaces.keepUntil);
      return askJob(rooms, caller, runOrder(rooms, card, plan, mark), {
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
