import type Database from 'better-sqlite3';
import type { BackupId, Instant } from '../../shared/id.ts';
import type { VerifyLevel } from '../../shared/verify.ts';

/** A backup that is sealed anew, from when somebody asked until the earlier one is gone. */
export interface Reseal {
  replaces: BackupId;
  /** Of the new one, which need not be there yet. */
  backupId: BackupId;
  askedAt: Instant;
  actor: string;
  /** The proof that the new one needs before the earlier one may go. */
  level: VerifyLevel;
  /** Whether the new one has been in a place: one that is gone again is not made twice. */
  made: boolean;
  /** Why it does not go on. */
  trouble: string | null;
}

export interface Reseals {
  /** One that is there already is replaced. */
  put(reseal: Reseal): void;
  of(replaces: BackupId): Reseal | undefined;
  /** By the id of the new one. */
  by(backupId: BackupId): Reseal | undefined;
  /** In the order of the backups that are replaced: the oldest moment first. */
  list(): Reseal[];
  /** Backups of one source that were begun and ended at the same moments; every backup is looked at. */
  ofOneMoment(): BackupId[][];
  made(replaces: BackupId): void;
  trouble(replaces: BackupId, trouble: string | null): void;
  end(replaces: BackupId): void;
}

type Row = Omit<Reseal, 'made'> & { made: number };
const read = (row: Row | undefined): Reseal | undefined =>
  row === undefined ? undefined : { ...row, made: row.made === 1 };

export function resealsOf(database: Database.Database): Reseals {
  const columns = 'replaces, backup_id AS backupId, asked_at AS askedAt, actor, level, made, trouble';
  const put = database.prepare(
    `INSERT OR REPLACE INTO reseals (replaces, backup_id, asked_at, actor, level, made, trouble)
     VALUES (@replaces, @backupId, @askedAt, @actor, @level, @made, @trouble)`,
  );
  const of = database.prepare<[string], Row>(`SELECT ${columns} FROM reseals WHERE replaces = ?`);
  const by = database.prepare<[string], Row>(`SELECT ${columns} FROM reseals WHERE backup_id = ?`);
  const list = database.prepare<[], Row>(`SELECT ${columns} FROM reseals ORDER BY replaces`);
  const ofOneMoment = database
    .prepare<[], string>(
      `SELECT group_concat(id, ' ') FROM backups GROUP BY source_id, taken_at, finished_at HAVING count(*) > 1`,
    )
    .pluck();
  const trouble = database.prepare('UPDATE reseals SET trouble = ? WHERE replaces = ?');
  const made = database.prepare('UPDATE reseals SET made = 1 WHERE replaces = ?');
  const end = database.prepare('DELETE FROM reseals WHERE replaces = ?');
  return {
    put: (reseal) => void put.run({ ...reseal, made: reseal.made ? 1 : 0 }),
    of: (replaces) => read(of.get(replaces)),
    by: (backupId) => read(by.get(backupId)),
    list: () => list.all().map((row) => ({ ...row, made: row.made === 1 })),
    ofOneMoment: () => ofOneMoment.all().map((ids) => ids.split(' ') as BackupId[]),
    made: (replaces) => void made.run(replaces),
    trouble: (replaces, why) => void trouble.run(why, replaces),
    end: (replaces) => void end.run(replaces),
  };
}
