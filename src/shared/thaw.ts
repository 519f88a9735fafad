import type { DestinationCard, DestinationSettings } from './destination.ts';
import type { Instant } from './id.ts';
import { thawHoursOf } from './s3-presets.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** At standard priority: https://learn.microsoft.com/azure/storage/blobs/archive-rehydrate-overview */
const azureArchiveHours = 15;

/** How long the data of a backup that was stored there takes at most before it can be read; 0 is at once. */
export function thawMsOf(settings: DestinationSettings): number {
  if (settings.kind === 's3') return thawHoursOf(settings.storageClass ?? '') * hourMs;
  return settings.kind === 'azure' && settings.tier === 'Archive' ? azureArchiveHours * hourMs : 0;
}

/** The same of one that was taken then, with what the rules of the place, as they were last read, have done to it since. */
export function thawMsAt(
  { settings, rules }: Pick<DestinationCard, 'settings' | 'rules'>,
  takenAt: Instant,
  now: Instant,
): number {
  const cooled = (rules?.cools ?? [])
    .filter(({ afterDays }) => takenAt + afterDays * dayMs <= now)
    .map(({ storageClass }) => thawHoursOf(storageClass) * hourMs);
  return Math.max(thawMsOf(settings), ...cooled);
}
