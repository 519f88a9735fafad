/** What a rule weighs: every backup of a source, so each is read as narrowly as can be. */
import type Database from 'better-sqlite3';
import type { BackupCard, StoredState } from '../../shared/artifact.ts';
import type { BackupId, Instant, MachineId, SourceId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import { copyGroups } from './copy-tally.ts';
import { fromJson, type Json } from './json.ts';

/** Not to be changed by whoever is given it: others are given it too. */
export type WeighedBackup = Readonly<{
  backupId: BackupId;
  takenAt: Instant;
  sizeBytes: number;
  verdict: BackupCard['verdict'];
  /** Null where its manifest was lost. */
  machine: MachineId | null;
  /** Shared by those that lie in the same places. */
  stored: readonly StoredState[];
  pin: Pin | null;
}>;

const narrow = 'SELECT id, taken_at, size_bytes, verdict, machine_id';
const inOrder = `FROM backups INDEXED BY backups_weighed
  WHERE source_id = ? ORDER BY taken_at DESC, number DESC`;

/** From an index alone: the rows of one source lie far apart. A test looks at how SQLite runs them. */
export const weighedSql = {
  some: `${narrow}, stored ${inOrder}`,
  /** Where all of them lie in the same places, none says where. */
  same: `${narrow} ${inOrder}`,
};

type Row = [BackupId, Instant, number, BackupCard['verdict'], MachineId | null, Json<StoredState[]>?];

/** The sources that were weighed last are kept in memory: as many as a plan has, of as many backups as a person looks at. */
const mostKept = 8;
const mostBackups = 20_000;

interface Kept {
  /** What must be the same for it to be true still. */
  change: bigint | undefined;
  pins: string;
  backups: WeighedBackup[];
}

/** Rows are read again only where something of the source has changed: the database says so itself, in the same change. */
export function weigher(database: Database.Database): (sourceId: SourceId) => readonly WeighedBackup[] {
  const change = database
    .prepare<[string], bigint>('SELECT change FROM source_change WHERE source_id = ?')
    .pluck()
    .safeIntegers();
  const pins = database.prepare<[], [BackupId, Json<Pin>]>('SELECT backup_id, body FROM pins ORDER BY backup_id').raw();
  const read = reader(database);
  const kept = new Map<SourceId, Kept>();
  return (sourceId) => {
    const pinned = pins.all();
    const now = { change: change.get(sourceId), pins: pinned.join() };
    const known = kept.get(sourceId);
    kept.delete(sourceId);
    const isSame = known !== undefined && known.change === now.change && known.pins === now.pins;
    const backups = isSame ? known.backups : read(sourceId, pinned);
    if (backups.length <= mostBackups) kept.set(sourceId, { ...now, backups });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return backups;
  };
}

function reader(
  database: Database.Database,
): (sourceId: SourceId, pins: readonly [BackupId, Json<Pin>][]) => WeighedBackup[] {
  const some = database.prepare<[string], Row>(weighedSql.some).raw();
  const same = database.prepare<[string], Row>(weighedSql.same).raw();
  const groups = copyGroups(database);
  return (sourceId, pins) => {
    // Most of a hundred thousand backups lie in the same places, and a person pins a few.
    const known = groups(sourceId);
    const [only] = known;
    const storedBy = new Map<string | undefined, StoredState[]>(known.map(({ text, stored }) => [text, stored]));
    if (only !== undefined && known.length === 1) storedBy.set(undefined, only.stored);
    const pinned = new Map(pins.map(([backupId, body]) => [backupId, fromJson(body)]));
    const rows = known.length === 1 ? same : some;
    return rows.all(sourceId).map(([backupId, takenAt, sizeBytes, verdict, machine, text]) => {
      const stored = storedBy.get(text) ?? [];
      return { backupId, takenAt, sizeBytes, verdict, machine, stored, pin: pinned.get(backupId) ?? null };
    });
  };
}
