/** A manifest that comes into the catalog. */
import type Database from 'better-sqlite3';
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import { settler } from './proofs.ts';

/** A backup as it comes to the catalog: from the job that made it, or from a manifest found in a destination. */
export interface FoundBackup {
  manifest: ManifestBody;
  /** Of the manifest's first line. */
  manifestSha256: string;
  stored: StoredState[];
}

export function putter(database: Database.Database): (found: FoundBackup) => void {
  const upsert = database.prepare(
    `INSERT INTO backups (id, source_id, source_name, kind, taken_at, finished_at, size_bytes, row_count, complete,
       manifest_sha256, stored, machine_id, recipients, verdict)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'unproven')
     ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, source_name = excluded.source_name,
       kind = excluded.kind, taken_at = excluded.taken_at, finished_at = excluded.finished_at,
       size_bytes = excluded.size_bytes, row_count = excluded.row_count, complete = excluded.complete, manifest_sha256 = excluded.manifest_sha256, stored = excluded.stored,
       machine_id = excluded.machine_id, recipients = excluded.recipients`,
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
      manifest.finishedAt,
      sizeBytes,
      countedRows(manifest),
      complete ? 1 : 0,
      manifestSha256,
      JSON.stringify(stored),
      manifest.machine.id,
      manifest.sealing === null ? null : JSON.stringify(manifest.sealing.recipients),
    );
    keepLine.run(backupId, JSON.stringify(manifest));
    settle(backupId);
  };
}

/** Null where the inventory is sealed. */
function countedRows({ inventory }: ManifestBody): number | null {
  if (inventory.form === 'sealed') return null;
  return inventory.content.databases.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0);
}
