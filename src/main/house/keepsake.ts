/**
 * Sources, destinations, plans and preferences once more, in a plain file beside the catalog. Backups can be read again from their
 * manifests; what somebody typed in cannot. Secrets are not in it: they are in the vault.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, DestinationCard } from '../../shared/destination.ts';
import { Plan } from '../../shared/plan.ts';
import { BackupId } from '../../shared/id.ts';
import { Pin } from '../../shared/pin.ts';
import { Preferences } from '../../shared/preferences.ts';
import { RestoreRecord, RestoreTarget } from '../../shared/restore.ts';
import { RetentionSettings } from '../../shared/retention.ts';
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
  plans: z.optional(z.array(Plan)),
  /** Rules and pins. What was applied is not in it: a catalog that was lost asks again before anything is deleted. */
  retention: z.optional(z.array(RetentionSettings)),
  pins: z.optional(z.array(z.strictObject({ backupId: BackupId, pin: Pin }))),
  /** Restores whose earlier database is kept: what could be undone is not forgotten with the catalog. */
  restores: z.optional(z.array(z.strictObject({ record: RestoreRecord, target: RestoreTarget }))),
});

const fileIn = (home: string): string => path.join(home, 'settings.json');

/** Called after every change of a source, a destination, a plan, a rule, a pin or a preference. */
export function keepSettings(rooms: Pick<Rooms, 'catalog' | 'folders' | 'log'>): void {
  const kept = {
    holdfast: 'settings',
    version: 1,
    sources: rooms.catalog.sources.list(),
    destinations: rooms.catalog.destinations.list(),
    preferences: chosenPreferences(rooms),
    plans: rooms.catalog.backupPlans.list(),
    retention: rooms.catalog.retention.list(),
    pins: rooms.catalog.pins.list(),
    restores: rooms.catalog.restores.list().filter(({ record }) => record.state !== 'released'),
  };
  writePrivateFile(fileIn(rooms.folders.home), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Puts them back into a catalog that lost them. What is there already stays as it is. */
export async function recallSettings(rooms: Pick<Rooms, 'catalog' | 'folders' | 'log' | 'clock'>): Promise<number> {
  const kept = await readKept(rooms);
  if (kept === null) return 0;
  for (const card of kept.destinations) {
    if (
      rooms.catalog.destinations.byId(card.id) === undefined &&
      rooms.catalog.destinations.byAddress(card.settings.kind, addressOf(card.settings)) === undefined
    ) {
      rooms.catalog.destinations.add(card);
    }
  }
  if (kept.preferences !== undefined && chosenPreferences(rooms) === undefined)
    choosePreferences(rooms, kept.preferences);
  for (const restore of (kept.restores ?? []).toReversed()) {
    if (rooms.catalog.restores.byId(restore.record.restoreId) === undefined) rooms.catalog.restores.put(restore);
  }
  let recalled = 0;
  for (const source of kept.sources) {
    if (rooms.catalog.sources.byId(source.id) !== undefined || rooms.catalog.sources.byName(source.name) !== undefined)
      continue;
    rooms.catalog.sources.add(source);
    recalled += 1;
  }
  recallPlans(rooms, kept.plans ?? []);
  recallRetention(rooms, kept);
  return recalled;
}

/** What ran before is forgotten with the catalog, so nothing that was due before now is made up: it may have been made. */
function recallPlans(rooms: Pick<Rooms, 'catalog' | 'clock'>, plans: readonly Plan[]): void {
  const now = rooms.clock.now();
  for (const plan of plans) {
    if (rooms.catalog.backupPlans.byId(plan.id) === undefined)
      rooms.catalog.backupPlans.put(plan, { backup: now, proof: now });
  }
}

function recallRetention(
  { catalog }: Pick<Rooms, 'catalog'>,
  { retention = [], pins = [] }: Pick<z.output<typeof Keepsake>, 'retention' | 'pins'>,
): void {
  for (const settings of retention)
    if (catalog.retention.of(settings.owner) === undefined) catalog.retention.put(settings);
  const known = new Set(catalog.pins.list().map(({ backupId }) => backupId));
  for (const { backupId, pin } of pins) if (!known.has(backupId)) catalog.pins.put(backupId, pin);
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
