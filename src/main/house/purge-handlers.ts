import path from 'node:path';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { PurgeOrder } from '../purge/purge.ts';
import { askJob } from './job-handlers.ts';
import { backupsOf, notCovered, phraseOf, purgeList, purgePreview, tokenOf, type PurgeList } from './purge-preview.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type Purges = Pick<Handlers<HoldfastContract>['backup'], 'purgePreview' | 'purge'>;
type PurgeInput = Parameters<Purges['purge']>[0];

export function purgeHandlers(rooms: Rooms): Purges {
  return {
    purgePreview: async ({ what, places }, { signal }) => purgePreview(rooms, purgeList(rooms, what, places), signal),
    purge: async (input, caller) => askPurge(rooms, input, caller),
  };
}

function askPurge(rooms: Rooms, input: PurgeInput, caller: Caller): { jobId: JobId } {
  const list = purgeList(rooms, input.what, input.places);
  if (tokenOf(list) !== input.token)
    throw new Fail('purge.moved', 'What would be destroyed is not what was shown any more.');
  const wanted = phraseOf(list, backupsOf(rooms, list));
  if (input.confirm !== wanted) throw new Fail('purge.not-confirmed', `“${wanted}” has to be typed, as it stands.`);
  const order = orderOf(rooms, list, input.reason);
  audit(rooms, 'purge.asked', caller.actor, list.source, {
    backups: list.cards.length,
    places: list.places.map(({ card }) => card.id).join(', '),
    reason: input.reason,
    confirmed: input.confirm,
  });
  const [only] = list.cards;
  return askJob(rooms, caller, order, {
    sourceId: only?.sourceId ?? null,
    backupId: list.cards.length === 1 ? (only?.backupId ?? null) : null,
  });
}

function orderOf(rooms: Rooms, list: PurgeList, reason: string): PurgeOrder {
  const { catalog, clock, folders } = rooms;
  return {
    kind: 'purge',
    reason,
    backups: list.cards.map(({ backupId }) => ({
      backupId,
      manifestSha256: catalog.backups.manifestSha256(backupId) ?? '',
      artifacts: catalog.backups.manifest(backupId)?.artifacts ?? [],
    })),
    places: list.places,
    notCovered: notCovered(rooms, list),
    journal: path.join(folders.home, 'purges', `${list.cards[0]?.backupId ?? 'none'}-${clock.now()}.ndjson`),
  };
}
