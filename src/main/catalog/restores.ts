import type Database from 'better-sqlite3';
import type { RestoreId } from '../../shared/id.ts';
import type { RestoreRecord, RestoreTarget } from '../../shared/restore.ts';
import { fromJson, type Json } from './json.ts';

export interface KnownRestore {
  record: RestoreRecord;
  /** The live place, as it was when it was restored. */
  target: RestoreTarget;
}

/** Restores into the original's place, and what became of what they replaced. */
export interface Restores {
  /** Puts it in, or in the place of what was known under its id. */
  put(restore: KnownRestore): void;
  byId(id: RestoreId): KnownRestore | undefined;
  /** Newest first. */
  list(): KnownRestore[];
}

interface Row {
  body: Json<RestoreRecord>;
  target: Json<RestoreTarget>;
}

export function restoresOf(database: Database.Database): Restores {
  const put = database.prepare(
    `INSERT INTO restores (id, state, body, target) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body, target = excluded.target`,
  );
  const byId = database.prepare<[string], Row>('SELECT body, target FROM restores WHERE id = ?');
  const all = database.prepare<[], Row>('SELECT body, target FROM restores ORDER BY number DESC');
  const known = (row: Row): KnownRestore => ({ record: fromJson(row.body), target: fromJson(row.target) });
  return {
    put: ({ record, target }) =>
      void put.run(record.restoreId, record.state, JSON.stringify(record), JSON.stringify(target)),
    byId: (id) => {
      const row = byId.get(id);
      return row === undefined ? undefined : known(row);
    },
    list: () => all.all().map(known),
  };
}
