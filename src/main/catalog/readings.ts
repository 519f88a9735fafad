import type Database from 'better-sqlite3';
import type { StoredState } from '../../shared/artifact.ts';
import type { BackupId, DestinationId, Instant, SourceId } from '../../shared/id.ts';
import type { CopyFinding } from '../../shared/scrub.ts';
import { copyGroups, isIn } from './copy-tally.ts';
import { fromJson, type Json } from './json.ts';

/** One copy of one backup, and what is known of its bytes since it was stored. */
export interface Copy {
  backupId: BackupId;
  manifestSha256: string;
  sizeBytes: number;
  takenAt: Instant;
  readAt: Instant | null;
  triedAt: Instant | null;
  /** The range that an unfinished reading goes on with; 0 for none. */
  position: number;
  finding: CopyFinding | null;
  foundAt: Instant | null;
  repairedAt: Instant | null;
}

/** A step of a reading. */
export interface Reading {
  backupId: BackupId;
  at: Instant;
  /** Where the next step goes on; null: every range was read. */
  position: number | null;
  /** Where this step began; 0 forgets what an earlier, unfinished reading had found. */
  from: number;
  finding: CopyFinding | null;
}

/** The copies of a place in numbers. */
export interface CopySum {
  backups: number;
  sizeBytes: number;
  /** Read after the moment that was asked for, with nothing found. */
  readBackups: number;
  readBytes: number;
  /** Of the copy that was not read for the longest; null where one never was. */
  oldestReadAt: Instant | null;
}

export interface Readings {
  /** Every copy that a place is said to hold, the one that was not read for the longest first; unfinished readings before all. */
  copies(destination: DestinationId): Copy[];
  /** What {@link copies} come to, from what is counted already: a list of a hundred thousand is not made for it. */
  sum(destination: DestinationId, readSince: Instant): CopySum;
  /** Writes a step down. @returns what is wrong with the copy from now on; null where nothing is known to be. */
  note(destination: DestinationId, reading: Reading): CopyFinding | null;
  /** A copy that could not be looked at waits until the others had their turn. */
  tried(destination: DestinationId, backupId: BackupId, at: Instant): void;
  repaired(destination: DestinationId, backupId: BackupId, at: Instant): void;
  /** Of a place: what is wrong there, found longest ago first. */
  damaged(destination: DestinationId): { backupId: BackupId; finding: CopyFinding; foundAt: Instant }[];
  everyDamaged(): { backupId: BackupId; destination: DestinationId; finding: CopyFinding }[];
  /** Backups of a source with a damaged copy, newest first. */
  damagedOf(sourceId: SourceId): { backupId: BackupId; takenAt: Instant; stored: StoredState[] }[];
  /** Of a place: up to when due moments are decided, and the end of the last run. */
  times(destination: DestinationId): { decidedUntil: Instant; lastAt: Instant | null } | undefined;
  decide(destination: DestinationId, decidedUntil: Instant): void;
  ended(destination: DestinationId, at: Instant): void;
}

const copiesSql = `
  SELECT backups.id AS backupId, manifest_sha256 AS manifestSha256, size_bytes AS sizeBytes, taken_at AS takenAt,
    read_at AS readAt, tried_at AS triedAt, coalesce(position, 0) AS position, finding, found_at AS foundAt,
    repaired_at AS repairedAt
  FROM backups NOT INDEXED JOIN json_each(backups.stored) AS place
    ON json_extract(place.value, '$.destination') = @destination
      AND json_extract(place.value, '$.state') IN ('stored', 'damaged')
  LEFT JOIN readings ON readings.backup_id = backups.id AND readings.destination_id = @destination
  ORDER BY coalesce(position, 0) = 0, coalesce(tried_at, taken_at), taken_at`;

/** A test looks at how SQLite runs it. */
export const readSql = `
  SELECT count(*) AS known, min(read_at) AS oldestReadAt,
    count(*) FILTER (WHERE finding IS NULL AND read_at > @since) AS readBackups,
    coalesce(sum(size_bytes) FILTER (WHERE finding IS NULL AND read_at > @since), 0) AS readBytes
  FROM readings INDEXED BY readings_read CROSS JOIN backups INDEXED BY backups_lying ON backups.id = readings.backup_id
  WHERE readings.destination_id = @destination AND read_at IS NOT NULL
    AND backups.stored IN (SELECT value FROM json_each(@texts))`;

function summer(database: Database.Database): Readings['sum'] {
  type Read = Pick<CopySum, 'readBackups' | 'readBytes' | 'oldestReadAt'> & { known: number };
  const groups = copyGroups(database);
  const read = database.prepare<[{ destination: string; since: Instant; texts: string }], Read>(readSql);
  return (destination, since) => {
    const here = groups().filter((group) => isIn(group, destination, ['stored', 'damaged']));
    const backups = here.reduce((sum, group) => sum + group.backups, 0);
    const texts = JSON.stringify(here.map(({ text }) => text));
    const { known, oldestReadAt, ...rest } = read.get({ destination, since, texts }) as Read;
    return {
      backups,
      sizeBytes: here.reduce((sum, group) => sum + group.sizeBytes, 0),
      ...rest,
      oldestReadAt: known < backups ? null : oldestReadAt,
    };
  };
}

