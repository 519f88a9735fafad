import type Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { TableProof, VerifyReport } from '../../shared/verify.ts';
import { fromJson, type Json } from './json.ts';
import { standingOf } from './standing.ts';

/** What verifications came to. */
export interface Proofs {
  /** Also brings the backup's card up to date. Fails with `backup.unknown`. The same report twice counts once. */
  put(report: VerifyReport): void;
  /** In the order in which they were kept, newest first. */
  ofBackup(id: BackupId): VerifyReport[];
}

interface ProofRow {
  level: VerifyReport['level'];
  verdict: VerifyReport['verdict'];
  endedAt: number;
}

export function proofsOf(database: Database.Database): Proofs {
  const backup = database.prepare<[string], { sourceId: string; manifestSha256: string }>(
    'SELECT source_id AS sourceId, manifest_sha256 AS manifestSha256 FROM backups WHERE id = ?',
  );
  const insert = database.prepare(
    `INSERT INTO proofs (id, backup_id, source_id, manifest_sha256, level, verdict, started_at, ended_at, tables,
       equal_tables, report)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const reports = database
    .prepare<[string], Json<VerifyReport>>('SELECT report FROM proofs WHERE backup_id = ? ORDER BY number DESC')
    .pluck();
  const settle = settler(database);
  return {
    put: database.transaction((report: VerifyReport): void => {
      const of = backup.get(report.backupId);
      if (of === undefined) throw new Fail('backup.unknown', `There is no backup ${report.backupId}.`);
      const { proofId, backupId, level, verdict, startedAt, endedAt } = report;
      const text = JSON.stringify(report);
      const counts = [report.tables.length, report.tables.filter(isEqual).length];
      insert.run(
        proofId,
        backupId,
        of.sourceId,
        of.manifestSha256,
        level,
        verdict,
        startedAt,
        endedAt,
        ...counts,
        text,
      );
      settle(backupId);
    }),
    ofBackup: (id) => reports.all(id).map(fromJson),
  };
}

/** Nothing spoke against it; a digest that could not be compared does not. */
const isEqual = (table: TableProof): boolean => table.rows === table.expectedRows && table.digestEqual !== false;

/**
 * Writes what a backup's proofs come to on its row, where the list reads it. Proofs of another manifest under the same
 * id do not count: they proved other bytes.
 */
export function settler(database: Database.Database): (id: string) => void {
  const outcomes = database.prepare<[string], ProofRow>(
    `SELECT proofs.level, proofs.verdict, proofs.ended_at AS endedAt FROM proofs
     JOIN backups ON backups.id = proofs.backup_id AND backups.manifest_sha256 = proofs.manifest_sha256
     WHERE proofs.backup_id = ? ORDER BY proofs.number`,
  );
  const update = database.prepare('UPDATE backups SET verdict = ?, proven_at = ?, proven_by = ? WHERE id = ?');
  return (id) => {
    const standing = standingOf(outcomes.all(id));
    update.run(standing.verdict, standing.provenAt, standing.provenBy ?? null, id);
  };
}
