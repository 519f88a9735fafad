/** `kit.behind`, `kit.reseal` and `kit.stopReseal`: backups that are sealed as their place was sealed before. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import { newBackupIdBeside } from '../base/id.ts';
import type { Reseal } from '../catalog/reseals.ts';
import { behindReport, groupsBehind } from './behind.ts';
import { openersOf } from './openers.ts';
import { cardOf } from './order.ts';
import { placeNamed } from './place.ts';
import type { Rooms } from './rooms.ts';
import { stopIn } from './settle-reseal.ts';
import { audit } from './trail.ts';

type Calls = Pick<Handlers<HoldfastContract>['kit'], 'behind' | 'reseal' | 'stopReseal'>;
type Asked = Parameters<Calls['reseal']>[0];

export function resealHandlers(rooms: Rooms): Calls {
  return {
    behind: async ({ name }) => {
      rooms.resealer.lookNow();
      return behindReport(rooms, placeNamed(rooms, name));
    },
    reseal: async (asked, caller) => {
      const place = placeNamed(rooms, asked.name);
      await reseal(rooms, place, asked, caller);
      return behindReport(rooms, place);
    },
    stopReseal: async ({ name }, caller) => {
      const place = placeNamed(rooms, name);
      await stopIn(rooms, place);
      audit(rooms, 'kit.reseal-stopped', caller.actor, name, {});
      return behindReport(rooms, place);
    },
  };
}

async function reseal(rooms: Rooms, place: DestinationCard, asked: Asked, caller: Caller): Promise<void> {
  const { backups, kit, privateKey } = asked;
  const opened = kit !== undefined || privateKey !== undefined;
  if (opened && backups?.length !== 1)
    throw new Fail('usage.wrong', 'A kit or a private key opens one backup: name that one.');
  const cards = backups === undefined ? allBehind(rooms, place) : named(rooms, place, backups);
  const openers = opened && cards[0] !== undefined ? await openersOf(rooms, cards[0], asked) : {};
  const rows = rooms.catalog.together(() => cards.map((card) => noteAsked(rooms, card, caller)));
  audit(rooms, 'kit.reseal-asked', caller.actor, place.name, { backups: rows.length });
  const [row] = rows;
  if (opened && row !== undefined && !row.made) rooms.resealer.begin(row, caller, openers);
  rooms.resealer.start();
  rooms.resealer.lookNow();
}

/** Of all that are behind, those that can be begun. */
function allBehind(rooms: Rooms, place: DestinationCard): BackupCard[] {
  const going = beingRemoved(rooms);
  const { backups } = rooms.catalog;
  return backups.oldestOf(groupsBehind(rooms, place)).flatMap(({ backupId }) => {
    const card = backups.card(backupId);
    return card === undefined || isWaited(card) || going.has(backupId) ? [] : [card];
  });
}

function named(rooms: Rooms, place: DestinationCard, refs: readonly string[]): BackupCard[] {
  const behind = groupsBehind(rooms, place);
  const going = beingRemoved(rooms);
  return refs.map((ref) => {
    const card = cardOf(rooms, ref);
    if (rooms.catalog.backups.groupOf(card.backupId, behind) === undefined)
      throw new Fail('seal.current', `${card.backupId} is sealed as ${place.name} is sealed now, or is not there.`);
    if (isWaited(card)) throw new Fail('seal.waits', `${card.backupId} is still on its way to one of its places.`);
    if (going.has(card.backupId)) throw new Fail('pin.too-late', `${card.backupId} is about to be removed.`);
    return card;
  });
}

const isWaited = ({ stored }: BackupCard): boolean => stored.some(({ state }) => state === 'waiting');

const beingRemoved = ({ catalog }: Rooms): ReadonlySet<BackupId> =>
  new Set(catalog.retention.removing().map(({ backupId }) => backupId));

/** Written down first: what is interrupted is gone on with by whoever comes next. */
function noteAsked(rooms: Rooms, card: BackupCard, { actor }: Caller): Reseal {
  const { reseals } = rooms.catalog;
  const before = reseals.of(card.backupId);
  if (before !== undefined) {
    rooms.resealer.again(before);
    return before;
  }
  const row: Reseal = {
    replaces: card.backupId,
    backupId: newBackupIdBeside(card.backupId),
    askedAt: rooms.clock.now(),
    actor,
    level: card.verdict === 'proven' ? 'restore' : 'read',
    made: false,
    trouble: null,
  };
  reseals.put(row);
  return row;
}
