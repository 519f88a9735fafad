import type { DestinationSettings } from './destination.ts';
import { thawHoursOf } from './s3-presets.ts';

const hourMs = 3_600_000;
/** At standard priority: https://learn.microsoft.com/azure/storage/blobs/archive-rehydrate-overview */
const azureArchiveHours = 15;

/** How long the data of a backup that was stored there takes at most before it can be read; 0 is at once. */
export function thawMsOf(settings: DestinationSettings): number {
  if (settings.kind === 's3') return thawHoursOf(settings.storageClass ?? '') * hourMs;
  return settings.kind === 'azure' && settings.tier === 'Archive' ? azureArchiveHours * hourMs : 0;
}