type CopyRow = Omit<Copy, 'finding'> & { finding: Json<CopyFinding> | null };

export function readingsOf(database: Database.Database): Readings {
  const copies = database.prepare<[{ destination: string }], CopyRow>(copiesSql);
  const damaged = database.prepare<[string], { backupId: BackupId; finding: Json<CopyFinding>; foundAt: number }>(
    `SELECT backup_id AS backupId, finding, found_at AS foundAt FROM readings
     WHERE destination_id = ? AND finding IS NOT NULL ORDER BY found_at, backup_id`,
  );
  const everyDamaged = database.prepare<
    [],
    { backupId: BackupId; destination: DestinationId; finding: Json<CopyFinding> }
  >(`SELECT backup_id AS backupId, destination_id AS destination, finding FROM readings WHERE finding IS NOT NULL`);
  const damagedOf = database.prepare<[string], { backupId: BackupId; takenAt: number; stored: Json<StoredState[]> }>(
    `SELECT id AS backupId, taken_at AS takenAt, stored FROM backups INDEXED BY backups_damaged
     WHERE source_id = ? AND instr(stored, '"state":"damaged"') > 0 ORDER BY taken_at DESC`,
  );
  const times = database.prepare<[string], { decidedUntil: number; lastAt: number | null }>(
    'SELECT decided_until AS decidedUntil, last_at AS lastAt FROM scrubs WHERE destination_id = ?',
  );
  const decide = database.prepare(
    `INSERT INTO scrubs (destination_id, decided_until) VALUES (?, ?)
     ON CONFLICT (destination_id) DO UPDATE SET decided_until = excluded.decided_until`,
  );
  const ended = database.prepare(
    `INSERT INTO scrubs (destination_id, decided_until, last_at) VALUES (@destination, @at, @at)
     ON CONFLICT (destination_id) DO UPDATE SET last_at = excluded.last_at`,
  );
  const mark = (column: 'tried_at' | 'repaired_at'): Database.Statement =>
    database.prepare(
      `INSERT INTO readings (backup_id, destination_id, ${column}) VALUES (?, ?, ?)
       ON CONFLICT (backup_id, destination_id) DO UPDATE SET ${column} = excluded.${column}`,
    );
  const tried = mark('tried_at');
  const repaired = mark('repaired_at');
  return {
    copies: (destination) =>
      copies
        .all({ destination })
        .map((row) => ({ ...row, finding: row.finding === null ? null : fromJson(row.finding) })),
    sum: summer(database),
    note: database.transaction(noter(database)),
    tried: (destination, backupId, at) => void tried.run(backupId, destination, at),
    repaired: (destination, backupId, at) => void repaired.run(backupId, destination, at),
    damaged: (destination) => damaged.all(destination).map((row) => ({ ...row, finding: fromJson(row.finding) })),
    everyDamaged: () => everyDamaged.all().map((row) => ({ ...row, finding: fromJson(row.finding) })),
    damagedOf: (sourceId) => damagedOf.all(sourceId).map((row) => ({ ...row, stored: fromJson(row.stored) })),
    times: (destination) => times.get(destination),
    decide: (destination, decidedUntil) => void decide.run(destination, decidedUntil),
    ended: (destination, at) => void ended.run({ destination, at }),
  };
}

function noter(database: Database.Database): Readings['note'] {
  const before = database.prepare<
    [string, string],
    {
      found: Json<CopyFinding> | null;
      finding: Json<CopyFinding> | null;
      foundAt: number | null;
      readAt: number | null;
    }
  >(
    `SELECT found, finding, found_at AS foundAt, read_at AS readAt FROM readings
     WHERE backup_id = ? AND destination_id = ?`,
  );
  const write = database.prepare(
    `INSERT INTO readings (backup_id, destination_id, read_at, tried_at, position, found, finding, found_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (backup_id, destination_id) DO UPDATE SET read_at = excluded.read_at, tried_at = excluded.tried_at,
       position = excluded.position, found = excluded.found, finding = excluded.finding, found_at = excluded.found_at`,
  );
  return (destination, { backupId, at, position, from, finding }) => {
    const known = before.get(backupId, destination);
    const earlier = from === 0 || known === undefined || known.found === null ? null : fromJson(known.found);
    const found = earlier ?? finding;
    // Only a reading that saw every range takes a finding away.
    const standing =
      found ?? (position === null || known === undefined || known.finding === null ? null : fromJson(known.finding));
    const foundAt = standing === null ? null : (known?.foundAt ?? at);
    const whole = position === null && found === null;
    write.run(
      backupId,
      destination,
      whole ? at : (known?.readAt ?? null),
      at,
      position ?? 0,
      position === null || found === null ? null : JSON.stringify(found),
      standing === null ? null : JSON.stringify(standing),
      foundAt,
    );
    return standing;
  };
}
