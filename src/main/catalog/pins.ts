import type Database from 'better-sqlite3';
import type { BackupId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import { fromJson, type Json } from './json.ts';

export interface KnownPin {
  backupId: BackupId;
  pin: Pin;
}

/** What a person keeps whatever a rule says. Pins outlive the list of backups, which can be made again. */
export interface Pins {
  put(backupId: BackupId, pin: Pin): void;
  /** Removing what is not there does nothing. */
  remove(backupId: BackupId): void;
  list(): KnownPin[];
}

export function pinsOf(database: Database.Database): Pins {
  const put = database.prepare(
    'INSERT INTO pins (backup_id, body) VALUES (?, ?) ON CONFLICT (backup_id) DO UPDATE SET body = excluded.body',
  );
  const remove = database.prepare('DELETE FROM pins WHERE backup_id = ?');
  const all = database.prepare<[], { backupId: BackupId; body: Json<Pin> }>(
    'SELECT backup_id AS backupId, body FROM pins ORDER BY backup_id',
  );
  return {
    put: (backupId, pin) => void put.run(backupId, JSON.stringify(pin)),
    remove: (backupId) => void remove.run(backupId),
    list: () => all.all().map(({ backupId, body }) => ({ backupId, pin: fromJson(body) })),
  };
}
