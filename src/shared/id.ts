import { z } from './schema.ts';

declare const brand: unique symbol;
/** A string that is an id of one kind only: a backup's id cannot be handed where a job's is wanted. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

const tail = '[0-9a-z]{8,16}';

function idSchema<Kind extends string>(prefix: string, body: string): z.ZodMiniType<Id<Kind>> {
  return z.string().check(z.regex(new RegExp(`^${prefix}-${body}$`))) as unknown as z.ZodMiniType<Id<Kind>>;
}

export type SourceId = Id<'source'>;
export type DestinationId = Id<'destination'>;
export type BackupId = Id<'backup'>;
export type JobId = Id<'job'>;
export type PlanId = Id<'plan'>;
export type ProofId = Id<'proof'>;
export type MachineId = Id<'machine'>;
export type BackupPlanId = Id<'backup-plan'>;
export type RestoreId = Id<'restore'>;
export type DraftId = Id<'draft'>;
export type RetentionPreviewId = Id<'retention-preview'>;

/** Backups, jobs and proofs carry the moment (UTC) they were made, so that names sort by time. */
const moment = '[0-9]{8}-[0-9]{6}';

export const SourceId = idSchema<'source'>('src', tail);
export const DestinationId = idSchema<'destination'>('dst', tail);
export const BackupId = idSchema<'backup'>('bk', `${moment}-${tail}`);
export const JobId = idSchema<'job'>('job', `${moment}-${tail}`);
export const PlanId = idSchema<'plan'>('plan', `${moment}-${tail}`);
export const ProofId = idSchema<'proof'>('proof', `${moment}-${tail}`);
export const MachineId = idSchema<'machine'>('mac', tail);
/** A plan of backups; `PlanId` is a rehearsed restore. */
export const BackupPlanId = idSchema<'backup-plan'>('bpl', tail);
/** A restore into the original's place, while it can be undone. */
export const RestoreId = idSchema<'restore'>('rst', `${moment}-${tail}`);
/** Settings that were read from a URL or a file, with a password that stays in the owner's memory. */
export const DraftId = idSchema<'draft'>('drf', tail);
/** A list of what rules would delete, as it was shown. */
export const RetentionPreviewId = idSchema<'retention-preview'>('rpv', `${moment}-${tail}`);

/** Milliseconds since 1970 in UTC. */
export type Instant = number;
export const Instant = z.int().check(z.nonnegative());

/** A lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const ByteCount = z.int().check(z.nonnegative());
export const RowCount = z.int().check(z.nonnegative());
