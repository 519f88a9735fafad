import type { DestinationSettings } from '../../shared/destination.ts';
import type { Clock } from '../base/clock.ts';
import type { Destination } from './destination.ts';
import { folderDestination } from './folder.ts';
import { sweepUnfinished } from './unfinished.ts';

/** The place that these settings speak of. Nothing is read or made before its first use. */
export function openDestination(settings: DestinationSettings): Destination {
  return folderDestination(settings.path);
}

/**
 * Removes what processes that have ended left unfinished in a place; what a living one writes stays.
 * @returns how many files it removed.
 * @throws Fail destination.unreachable, destination.permission.
 */
export function sweepDestination(settings: DestinationSettings, clock: Clock): Promise<number> {
  return sweepUnfinished(settings.path, clock);
}
