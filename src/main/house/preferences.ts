/** What a person chose once: kept in the catalog, and in settings.json for the day that the catalog is lost. */
import { defaultPreferences, Preferences } from '../../shared/preferences.ts';
import { z } from '../../shared/schema.ts';
import type { Rooms } from './rooms.ts';

const metaKey = 'preferences';

type Known = Pick<Rooms, 'catalog' | 'log'>;
type Given = { [Name in keyof Preferences]?: Preferences[Name] | undefined };

/** Those that were chosen, the others as they are by default. What cannot be read counts as not chosen. */
export function preferencesOf(rooms: Known): Preferences {
  return { ...defaultPreferences, ...chosenPreferences(rooms) };
}

/** Only what a person has chosen; undefined where nobody has chosen anything yet. */
export function chosenPreferences({ catalog, log }: Known): Partial<Preferences> | undefined {
  const text = catalog.meta.get(metaKey);
  if (text === undefined) return undefined;
  const parsed = z.safeParse(z.partial(Preferences), JSON.parse(text));
  if (parsed.success) return definedOnly(parsed.data);
  log.warn('The preferences cannot be read; they are as they were at first.', { issues: parsed.error.issues.length });
  return undefined;
}

/** Writes down what was chosen, beside what was chosen earlier. */
export function choosePreferences(rooms: Known, chosen: Given): void {
  const kept = { ...chosenPreferences(rooms), ...definedOnly(chosen) };
  rooms.catalog.meta.set(metaKey, JSON.stringify(kept));
}

/** A field that is there and undefined was not chosen. */
export function definedOnly<Fields extends object>(given: {
  [Name in keyof Fields]?: Fields[Name] | undefined;
}): Partial<Fields> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}
