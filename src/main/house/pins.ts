/** What a person keeps, whatever a rule says. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import { pinBeaten } from '../../shared/place-rules.ts';
import { keepSettings } from './keepsake.ts';
import { cardOf } from './order.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type Pins = Pick<Handlers<HoldfastContract>['backup'], 'pin' | 'unpin'>;

export function pinHandlers(rooms: Rooms): Pins {
  return {
    pin: async ({ backup, reason, until, hold }, caller) => {
      const card = cardOf(rooms, backup);
      const since = rooms.clock.now();
      if (until !== null && until <= since) throw new Fail('pin.ended', 'This pin would have ended already.');
      if (hold && until !== null) throw new Fail('call.malformed', 'A hold has no end: a person takes it away.');
      if (card.pin?.hold === true && !hold) throw new Fail('pin.held', `${card.backupId} is held: ${card.pin.reason}`);
      refuseRemoving(rooms, card);
      rooms.catalog.pins.put(card.backupId, { reason, until, hold, since, by: caller.actor });
      const pinned = told(rooms, card, 'backup.pinned', caller, { reason, until, hold });
      const beaten = pinBeaten(pinned, rooms.catalog.destinations.list(), since);
      return beaten.length === 0 ? pinned : { ...pinned, beaten };
    },
    unpin: async ({ backup, liftHold }, caller) => {
      const card = cardOf(rooms, backup);
      if (card.pin === undefined) throw new Fail('pin.none', `${card.backupId} is not pinned.`);
      if (card.pin.hold && !liftHold) throw new Fail('pin.held', `${card.backupId} is held: ${card.pin.reason}`);
      rooms.catalog.pins.remove(card.backupId);
      rooms.resealer.poke();
      return told(rooms, card, 'backup.unpinned', caller, { reason: card.pin.reason, hold: card.pin.hold });
    },
  };
}

/** A pin that came a moment too late would promise what is being removed. */
function refuseRemoving(rooms: Rooms, { backupId }: BackupCard): void {
  if (rooms.catalog.retention.removing().some((one) => one.backupId === backupId))
    throw new Fail('pin.too-late', `${backupId} is about to be removed.`);
}

function told(
  rooms: Rooms,
  { backupId }: BackupCard,
  action: 'backup.pinned' | 'backup.unpinned',
  caller: Caller,
  details: Record<string, string | number | boolean | null>,
): BackupCard {
  keepSettings(rooms);
  audit(rooms, action, caller.actor, backupId, details);
  const card = cardOf(rooms, backupId);
  rooms.announce.backup.changed({ card });
  return card;
}
