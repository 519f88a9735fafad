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

/** Backups, jobs and proofs carry the moment (UTC) they were made, so that names sort by time. */
const moment = '[0-9]{8}-[0-9]{6}';

export const SourceId = idSchema<'source'>('src', tail);
export const DestinationId = idSchema<'destination'>('dst', tail);
export const BackupId = idSchema<'backup'>('bk', `${moment}-${tail}`);
export const JobId = idSchema<'job'>('job', `${moment}-${tail}`);
export const PlanId = idSchema<'plan'>('plan', `${moment}-${tail}`);
export const ProofId = idSchema<'proof'>('proof', `${moment}-${tail}`);
export const MachineId = idSchema<'machine'>('mac', tail);

/** Milliseconds since 1970 in UTC. */
export type Instant = number;
export const Instant = z.int().check(z.nonnegative());

/** A lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const ByteCount = z.int().check(z.nonnegative());
export const RowCount = z.int().check(z.nonnegative());
