/** What the rules of a place do to our data, kept on its card: the overview and pins ask no place. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { PlaceRules } from '../../shared/place-rules.ts';
import { thawHoursOf } from '../../shared/s3-presets.ts';
import type { SeenLifecycle } from '../destination/admin.ts';
import { keepSettings } from './keepsake.ts';
import type { Rooms } from './rooms.ts';

/** What could not be read leaves what was known before. */
export function rememberRules(rooms: Rooms, { id }: DestinationCard, lifecycle: SeenLifecycle): void {
  if (lifecycle.state !== 'on' && lifecycle.state !== 'off') return;
  // It may have been changed or removed while it was asked.
  const card = rooms.catalog.destinations.byId(id);
  if (card === undefined) return;
  const rules = rulesIn(lifecycle, rooms.clock.now());
  if (isSame(card.rules, rules)) return;
  const changed = { ...card, rules };
  rooms.catalog.destinations.change(changed);
  keepSettings(rooms);
  rooms.announce.destination.changed({ card: changed });
}

function rulesIn({ rules }: SeenLifecycle, at: number): PlaceRules {
  const enabled = rules.filter((rule) => rule.enabled);
  const onData = enabled.filter(({ hits }) => hits.includes('data'));
  const ends = enabled.filter(({ hits }) => hits.includes('data') || hits.includes('manifests'));
  return {
    at,
    cools: onData.flatMap(({ cools }) => (cools === undefined || thawHoursOf(cools.storageClass) === 0 ? [] : [cools])),
    expires: ends.flatMap(({ id: ruleId, expires }) => (expires === undefined ? [] : [{ ruleId, expires }])),
  };
}

const isSame = (before: PlaceRules | undefined, now: PlaceRules): boolean =>
  before !== undefined && JSON.stringify({ ...before, at: 0 }) === JSON.stringify({ ...now, at: 0 });
