/**
 * Sources, destinations and preferences once more, in a plain file beside the catalog. Backups can be read again from their
 * manifests; what somebody typed in cannot. Secrets are not in it: they are in the vault.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DestinationCard } from '../../shared/destination.ts';
import { Preferences } from '../../shared/preferences.ts';
import { z } from '../../shared/schema.ts';
import { Source } from '../../shared/source.ts';
import { writePrivateFile } from '../base/private-file.ts';
import { chosenPreferences, choosePreferences } from './preferences.ts';
import type { Rooms } from './rooms.ts';

const Keepsake = z.strictObject({
  holdfast: z.literal('settings'),
  version: z.literal(1),
  sources: z.array(Source),
  destinations: z.array(DestinationCard),
  preferences: z.optional(z.partial(Preferences)),
});

const fileIn = (home: string): string => path.join(home, 'settings.json');

/** Called after every change of a source, a destination or a preference. */
export function keepSettings(rooms: Pick<Rooms, 'catalog' | 'folders' | 'log'>): void {
  const kept = {
    holdfast: 'settings',
    version: 1,
    sources: rooms.catalog.sources.list(),
    destinations: rooms.catalog.destinations.list(),
    preferences: chosenPreferences(rooms),
  };
  writePrivateFile(fileIn(rooms.folders.home), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Puts them back into a catalog that lost them. What is there already stays as it is. */
export async function recallSettings(rooms: Pick<Rooms, 'catalog' | 'folders' | 'log'>): Promise<number> {
  const kept = await readKept(rooms);
  if (kept === null) return 0;
  for (const card of kept.destinations) {
    if (
      rooms.catalog.destinations.byId(card.id) === undefined &&
      rooms.catalog.destinations.byFolder(card.settings.path) === undefined
    ) {
      rooms.catalog.destinations.add(card);
    }
  }
  if (kept.preferences !== undefined && chosenPreferences(rooms) === undefined)
    choosePreferences(rooms, kept.preferences);
  let recalled = 0;
  for (const source of kept.sources) {
    if (rooms.catalog.sources.byId(source.id) !== undefined || rooms.catalog.sources.byName(source.name) !== undefined)
      continue;
    rooms.catalog.sources.add(source);
    recalled += 1;
  }
  return recalled;
}

async function readKept(rooms: Pick<Rooms, 'folders' | 'log'>): Promise<z.output<typeof Keepsake> | null> {
  const text = await readFile(fileIn(rooms.folders.home), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return z.parse(Keepsake, JSON.parse(text));
  } catch (thrown) {
    rooms.log.warn('settings.json cannot be read; sources have to be added again.', { thrown });
    return null;
  }
}
