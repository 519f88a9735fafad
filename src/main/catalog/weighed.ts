/** What a rule weighs: every backup of a source, so each is read as narrowly as can be. */
import type Database from 'better-sqlite3';
import type { BackupCard, StoredState } from '../../shared/artifact.ts';
import type { BackupId, Instant, MachineId, SourceId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import { copyGroups } from './copy-tally.ts';
import { fromJson, type Json } from './json.ts';

export interface WeighedBackup {
  backupId: BackupId;
  takenAt: Instant;
  sizeBytes: number;
  verdict: BackupCard['verdict'];
  /** Null where its manifest was lost. */
  machine: MachineId | null;
  /** Shared by those that lie in the same places. */
  stored: readonly StoredState[];
  pin: Pin | null;
}

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

export function weigher(database: Database.Database): (sourceId: SourceId) => WeighedBackup[] {
  const some = database.prepare<[string], Row>(weighedSql.some).raw();
  const same = database.prepare<[string], Row>(weighedSql.same).raw();
  const groups = copyGroups(database);
  const pins = database.prepare<[], [BackupId, Json<Pin>]>('SELECT backup_id, body FROM pins ORDER BY backup_id').raw();
  return (sourceId) => {
    // Most of a hundred thousand backups lie in the same places, and a person pins a few.
    const known = groups(sourceId);
    const [only] = known;
    const storedBy = new Map<string | undefined, StoredState[]>(known.map(({ text, stored }) => [text, stored]));
    if (only !== undefined && known.length === 1) storedBy.set(undefined, only.stored);
    const pinned = new Map(pins.all().map(([backupId, body]) => [backupId, fromJson(body)]));
    const rows = known.length === 1 ? same : some;
    return rows.all(sourceId).map(([backupId, takenAt, sizeBytes, verdict, machine, text]) => {
      const stored = storedBy.get(text) ?? [];
      return { backupId, takenAt, sizeBytes, verdict, machine, stored, pin: pinned.get(backupId) ?? null };
    });
  };
}
