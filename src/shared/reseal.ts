/** Backups that are sealed as their place was sealed before, and what is being done about them. */
import { StoredState } from './artifact.ts';
import { BackupId, ByteCount, Instant, JobId } from './id.ts';
import { z } from './schema.ts';
import { SourceName } from './source.ts';

/**
 * `earlier-key`: for a recovery secret that was replaced. `key-added`, `key-removed`: a key is wanted that it is not sealed for, or the
 * other way round. `open`: it is not sealed, and what goes there is.
 */
export const BehindWhy = z.enum(['earlier-key', 'key-added', 'key-removed', 'open']);
export type BehindWhy = z.output<typeof BehindWhy>;

/**
 * How far a backup that is sealed anew has come. `queued`; `sealing`: the new one is being made; `storing`: some place does not have it
 * yet; `proving`: it is read back, and restored where the earlier one was; `removing`: the earlier one goes; `held`: a hold keeps the earlier one
 * too; `stays`: the earlier one stays, `message` says why.
 */
export const ResealStep = z.enum(['queued', 'sealing', 'storing', 'proving', 'removing', 'held', 'stays']);
export type ResealStep = z.output<typeof ResealStep>;

export const Behind = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  takenAt: Instant,
  sizeBytes: ByteCount,
  why: BehindWhy,
  /** Null: nobody asked for it. */
  step: z.nullable(ResealStep),
  message: z.nullable(z.string()),
  /** The backup that takes its place, once it is there. */
  by: z.nullable(BackupId),
});
export type Behind = z.output<typeof Behind>;

export const BehindReport = z.strictObject({
  /** All of them, with those that are being sealed anew. */
  count: z.int(),
  sizeBytes: ByteCount,
  /** Of them, how many somebody asked for and that are not done. */
  asked: z.int(),
  /** The jobs at work on them now. */
  jobIds: z.array(JobId),
  /** Oldest first; at most 500. */
  backups: z.array(Behind),
});
export type BehindReport = z.output<typeof BehindReport>;

/** What sealing one backup anew came to. */
export const ResealReport = z.strictObject({
  replaces: BackupId,
  backupId: BackupId,
  stored: z.array(StoredState),
});
export type ResealReport = z.output<typeof ResealReport>;
