/** What a rehearsal and a restore are told, from what was asked. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { SourceId } from '../../shared/id.ts';
import type { RestorePlan, RestoreTarget } from '../../shared/restore.ts';
import type { PostgresSettings, Source } from '../../shared/source.ts';
import { newPlanId } from '../base/id.ts';
import type { KeptMark } from '../engine/engine.ts';
import type { OrderSecrets } from '../job/order.ts';
import type { RehearseOrder } from '../restore/rehearse.ts';
import type { RestoreOrder } from '../restore/bring-back.ts';
import { openersOf, type Openers } from './openers.ts';
import { cardOf, orderedSet, passedSecrets } from './order.ts';
import type { Rooms } from './rooms.ts';

type RehearseInput = Parameters<Handlers<HoldfastContract>['restore']['rehearse']>[0];

export interface AskedRehearsal {
  card: BackupCard;
  order: RehearseOrder;
  /** Whose job it is, and what it is given besides the order. */
  asked: { sourceId: SourceId | null; secretsOf: SourceId | null; passing: OrderSecrets } & Openers;
}

export async function rehearsalOf(rooms: Rooms, input: RehearseInput): Promise<AskedRehearsal> {
  const { catalog, clock } = rooms;
  const card = cardOf(rooms, input.backup);
  const { target, secretsOf } = targetOf(rooms, card, input.target);
  return {
    card,
    order: {
      kind: 'rehearse',
      planId: newPlanId(clock),
      set: orderedSet(rooms, card),
      database: input.database,
      target,
      source: card.source,
      expectedMs: catalog.timings.restoreMs(card.sourceId),
    },
    asked: {
      // A backup that is running has the live file open, and would be taken for somebody else.
      sourceId: input.target.kind === 'original' ? card.sourceId : null,
      secretsOf,
      passing: passedSecrets(rooms.drafts.reveal(input.secrets, serverOf(target))),
      ...(await openersOf(rooms, card, input.secrets)),
    },
  };
}

/** @param mark of a restore that replaces the original; null for one into a new place. */
export const runOrder = (rooms: Rooms, card: BackupCard, plan: RestorePlan, mark: KeptMark | null): RestoreOrder => ({
  kind: 'restore',
  set: orderedSet(rooms, card),
  plan,
  mark,
});

export const serverOf = (target: RestoreTarget | { kind: 'original' }): PostgresSettings | null =>
  target.kind === 'database' ? target.server : null;

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
