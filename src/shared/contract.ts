/**
 * The whole conversation between a door (terminal, window, browser) and the house, declared once.
 * Calls are `noun.verb`; events are in the past tense. `docs/contract.md` tells how to add one.
 */
import { BackupCard, ManifestBody } from './artifact.ts';
import { AuditEntry } from './audit.ts';
import { call, event } from './channel.ts';
import { DestinationCard } from './destination.ts';
import { DiffReport } from './diff.ts';
import { DoctorReport } from './doctor.ts';
import { Instant, JobId, PlanId, SourceId } from './id.ts';
import { Job, JobState, LogLine, Progress } from './job.ts';
import { RestorePlan, RestoreReport, RestoreTarget } from './restore.ts';
import { z } from './schema.ts';
import { CompressionLevel, ProbeReport, Scope, Source, SourceName, SourceSettings } from './source.ts';
import { VerifyLevel, VerifyReport } from './verify.ts';

/** A secret on its way in. It goes to the vault (or to one job) and never comes back over this contract. */
const SecretText = z.string().check(z.minLength(1), z.maxLength(4096));

/** Passwords of a server, by what they open. */
export const SecretsIn = z.strictObject({
  database: z.optional(SecretText),
  tunnel: z.optional(SecretText),
  jump: z.optional(SecretText),
});
export type SecretsIn = z.output<typeof SecretsIn>;

const Nothing = z.strictObject({});
const JobRef = z.strictObject({ jobId: JobId });
/** A backup's id, or `NAME@latest`. */
export const BackupRef = z.string().check(z.minLength(1), z.maxLength(200));

export const JobResult = z.strictObject({
  job: Job,
  /** What the job came to, by its kind; null until it succeeded. */
  backup: z.nullable(z.strictObject({ card: BackupCard, manifest: ManifestBody })),
  verify: z.nullable(VerifyReport),
  rehearse: z.nullable(RestorePlan),
  restore: z.nullable(RestoreReport),
  diff: z.nullable(DiffReport),
  probe: z.nullable(ProbeReport),
});
export type JobResult = z.output<typeof JobResult>;

export const contract = {
  app: {
    hello: call(
      z.strictObject({ contract: z.literal(1) }),
      z.strictObject({ holdfast: z.string(), home: z.string(), sequence: z.int() }),
    ),
    /** Everything a door shows first. Afterwards events with a higher `sequence` keep it true; a gap asks again. */
    snapshot: call(
      Nothing,
      z.strictObject({ sequence: z.int(), sources: z.array(Source), backups: z.array(BackupCard), jobs: z.array(Job) }),
    ),
    doctor: call(Nothing, DoctorReport),
  },
  source: {
    add: call(
      z.strictObject({
        name: SourceName,
        settings: SourceSettings,
        scope: Scope,
        digests: z.boolean(),
        compressionLevel: CompressionLevel,
        /** Absolute paths of folders; none means the data folder's own. */
        folders: z.array(z.string()),
        secrets: SecretsIn,
        replace: z.boolean(),
      }),
      Source,
    ),
    list: call(Nothing, z.array(Source)),
    show: call(
      z.strictObject({ name: SourceName }),
      z.strictObject({ source: Source, destinations: z.array(DestinationCard) }),
    ),
    /** A job that connects and reads, step by step; also for settings that are not saved yet. */
    test: call(
      z.union([z.strictObject({ name: SourceName }), z.strictObject({ settings: SourceSettings, secrets: SecretsIn })]),
      JobRef,
    ),
    /** Its backups stay where they are. */
    remove: call(z.strictObject({ name: SourceName }), Nothing),
    changed: event(z.strictObject({ source: Source })),
    removed: event(z.strictObject({ sourceId: SourceId })),
  },
  backup: {
    start: call(z.strictObject({ name: SourceName }), JobRef),
    /** Newest first; at most `limit`, all where it is left out. */
    list: call(
      z.strictObject({ name: z.optional(SourceName), limit: z.optional(z.int().check(z.gte(1), z.lte(100_000))) }),
      z.array(BackupCard),
    ),
    show: call(
      z.strictObject({ backup: BackupRef }),
      z.strictObject({ card: BackupCard, manifest: ManifestBody, proofs: z.array(VerifyReport) }),
    ),
    verify: call(z.strictObject({ backup: BackupRef, level: VerifyLevel }), JobRef),
    diff: call(z.strictObject({ backup: BackupRef, against: z.union([z.literal('live'), BackupRef]) }), JobRef),
    added: event(z.strictObject({ card: BackupCard })),
    changed: event(z.strictObject({ card: BackupCard })),
  },
  restore: {
    /** A job that reads everything and changes nothing; it comes to a stored plan. */
    rehearse: call(
      z.strictObject({
        backup: BackupRef,
        /** Which database of the set; may be left out where there is one. */
        database: z.optional(z.string()),
        target: z.union([RestoreTarget, z.strictObject({ kind: z.literal('same-server'), database: z.string() })]),
        secrets: SecretsIn,
      }),
      JobRef,
    ),
    run: call(z.strictObject({ planId: PlanId, secrets: SecretsIn }), JobRef),
  },
  job: {
    list: call(
      z.strictObject({ state: z.optional(JobState), limit: z.int().check(z.gte(1), z.lte(1000)) }),
      z.array(Job),
    ),
    show: call(JobRef, JobResult),
    /** Answers when the job has ended, however it ended. */
    wait: call(JobRef, JobResult),
    cancel: call(JobRef, Nothing),
    log: call(JobRef, z.array(LogLine)),
    changed: event(z.strictObject({ job: Job })),
    progressed: event(z.strictObject({ jobId: JobId, progress: Progress })),
  },
  audit: {
    list: call(z.strictObject({ limit: z.int().check(z.gte(1), z.lte(10_000)) }), z.array(AuditEntry)),
    /** Reads the whole trail again; the first line that does not fit is named. */
    check: call(Nothing, z.strictObject({ entries: z.int(), intact: z.boolean(), brokenAt: z.nullable(z.int()) })),
  },
  catalog: {
    /** Forgets what is known of backups and reads it again from the manifests of every destination. */
    rebuild: call(
      Nothing,
      z.strictObject({
        backups: z.int(),
        skipped: z.array(z.strictObject({ key: z.string(), why: z.string() })),
        at: Instant,
      }),
    ),
  },
} as const;

export type HoldfastContract = typeof contract;
