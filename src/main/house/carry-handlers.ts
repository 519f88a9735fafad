/** `backup.carry` and `backup.waiting`: backups into places that do not have them. */
import type { StoredState } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId, JobId } from '../../shared/id.ts';
import { dueIn } from '../../shared/stored.ts';
import { waitingSets } from './carrier.ts';
import { askCarry } from './carry-order.ts';
import { discardKept } from './discard.ts';
import { cardOf } from './order.ts';
import { placeNamed } from './place.ts';
import type { Rooms } from './rooms.ts';
import { noteStates } from './settle-stored.ts';

type Calls = Pick<Handlers<HoldfastContract>['backup'], 'carry' | 'waiting' | 'discard'>;
type Asked = Parameters<Calls['carry']>[0];

interface Wanted {
  backupId: BackupId;
  stored: StoredState;
}

export function carryHandlers(rooms: Rooms): Calls {
  return {
    carry: async (asked, caller) => ({ jobIds: await carry(rooms, caller, asked) }),
    discard: (asked, caller) => discardKept(rooms, caller, asked),
    waiting: async () => {
      const dumps = await rooms.kept.list();
      return Promise.all(
        dumps.map(async (dump) => ({
          backupId: dump.backupId,
          source: dump.source.name,
          sourceId: dump.source.id,
          takenAt: dump.takenAt,
          sizeBytes: dump.sizeBytes,
          listed: rooms.catalog.backups.card(dump.backupId) !== undefined,
          stored: await rooms.kept.states(dump),
        })),
      );
    },
  };
}

async function carry(rooms: Rooms, caller: Caller, asked: Asked): Promise<JobId[]> {
  const jobIds: JobId[] = [];
  const wanted = await wantedBy(rooms, asked);
  for (const { backupId, stored } of wanted) {
    // One that is named has to be told why it cannot be brought; of many, the others go on.
    if (asked.backup === undefined && !canComeFrom(rooms, backupId)) continue;
    jobIds.push(askCarry(rooms, caller, backupId, stored));
    noteStates(rooms, backupId, [dueIn(stored)]);
    if (rooms.kept.made(backupId, stored.destination) !== undefined) await rooms.kept.setState(backupId, dueIn(stored));
  }
  return jobIds;
}

function canComeFrom(rooms: Rooms, backupId: BackupId): boolean {
  if (rooms.kept.has(backupId)) return true;
  return rooms.catalog.backups.card(backupId)?.stored.some(({ state }) => state === 'stored') === true;
}

async function wantedBy(rooms: Rooms, asked: Asked): Promise<Wanted[]> {
  const place = asked.destination === undefined ? undefined : placeNamed(rooms, asked.destination).id;
  if (asked.backup !== undefined) return ofBackup(rooms, asked.backup, place);
  const waiting = await waitingSets(rooms);
  if (place === undefined) return waiting;
  return [
    ...waiting.filter(({ stored }) => stored.destination === place),
    ...notWaiting(rooms, place, asked.missing === true),
  ];
}

/** What was given up in this place, and, where it is wanted, what never was to be there. */
function notWaiting(rooms: Rooms, place: DestinationId, missing: boolean): Wanted[] {
  return rooms.catalog.backups
    .cards()
    .toReversed()
    .flatMap(({ backupId, stored }) => {
      const there = stored.find(({ destination }) => destination === place);
      const wanted = there === undefined ? missing : there.state === 'failed';
      return wanted ? [{ backupId, stored: there ?? dueIn({ destination: place }) }] : [];
    });
}

async function ofBackup(rooms: Rooms, name: string, place: DestinationId | undefined): Promise<Wanted[]> {
  const dumps = await rooms.kept.list();
  const dump = dumps.find(({ backupId }) => backupId === name);
  const backupId = dump?.backupId ?? cardOf(rooms, name).backupId;
  const kept = dump ?? dumps.find((one) => one.backupId === backupId);
  const states = [
    ...(kept === undefined ? [] : await rooms.kept.states(kept)),
    ...(rooms.catalog.backups.card(backupId)?.stored ?? []),
  ];
  if (place === undefined) {
    const due = new Map(
      states.filter(({ state }) => state === 'waiting' || state === 'failed').map((one) => [one.destination, one]),
    );
    return [...due.values()].map((stored) => ({ backupId, stored }));
  }
  const stored = states.find(({ destination }) => destination === place) ?? dueIn({ destination: place });
  if (stored.state === 'damaged')
    throw new Fail('destination.exists', `The copy of ${backupId} there is damaged.`, {
      hint: 'holdfast scrub repair replaces it by a good one.',
    });
  if (stored.state === 'stored') throw new Fail('destination.exists', `${backupId} is in this place already.`);
  return [{ backupId, stored }];
}
