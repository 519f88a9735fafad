import type Database from 'better-sqlite3';
import type { BackupCard, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, SourceId } from '../../shared/id.ts';
import { fromJson, type Json } from './json.ts';
import { settler } from './proofs.ts';

/** A backup as it comes to the catalog: from the job that made it, or from a manifest found in a destination. */
export interface FoundBackup {
  manifest: ManifestBody;
  /** Of the manifest's first line. */
  manifestSha256: string;
  stored: StoredState[];
}

export interface ListOptions {
  sourceId?: SourceId;
  /** At most so many, the newest; all where it is left out. */
  limit?: number;
}

/** A cache of the manifests in the destinations: everything here can be read again from them. */
export interface Backups {
  /** Adds a backup, or brings a known one up to date; its place in the order of insertion stays. */
  put(found: FoundBackup): void;
  card(id: BackupId): BackupCard | undefined;
  /** Newest first by `takenAt`; of the same moment, the one that came later first. */
  cards(options?: ListOptions): BackupCard[];
  /** The one that came last, whatever the clock said. */
  latest(sourceId: SourceId): BackupCard | undefined;
  manifest(id: BackupId): ManifestBody | undefined;
  manifestSha256(id: BackupId): string | undefined;
  /** Fails with `backup.unknown`. */
  setStored(id: BackupId, stored: StoredState[]): void;
  /** With its proofs. Forgetting what is not there does nothing. */
  forget(id: BackupId): void;
  /** Forgets every backup, before they are read again. Proofs wait for the backups that they proved. */
  clear(): void;
}

interface CardRow {
  backupId: string;
  source: string;
  sourceId: string;
  kind: string;
  takenAt: number;
  sizeBytes: number;
  complete: number;
  verdict: string;
  provenAt: number | null;
  stored: Json<StoredState[]>;
}

/** A source that was renamed gives its backups the new name; one that is not known here leaves them the manifest's. */
const cardColumns = `
  SELECT backups.id AS backupId, coalesce(sources.name, backups.source_name) AS source, backups.source_id AS sourceId,
    backups.kind, backups.taken_at AS takenAt, backups.size_bytes AS sizeBytes, backups.complete, backups.verdict,
    backups.proven_at AS provenAt, backups.stored
  FROM backups LEFT JOIN sources ON sources.id = backups.source_id`;

/** The statements that lists are made of; a test looks at how SQLite runs them. */
export const listSql = {
  all: `${cardColumns} ORDER BY backups.taken_at DESC, backups.number DESC LIMIT ?`,
  ofSource: `${cardColumns} WHERE backups.source_id = ? ORDER BY backups.taken_at DESC, backups.number DESC LIMIT ?`,
  latest: `${cardColumns} WHERE backups.source_id = ? ORDER BY backups.number DESC LIMIT 1`,
  one: `${cardColumns} WHERE backups.id = ?`,
};

function toCard(row: CardRow): BackupCard {
  return { ...row, complete: row.complete === 1, stored: fromJson(row.stored) } as BackupCard;
}

export function backupsOf(database: Database.Database): Backups {
  const all = database.prepare<[number], CardRow>(listSql.all);
  const ofSource = database.prepare<[string, number], CardRow>(listSql.ofSource);
  const latest = database.prepare<[string], CardRow>(listSql.latest);
  const one = database.prepare<[string], CardRow>(listSql.one);
  const line = database.prepare<[string], Json<ManifestBody>>('SELECT line FROM manifests WHERE backup_id = ?').pluck();
  const sha256 = database.prepare<[string], string>('SELECT manifest_sha256 FROM backups WHERE id = ?').pluck();
  const setStored = database.prepare('UPDATE backups SET stored = ? WHERE id = ?');
  const forget = database.prepare('DELETE FROM backups WHERE id = ?');
  const forgetProofs = database.prepare('DELETE FROM proofs WHERE backup_id = ?');
  const clear = database.prepare('DELETE FROM backups');
  const card = (row: CardRow | undefined): BackupCard | undefined => (row === undefined ? undefined : toCard(row));
  return {
    put: database.transaction(putter(database)),
    card: (id) => card(one.get(id)),
    cards: ({ sourceId, limit = -1 } = {}) =>
      (sourceId === undefined ? all.all(limit) : ofSource.all(sourceId, limit)).map(toCard),
    latest: (sourceId) => card(latest.get(sourceId)),
    manifest: (id) => {
      const text = line.get(id);
      return text === undefined ? undefined : fromJson(text);
    },
    manifestSha256: (id) => sha256.get(id),
    setStored: (id, stored) => {
      const { changes } = setStored.run(JSON.stringify(stored), id);
      if (changes === 0) throw new Fail('backup.unknown', `There is no backup ${id}.`);
    },
    forget: database.transaction((id: BackupId): void => {
      forget.run(id);
      forgetProofs.run(id);
    }),
    clear: () => void clear.run(),
  };
}

function putter(database: Database.Database): (found: FoundBackup) => void {
  const upsert = database.prepare(
    `INSERT INTO backups (id, source_id, source_name, kind, taken_at, size_bytes, complete, manifest_sha256, stored, verdict)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'unproven')
     ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, source_name = excluded.source_name,
       kind = excluded.kind, taken_at = excluded.taken_at, size_bytes = excluded.size_bytes,
       complete = excluded.complete, manifest_sha256 = excluded.manifest_sha256, stored = excluded.stored`,
  );
  const keepLine = database.prepare(
    `INSERT INTO manifests (backup_id, line) VALUES (?, ?)
     ON CONFLICT (backup_id) DO UPDATE SET line = excluded.line`,
  );
  const settle = settler(database);
  return ({ manifest, manifestSha256, stored }) => {
    const { backupId, source, takenAt, artifacts, complete } = manifest;
    const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
    upsert.run(
      backupId,
      source.id,
      source.name,
      source.kind,
      takenAt,
      sizeBytes,
      complete ? 1 : 0,
      manifestSha256,
      JSON.stringify(stored),
    );
    keepLine.run(backupId, JSON.stringify(manifest));
    settle(backupId);
  };
}
