import { timeZone } from '../clock.ts';

/** The time zones that this browser knows by name; UTC is always among them. */
let known: readonly string[] | undefined;

export function timeZones(): readonly string[] {
  known ??= [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', timeZone()])].toSorted();
  return known;
}
