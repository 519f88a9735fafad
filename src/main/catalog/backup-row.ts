/** A backup as lists read it. */
import type { BackupCard, StoredState } from '../../shared/artifact.ts';
import type { Pin } from '../../shared/pin.ts';
import { fromJson, type Json } from './json.ts';

export interface CardRow {
  number: number;
  backupId: string;
  source: string;
  sourceId: string;
  kind: string;
  takenAt: number;
  sizeBytes: number;
  complete: number;
  verdict: string;
  provenAt: number | null;
  provenBy: 'read' | 'restore' | null;
  stored: Json<StoredState[]>;
  pin: Json<Pin> | null;
  insteadOf: string | null;
}

/** A source that was renamed gives its backups the new name; one that is not known here leaves them the manifest's. */
export const cardColumns = `
  SELECT backups.number, backups.id AS backupId, coalesce(sources.name, backups.source_name) AS source, backups.source_id AS sourceId,
    backups.kind, backups.taken_at AS takenAt, backups.size_bytes AS sizeBytes, backups.complete, backups.verdict,
    backups.proven_at AS provenAt, backups.proven_by AS provenBy, backups.stored, pins.body AS pin,
    (SELECT earlier.id FROM backups AS earlier WHERE earlier.id = reseals.replaces) AS insteadOf
  FROM backups LEFT JOIN sources ON sources.id = backups.source_id LEFT JOIN pins ON pins.backup_id = backups.id
  LEFT JOIN reseals ON reseals.backup_id = backups.id`;

export function toCard({ number, provenBy, pin, insteadOf, ...row }: CardRow): BackupCard {
  void number;
  const more = {
    ...(provenBy === null ? {} : { provenBy }),
    ...(pin === null ? {} : { pin: fromJson(pin) }),
    ...(insteadOf === null ? {} : { insteadOf }),
  };
  return { ...row, ...more, complete: row.complete === 1, stored: fromJson(row.stored) } as BackupCard;
}
