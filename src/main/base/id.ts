import { randomBytes } from 'node:crypto';
import type {
  BackupId,
  BackupPlanId,
  DestinationId,
  DraftId,
  JobId,
  MachineId,
  PlanId,
  ProofId,
  RestoreId,
  RetentionPreviewId,
  SourceId,
} from '../../shared/id.ts';
import type { Clock } from './clock.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `length` characters of 5 random bits each. */
function randomTail(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 31]).join('');
}

/** `20261120-123028` in UTC: ids that carry it sort by time and can be read aloud. */
function moment(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

export const newSourceId = (): SourceId => `src-${randomTail(12)}` as SourceId;
export const newDraftId = (): DraftId => `drf-${randomTail(16)}` as DraftId;
export const newDestinationId = (): DestinationId => `dst-${randomTail(12)}` as DestinationId;
export const newMachineId = (): MachineId => `mac-${randomTail(12)}` as MachineId;
export const newBackupId = (clock: Clock): BackupId => `bk-${moment(clock)}-${randomTail(8)}` as BackupId;
/** Of the same moment, so that both stand at the same place in a list. */
export const newBackupIdBeside = (backupId: BackupId): BackupId =>
  backupId.replace(/[^-]+$/, randomTail(8)) as BackupId;
export const newJobId = (clock: Clock): JobId => `job-${moment(clock)}-${randomTail(8)}` as JobId;
export const newPlanId = (clock: Clock): PlanId => `plan-${moment(clock)}-${randomTail(8)}` as PlanId;
export const newProofId = (clock: Clock): ProofId => `proof-${moment(clock)}-${randomTail(8)}` as ProofId;
export const newBackupPlanId = (): BackupPlanId => `bpl-${randomTail(12)}` as BackupPlanId;
export const newRestoreId = (clock: Clock): RestoreId => `rst-${moment(clock)}-${randomTail(8)}` as RestoreId;
export const newRetentionPreviewId = (clock: Clock): RetentionPreviewId =>
  `rpv-${moment(clock)}-${randomTail(8)}` as RetentionPreviewId;
