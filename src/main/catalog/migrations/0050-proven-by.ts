import type { Migration } from '../migrate.ts';

/** Of which level the proof is that a backup's verdict comes from: a reading found nothing wrong, a restore proved. */
export const provenBy: Migration = {
  number: 50,
  name: 'proven-by',
  sql: `
    ALTER TABLE backups ADD COLUMN proven_by TEXT;
    -- The one that spoke bears the moment that was kept; of two of the same moment the restore speaks.
    UPDATE backups SET proven_by = (
      SELECT level FROM proofs
      WHERE proofs.backup_id = backups.id AND proofs.manifest_sha256 = backups.manifest_sha256
        AND proofs.ended_at = backups.proven_at AND proofs.verdict = backups.verdict
      ORDER BY level = 'restore' DESC, number DESC LIMIT 1
    ) WHERE proven_at IS NOT NULL;
  `,
};
