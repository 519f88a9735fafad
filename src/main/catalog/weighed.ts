/** What a rule weighs: every backup of a source, so each is read as narrowly as can be. */
import type Database from 'better-sqlite3';
import type { BackupCard, StoredState } from '../../shared/artifact.ts';
import type { BackupId, Instant, MachineId, SourceId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
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

/** From an index alone: the rows of one source lie far apart. A test looks at how SQLite runs it. */
export const weighedSql = `
  SELECT id, taken_at, size_bytes, verdict, machine_id, stored FROM backups INDEXED BY backups_weighed
  WHERE source_id = ? ORDER BY taken_at DESC, number DESC`;

type Row = [BackupId, Instant, number, BackupCard['verdict'], MachineId | null, Json<StoredState[]>];

export function weigher(database: Database.Database): (sourceId: SourceId) => WeighedBackup[] {
  const rows = database.prepare<[string], Row>(weighedSql).raw();
  const pins = database.prepare<[], [BackupId, Json<Pin>]>('SELECT backup_id, body FROM pins ORDER BY backup_id').raw();
  return (sourceId) => {
    // Most of a hundred thousand backups lie in the same places, and a person pins a few.
    const known = new Map<string, StoredState[]>();
    const pinned = new Map(pins.all().map(([backupId, body]) => [backupId, fromJson(body)]));
    return rows.all(sourceId).map(([backupId, takenAt, sizeBytes, verdict, machine, text]) => {
      let stored = known.get(text);
      if (stored === undefined) known.set(text, (stored = fromJson(text)));
      return { backupId, takenAt, sizeBytes, verdict, machine, stored, pin: pinned.get(backupId) ?? null };
    });
  };
}
