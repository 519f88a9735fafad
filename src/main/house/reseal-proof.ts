import type { VerifyLevel } from '../../shared/verify.ts';
import type { Reseal } from '../catalog/reseals.ts';
import type { Rooms } from './rooms.ts';

/** Which proof the new one lacks before the earlier one may go; null where none. */
export function proofMissing({ catalog }: Pick<Rooms, 'catalog'>, row: Reseal): VerifyLevel | 'failed' | null {
  const proofs = catalog.proofs.ofBackup(row.backupId);
  if (proofs[0]?.verdict === 'failed') return 'failed';
  const good = (level: VerifyLevel): boolean => proofs.some((one) => one.level === level && one.verdict !== 'failed');
  if (!good('read')) return 'read';
  return row.level === 'restore' && !good('restore') ? 'restore' : null;
}
