/** Who made the backups of a source, and where they lie. */
import type Database from 'better-sqlite3';
import type { BackupId, DestinationId, Instant, MachineId, SourceId } from '../../shared/id.ts';
import { copyGroups, isIn, textsIn } from './copy-tally.ts';
import { weigher, type WeighedBackup } from './weighed.ts';

export interface BackupCopies {
  /** What a rule weighs: every backup of a source, newest first. */
  weighed(sourceId: SourceId): readonly WeighedBackup[];
  /** Which machine made each backup of a source; null where its manifest was lost. */
  machinesOf(sourceId: SourceId): Map<BackupId, MachineId | null>;
  /** When this machine made its newest, by its clock. */
  newestOf(machine: MachineId): Instant | null;
  /** Where any backup of a source lies. */
  placesOf(sourceId: SourceId): DestinationId[];
  /** What a place should hold. */
  storedIn(destination: DestinationId): BackupId[];
}

export function copiesOf(database: Database.Database): BackupCopies {
  const machines = database
    .prepare<[string], [BackupId, MachineId | null]>('SELECT id, machine_id FROM backups WHERE source_id = ?')
    .raw();
  const newest = database
    .prepare<[string], number | null>('SELECT max(taken_at) FROM backups WHERE machine_id = ?')
    .pluck();
  // In the order of the ids, from an index alone, and as one text: a hundred thousand rows cost more than their ids.
  const lying = database
    .prepare<[string], string | null>(
      `SELECT group_concat(id, ' ') FROM
         (SELECT id FROM backups INDEXED BY backups_lying WHERE stored IN (SELECT value FROM json_each(?)) ORDER BY id)`,
    )
    .pluck();
  const everywhere = database
    .prepare<[], string | null>(`SELECT group_concat(id, ' ') FROM (SELECT id FROM backups ORDER BY id)`)
    .pluck();
  const groups = copyGroups(database);
  return {
    weighed: weigher(database),
    machinesOf: (sourceId) => new Map(machines.all(sourceId)),
    placesOf: (sourceId) => {
      const stored = groups(sourceId).flatMap((group) => group.stored.filter(({ state }) => state === 'stored'));
      return [...new Set(stored.map(({ destination }) => destination))];
    },
    newestOf: (machine) => newest.get(machine) ?? null,
    storedIn: (destination) => {
      const known = groups();
      // A place that has them all need not be looked for in each.
      const hasAll = known.every((group) => isIn(group, destination, ['stored']));
      const ids = hasAll ? everywhere.get() : lying.get(textsIn(known, destination, ['stored']));
      return (ids?.split(' ') ?? []) as BackupId[];
    },
  };
}
