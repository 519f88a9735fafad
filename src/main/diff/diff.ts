/** What changed since a backup: its counts against the live source, or against another backup. */
import type { DiffReport } from '../../shared/diff.ts';
import { diffTables } from '../../shared/diff.ts';
import { Fail } from '../../shared/failure.ts';
import { digestsComparable, tableNameIn, type DatabaseInventory } from '../../shared/inventory.ts';
import type { Source, SourceSettings } from '../../shared/source.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, Secrets } from '../engine/engine.ts';
import { openFirst, type OpenPlace, type OrderedSet } from '../set/open.ts';

export interface DiffOrder {
  kind: 'diff';
  set: OrderedSet;
  against: 'live' | OrderedSet;
  /** The live source, where it is compared with. */
  source: Source | null;
}

export interface DiffTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
  placesOf(set: OrderedSet): OpenPlace[];
}

interface Side {
  tables: { name: string; rows: number; digest: string | null }[];
  probe: string | null;
}

/** Compares every table of a backup with the other side. Reads only. */
export async function diff(order: DiffOrder, tools: DiffTools, watch: Watch): Promise<DiffReport> {
  watch.progress({ phase: 'Reading the manifest' });
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.placesOf(order.set), watch.signal);
  const databases = set.inventory.databases;
  const others =
    order.against === 'live'
      ? await liveSides(order, databases, tools, watch)
      : await backupSides(order.against, databases, tools, watch);
  const several = databases.length > 1;
  const tables = databases.flatMap((database, index) => {
    const other = others[index] ?? { tables: [], probe: null };
    const before =
      database.scope.part === 'schema'
        ? database.tables.map((table) => ({ ...table, rows: 0, digest: null }))
        : database.tables;
    return diffTables(before, other.tables, digestsComparable(database.digest, other.probe)).map((table) => ({
      ...table,
      name: tableNameIn(database, table.name, several),
    }));
  });
  return {
    backupId: order.set.backupId,
    against: order.against === 'live' ? 'live' : order.against.backupId,
    takenAt: set.manifest.takenAt,
    tables,
  };
}

async function liveSides(
  order: DiffOrder,
  databases: DatabaseInventory[],
  tools: DiffTools,
  watch: Watch,
): Promise<Side[]> {
  const { source } = order;
  if (source === null)
    throw new Fail('source.unknown', 'The source of this backup was removed; there is nothing live to compare with.');
  const sides: Side[] = [];
  for (const database of databases) {
    watch.progress({ phase: 'Counting the live database' });
    const engine = tools.engineOf(source.settings.kind);
    const place = { settings: settingsFor(source.settings, database.name), secrets: tools.secrets };
    const counted = await engine.count(place, { digests: database.digest !== null, scope: database.scope }, watch);
    sides.push({ tables: counted.tables, probe: counted.digestProbe });
  }
  return sides;
}

function settingsFor(settings: SourceSettings, database: string): SourceSettings {
  return settings.kind === 'postgres' ? { ...settings, databases: [database] } : settings;
}

async function backupSides(
  against: OrderedSet,
  databases: DatabaseInventory[],
  tools: DiffTools,
  watch: Watch,
): Promise<Side[]> {
  const other = await openFirst(against.backupId, against.manifestSha256, tools.placesOf(against), watch.signal);
  return databases.map((database) => {
    const match = other.inventory.databases.find((one) => one.name === database.name);
    return { tables: match?.tables ?? [], probe: match?.digest?.probe ?? null };
  });
}
