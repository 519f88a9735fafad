/** Whose rule it is, and what it says. */
import { Fail } from '../../shared/failure.ts';
import type { RetentionOwner, RetentionSettings } from '../../shared/retention.ts';
import type { Rooms } from './rooms.ts';

type OwnerRooms = Pick<Rooms, 'catalog'>;

export const settingsOf = ({ catalog }: OwnerRooms, owner: RetentionOwner): RetentionSettings =>
  catalog.retention.of(owner) ?? { owner, rule: null, places: [] };

export const nameOf = ({ catalog }: OwnerRooms, owner: RetentionOwner): string | undefined =>
  'planId' in owner ? catalog.backupPlans.byId(owner.planId)?.name : catalog.sources.byId(owner.sourceId)?.name;

export const isSameOwner = (one: RetentionOwner, other: RetentionOwner): boolean =>
  'planId' in one
    ? 'planId' in other && one.planId === other.planId
    : 'sourceId' in other && one.sourceId === other.sourceId;

export function demandOwner(rooms: OwnerRooms, owner: RetentionOwner): string {
  const name = nameOf(rooms, owner);
  if (name !== undefined) return name;
  if ('planId' in owner) throw new Fail('plan.gone', 'This plan was removed.');
  throw new Fail('source.unknown', 'This source was removed.');
}
