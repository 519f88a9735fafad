import { FailureCodeSchema } from './failure.ts';
import { BackupId, ByteCount, DestinationId, Instant, MachineId, Sha256, SourceId } from './id.ts';
import { Inventory } from './inventory.ts';
import { Pin } from './pin.ts';
import { z } from './schema.ts';
import { SourceName } from './source.ts';
import { Verdict, VerifyLevel } from './verify.ts';

/** Every 64 MiB of an artifact's stored bytes have a hash of their own, which is checked before they are used. */
export const rangeSizeBytes = 64 * 1024 * 1024;

export const ArtifactFacts = z.strictObject({
  /** The file's name inside the set, e.g. `01-shop.pgdump.zst`. */
  name: z.string().check(z.regex(/^[0-9]{2,4}-[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/)),
  /** What the bytes are once the coding is undone. */
  content: z.enum(['postgres-custom', 'postgres-globals', 'sqlite-file']),
  /** What was done to the content, in this order. */
  coding: z.array(z.enum(['zstd', 'openpgp', 'age'])),
  /** Stored bytes. */
  sizeBytes: ByteCount,
  /** Bytes of the content itself. */
  rawSizeBytes: ByteCount,
  rangeSizeBytes: z.literal(rangeSizeBytes),
  /** SHA-256 of each stored range, in order; the last may be shorter. An empty file has none. */
  ranges: z.array(Sha256),
});
export type ArtifactFacts = z.output<typeof ArtifactFacts>;

/** The number, from 0, of the range that holds the byte at this offset; at the end of everything that of the last one. */
export const rangeAt = (facts: ArtifactFacts, offset: number): number =>
  Math.min(Math.floor(offset / facts.rangeSizeBytes), Math.max(facts.ranges.length - 1, 0));

/** How a set is sealed. `recipients`: `secret-…` for recovery secrets, `key-…` for public keys; `keyId` is the first of them. */
export const Sealing = z.strictObject({
  method: z.enum(['openpgp', 'age']),
  keyId: z.string(),
  recipients: z.array(z.string()),
});
export type Sealing = z.output<typeof Sealing>;

/**
 * The first line of a manifest file. Version 1, frozen; `docs/format.md` describes it for readers without Holdfast.
 * `inventory` becomes `{form: 'sealed'}` where the place is not this computer; then only ids, times, sizes and hashes
 * can be read.
 */
export const ManifestBody = z.strictObject({
  format: z.literal('holdfast.backup'),
  version: z.literal(1),
  backupId: BackupId,
  machine: z.strictObject({ id: MachineId, name: z.string() }),
  source: z.strictObject({ id: SourceId, name: SourceName, kind: z.enum(['postgres', 'sqlite']) }),
  /** The moment of the snapshot, by this machine's clock. */
  takenAt: Instant,
  finishedAt: Instant,
  holdfast: z.string(),
  /** False when the scope left anything out; `missing` says what, in words. */
  complete: z.boolean(),
  missing: z.array(z.string()),
  artifacts: z.array(ArtifactFacts).check(z.minLength(1)),
  inventory: z.discriminatedUnion('form', [
    z.strictObject({ form: z.literal('plain'), content: Inventory }),
    z.strictObject({ form: z.literal('sealed'), content: z.string() }),
  ]),
  sealing: z.nullable(Sealing),
});
export type ManifestBody = z.output<typeof ManifestBody>;

/** The second line of a manifest file: it speaks about the exact bytes of the first (without its newline). */
export const ManifestSeal = z.strictObject({
  sha256: Sha256,
  /** HMAC-SHA-256 of the first line under a key derived from the recovery secret; null where nothing is sealed. */
  hmac: z.nullable(Sha256),
  keyId: z.nullable(z.string()),
});
export type ManifestSeal = z.output<typeof ManifestSeal>;

/**
 * How one place stands to one backup. `stored`: it is whole there. `waiting`: a copy is due and will be made without
 * anybody asking. `failed`: it was given up, because waiting would not help; `backup.carry` tries again.
 */
export const StoredState = z.strictObject({
  destination: DestinationId,
  /** `damaged`: it was stored, and a later reading found it gone, changed or replaced. */
  state: z.enum(['waiting', 'stored', 'failed', 'damaged']),
  /** Why it failed, what is damaged, or what the last try came to where it waits. */
  message: z.nullable(z.string()),
  /** The code that belongs to `message`. */
  code: z.optional(FailureCodeSchema),
  /** Tries in a row that came to nothing. */
  attempts: z.optional(z.int()),
  /** When the next try is due, where it waits. Left out: it is due now, or a job is on it. */
  nextTryAt: z.optional(Instant),
  /** Bytes that are there already, where it waits. */
  arrivedBytes: z.optional(ByteCount),
});
export type StoredState = z.output<typeof StoredState>;

/** A backup in a list. `verdict` is the newest proof's, `unproven` before the first. */
export const BackupCard = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  sourceId: SourceId,
  kind: z.enum(['postgres', 'sqlite']),
  takenAt: Instant,
  sizeBytes: ByteCount,
  complete: z.boolean(),
  verdict: z.union([Verdict, z.literal('unproven')]),
  provenAt: z.nullable(Instant),
  /** The level of the proof that `verdict` is of: a reading that found nothing wrong is `partly`, and nothing is. Left out before the first. */
  provenBy: z.optional(VerifyLevel),
  stored: z.array(StoredState),
  /** Absent where it is not pinned; one that has ended stays until it is taken away. */
  pin: z.optional(Pin),
  /** Sealed anew from that one, which is still there: both are one moment, and count once. */
  insteadOf: z.optional(BackupId),
});
export type BackupCard = z.output<typeof BackupCard>;

/** Sealed for public keys alone: everybody could have written it, and no HMAC says that it was us. */
export const isUnauthenticated = (sealing: Sealing | null): boolean =>
  sealing !== null && !sealing.recipients.some((recipient) => recipient.startsWith('secret-'));
