/**
 * The whole conversation between a door (terminal, window, browser) and the house, declared once.
 * Calls are `noun.verb`; events are in the past tense. `docs/contract.md` tells how to add one.
 */
import { BackupCard, ManifestBody, StoredState } from './artifact.ts';
import { AuditEntry } from './audit.ts';
import { call, event } from './channel.ts';
import {
  DeletionLogin,
  DestinationCard,
  DestinationName,
  DestinationSettings,
  PlaceReport,
  PlaceStep,
  PlaceTally,
} from './destination.ts';
import { DiffReport } from './diff.ts';
import { DoctorReport } from './doctor.ts';
import { FoundReport } from './found.ts';
import {
  BackupId,
  BackupPlanId,
  ByteCount,
  DestinationId,
  DraftId,
  Instant,
  JobId,
  PlanId,
  RestoreId,
  RetentionPreviewId,
  SourceId,
} from './id.ts';
import { PlaceHealth, SweepReport } from './health.ts';
import { KitState, KitWord } from './kit.ts';
import { Job, JobKind, JobState, LogLine, Progress } from './job.ts';
import { Overview, TrendPoint } from './overview.ts';
import { Cron, CronPreview, PlanCard, PlanSettings, SchedulerState } from './plan.ts';
import { PeriodKind } from './period.ts';
import { Preferences } from './preferences.ts';
import { RestorePlan, RestoreRecord, RestoreReport, RestoreTarget, UndoReport } from './restore.ts';
import { Pin } from './pin.ts';
import { PurgePreview, PurgeReport, PurgeSubject } from './purge.ts';
import {
  PruneReport,
  RetentionEntry,
  RetentionLook,
  RetentionOwner,
  RetentionPreview,
  RetentionQuestion,
  RetentionSettings,
  RetentionShown,
} from './retention.ts';
import { z } from './schema.ts';
import { RepairReport, ScrubReport, ScrubSettings, ScrubShare, ScrubState } from './scrub.ts';
import {
  CompressionLevel,
  HostKey,
  ProbeReport,
  Scope,
  Source,
  SourceDraft,
  SourceName,
  SourceSettings,
} from './source.ts';
import { VerifyLevel, VerifyReport } from './verify.ts';

/** A secret on its way in. It goes to the vault (or to one job) and never comes back over this contract. */
const SecretText = z.string().check(z.minLength(1), z.maxLength(4096));

const PrivateKeyText = z.string().check(z.minLength(1), z.maxLength(65_536));

/** Passwords of a server, by what they open. */
export const SecretsIn = z.strictObject({
  database: z.optional(SecretText),
  tunnel: z.optional(SecretText),
  jump: z.optional(SecretText),
  /** Takes the password that `source.read` found; one given here by name wins. */
  draft: z.optional(DraftId),
  /** The digits of a recovery kit, instead of what the vault has: what they open is shown to be open to whoever holds the page. */
  kit: z.optional(SecretText),
  /** An armored OpenPGP private key without a passphrase, for what is sealed for its public key. */
  privateKey: z.optional(PrivateKeyText),
});
export type SecretsIn = z.output<typeof SecretsIn>;

/** A name that whoever asks for a test makes up, to know its steps by. */
const Attempt = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));

const Nothing = z.strictObject({});
const JobRef = z.strictObject({ jobId: JobId });
/** A backup's id, or `NAME@latest`. */
export const BackupRef = z.string().check(z.minLength(1), z.maxLength(200));

/** A dump on its way: what the spool keeps of it. */
export const KeptCard = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  sourceId: SourceId,
  takenAt: Instant,
  sizeBytes: ByteCount,
  /** Whether a place has it, so that it is a backup. */
  listed: z.boolean(),
  stored: z.array(StoredState),
});
export type KeptCard = z.output<typeof KeptCard>;

export const JobResult = z.strictObject({
  job: Job,
  /** What the job came to, by its kind; null until it succeeded. */
  backup: z.nullable(z.strictObject({ card: BackupCard, manifest: ManifestBody })),
  verify: z.nullable(VerifyReport),
  rehearse: z.nullable(RestorePlan),
  restore: z.nullable(RestoreReport),
  diff: z.nullable(DiffReport),
  probe: z.nullable(ProbeReport),
  /** Present where an undo succeeded. */
  undo: z.optional(UndoReport),
  /** Present where a carry succeeded: how its places stand to the backup. */
  carry: z.optional(z.strictObject({ backupId: BackupId, stored: z.array(StoredState) })),
  /** Present where a prune succeeded. */
  prune: z.optional(PruneReport),
  scrub: z.optional(ScrubReport),
  repair: z.optional(RepairReport),
  /** Present where a search succeeded. */
  find: z.optional(FoundReport),
  purge: z.optional(PurgeReport),
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
      z.strictObject({
        sequence: z.int(),
        sources: z.array(Source),
        destinations: z.array(DestinationCard),
        backups: z.array(BackupCard),
        jobs: z.array(Job),
        plans: z.array(PlanCard),
        scheduler: SchedulerState,
        preferences: Preferences,
      }),
    ),
    doctor: call(Nothing, DoctorReport),
    /** Where every source stands, and what needs a person. Computed when it is asked for. */
    overview: call(Nothing, Overview),
  },
  settings: {
    show: call(Nothing, Preferences),
    /** Only what is given changes. */
    change: call(z.partial(Preferences), Preferences),
    changed: event(z.strictObject({ preferences: Preferences })),
  },
  sample: {
    /** Makes the built-in sample database and adds it as a source; the one there is where it was made already. */
    make: call(Nothing, Source),
    /** The accident of the tour: deletes orders from it. */
    damage: call(Nothing, z.strictObject({ rows: z.int() })),
    /** The source, its file and its backups. */
    remove: call(Nothing, Nothing),
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
        /** Names of known places, beside the folders. Left out, a source keeps the ones it has that are no folders. */
        destinations: z.optional(z.array(DestinationName)),
        secrets: SecretsIn,
        replace: z.boolean(),
        production: z.optional(z.boolean()),
        /**
         * A new source only: it goes on with the backups that are known under this id, of a source that is not set up here
         * (found again in a place, or removed). Refused (`source.joins-other`) where they are of another kind of database,
         * where there are none, or where a source of this id is set up already.
         */
        joins: z.optional(SourceId),
      }),
      Source,
    ),
    /** Reads what a URL or a `.env` file says; nothing is saved, and no password comes back. */
    read: call(
      z.union([
        z.strictObject({ url: z.string().check(z.minLength(1), z.maxLength(4096)) }),
        z.strictObject({ envFile: z.string().check(z.minLength(1), z.maxLength(4096)) }),
      ]),
      SourceDraft,
    ),
    /** Asks an SSH server for its key, without logging in. */
    hostKey: call(
      z.strictObject({
        host: z.string().check(z.minLength(1), z.maxLength(255)),
        port: z.int().check(z.gte(1), z.lte(65_535)),
      }),
      HostKey,
    ),
    list: call(Nothing, z.array(Source)),
    show: call(
      z.strictObject({ name: SourceName }),
      z.strictObject({ source: Source, destinations: z.array(DestinationCard) }),
    ),
    /** A job that connects and reads, step by step; also for settings that are not saved yet. */
    test: call(
      z.union([
        z.strictObject({ name: SourceName }),
        z.strictObject({
          settings: SourceSettings,
          secrets: SecretsIn,
          /** The source that they are to replace: what it saved is used where it is for the same server. */
          saved: z.optional(SourceName),
        }),
      ]),
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
      z.strictObject({
        name: z.optional(SourceName),
        limit: z.optional(z.int().check(z.gte(1), z.lte(100_000))),
        /** Only those older than this one: the next page. */
        before: z.optional(BackupId),
        verdict: z.optional(z.enum(['proven', 'partly', 'failed', 'unproven'])),
        /** Only those with a pin that has not ended. */
        pinned: z.optional(z.literal(true)),
        kind: z.optional(z.enum(['postgres', 'sqlite'])),
        /** Only the last of each day, week, month or year of a source that has one, in this time zone. */
        by: z.optional(
          z.strictObject({ period: PeriodKind, timeZone: z.string().check(z.minLength(1), z.maxLength(64)) }),
        ),
      }),
      z.array(BackupCard),
    ),
    /** How many there are, by what their proofs came to. */
    tally: call(
      z.strictObject({ name: z.optional(SourceName) }),
      z.strictObject({ all: z.int(), proven: z.int(), partly: z.int(), failed: z.int(), unproven: z.int() }),
    ),
    /** The last backups of a source as points of a chart, oldest first. */
    trend: call(
      z.strictObject({ name: SourceName, limit: z.int().check(z.gte(1), z.lte(5_000)) }),
      z.array(TrendPoint),
    ),
    show: call(
      z.strictObject({ backup: BackupRef }),
      z.strictObject({ card: BackupCard, manifest: ManifestBody, proofs: z.array(VerifyReport) }),
    ),
    verify: call(
      z.strictObject({
        backup: BackupRef,
        level: VerifyLevel,
        kit: z.optional(SecretText),
        privateKey: z.optional(PrivateKeyText),
      }),
      JobRef,
    ),
    /**
     * Brings backups into places that do not have them, one job for each: from the spool, or from a place that has it.
     * `backup` alone: into every place that waits for it or gave it up. `destination` alone: every backup that waits for
     * this place or was given up there, with `missing` also those that were never to be there. Both: this backup into
     * this place, whether it was to be there or not. Neither: whatever waits.
     */
    carry: call(
      z.strictObject({
        backup: z.optional(BackupRef),
        destination: z.optional(DestinationName),
        missing: z.optional(z.boolean()),
      }),
      z.strictObject({ jobIds: z.array(JobId) }),
    ),
    /** Dumps that the data folder keeps for places that wait, oldest first; one that is not `listed` is nowhere else. */
    waiting: call(Nothing, z.array(KeptCard)),
    diff: call(z.strictObject({ backup: BackupRef, against: z.union([z.literal('live'), BackupRef]) }), JobRef),
    /** `until` null: until a person takes it away. A hold has no end. */
    pin: call(
      z.strictObject({
        backup: BackupRef,
        reason: Pin.shape.reason,
        until: z.nullable(Instant),
        hold: z.boolean(),
      }),
      BackupCard,
    ),
    /** What a purge would destroy where, what would keep it all the same, and what has to be typed. Every place, where none is named. */
    purgePreview: call(
      z.strictObject({ what: PurgeSubject, places: z.optional(z.array(DestinationName)) }),
      PurgePreview,
    ),
    /**
     * A job that destroys what the preview showed, also what no retention rule may delete, and leaves a record.
     * @param token, confirm as the preview gave them; anything else is refused. @param reason goes on the record.
     */
    purge: call(
      z.strictObject({
        what: PurgeSubject,
        places: z.optional(z.array(DestinationName)),
        token: z.string().check(z.maxLength(64)),
        confirm: z.string().check(z.maxLength(500)),
        reason: z.string().check(z.minLength(1), z.maxLength(500)),
      }),
      JobRef,
    ),
    unpin: call(z.strictObject({ backup: BackupRef, liftHold: z.boolean() }), BackupCard),
    added: event(z.strictObject({ card: BackupCard })),
    changed: event(z.strictObject({ card: BackupCard })),
    /** It is not stored anywhere any more. */
    removed: event(z.strictObject({ backupId: BackupId })),
  },
  restore: {
    /** A job that reads everything and changes nothing; it comes to a stored plan. */
    rehearse: call(
      z.strictObject({
        backup: BackupRef,
        /** Which database of the set; may be left out where there is one. */
        database: z.optional(z.string()),
        target: z.union([
          RestoreTarget,
          z.strictObject({ kind: z.literal('same-server'), database: z.string() }),
          /** In the place of the live database, which is kept beside it and can be brought back. */
          z.strictObject({ kind: z.literal('original') }),
        ]),
        secrets: SecretsIn,
      }),
      JobRef,
    ),
    /** `confirm` is what the plan asks to be typed, where it asks for something. */
    run: call(
      z.strictObject({ planId: PlanId, secrets: SecretsIn, confirm: z.optional(z.string().check(z.maxLength(200))) }),
      JobRef,
    ),
    /** Restores into the original's place whose earlier database is or was kept, newest first. */
    list: call(Nothing, z.array(RestoreRecord)),
    /** Brings the earlier database back; the restored one is kept in its stead. */
    undo: call(z.strictObject({ restoreId: RestoreId }), JobRef),
    /** Removes the database that was kept for undo. */
    release: call(z.strictObject({ restoreId: RestoreId }), JobRef),
    changed: event(z.strictObject({ record: RestoreRecord })),
  },
  plan: {
    list: call(Nothing, z.array(PlanCard)),
    save: call(z.strictObject({ planId: z.optional(BackupPlanId), settings: PlanSettings }), PlanCard),
    /** Its backups stay. */
    remove: call(z.strictObject({ planId: BackupPlanId }), Nothing),
    /** `until` null: until a person ends it. */
    pause: call(z.strictObject({ planId: BackupPlanId, until: z.nullable(Instant) }), PlanCard),
    resume: call(z.strictObject({ planId: BackupPlanId }), PlanCard),
    /** A run outside the schedule: a backup of every source of the plan. */
    runNow: call(z.strictObject({ planId: BackupPlanId }), z.strictObject({ jobIds: z.array(JobId) })),
    preview: call(Cron, CronPreview),
    /** All plans at once. */
    pauseAll: call(z.strictObject({ until: z.nullable(Instant) }), SchedulerState),
    resumeAll: call(Nothing, SchedulerState),
    changed: event(z.strictObject({ card: PlanCard })),
    removed: event(z.strictObject({ planId: BackupPlanId })),
    schedulerChanged: event(z.strictObject({ scheduler: SchedulerState })),
  },
  destination: {
    list: call(Nothing, z.array(DestinationCard)),
    /** What each place holds; one of which no backup speaks is left out. */
    tally: call(Nothing, z.array(PlaceTally)),
    /** Looks whether the place can be reached, and keeps it with its secret; a folder that is not there is made. */
    add: call(
      z.strictObject({
        name: DestinationName,
        settings: DestinationSettings,
        secret: z.optional(SecretText),
        /** Whether what goes there is sealed. */
        seal: z.boolean(),
        /** Makes the bucket or container where it is not there; left out, it has to be. */
        create: z.optional(z.boolean()),
      }),
      DestinationCard,
    ),
    /**
     * Puts, reads, lists and removes a small object there; takes seconds. Of settings that are not saved yet nothing is
     * kept but the folder, which is made where it is not there. Each step is announced under `attempt` as it is taken.
     */
    test: call(
      z.union([
        z.strictObject({ name: DestinationName, attempt: z.optional(Attempt) }),
        z.strictObject({
          settings: DestinationSettings,
          secret: z.optional(SecretText),
          attempt: z.optional(Attempt),
        }),
      ]),
      PlaceReport,
    ),
    stepped: event(z.strictObject({ attempt: Attempt, step: PlaceStep })),
    /**
     * Only what is given changes. New settings and a new secret are tried first. The kind stays; a new address has to hold
     * every backup that is known to be in this place. A new account needs its secret again. Sealing is `kit.seal`'s.
     */
    change: call(
      z.strictObject({
        name: DestinationName,
        newName: z.optional(DestinationName),
        /** All of them, also those that stay. */
        settings: z.optional(DestinationSettings),
        secret: z.optional(SecretText),
        /** A login for deletions alone, tried first: backups and proofs are never told it. Null: there is none from now on. */
        deletion: z.optional(z.nullable(z.strictObject({ login: DeletionLogin, secret: SecretText }))),
      }),
      DestinationCard,
    ),
    /** Room, growth, days until it is full, and what lies there that belongs to no backup. `again` false: as it was last looked at, where it was. */
    health: call(z.strictObject({ name: DestinationName, again: z.boolean() }), PlaceHealth),
    /** Removes these orphans, each looked at once more, and uploads that nobody goes on with. What `health` says stays is never removed. */
    sweep: call(
      z.strictObject({
        name: DestinationName,
        orphans: z.array(z.string().check(z.maxLength(200))).check(z.maxLength(10_000)),
      }),
      SweepReport,
    ),
    /**
     * "I have a place and a kit": a job that reads every manifest of a place, and comes to a `FoundReport` (`JobResult.find`).
     * Nothing there is written, and nothing is kept here until it succeeds: then the place is a destination as if it had been
     * added, its backups are in the lists with the machines that made them, restorable and provable, and those newer
     * than the list's end are announced (`backup.added`). Cancelled or failed, it has never been.
     * Progress: `bytes` of `totalBytes` are those of manifests, `table` says "120 of 500 manifests".
     *
     * With `settings`, a place that is not known yet; without, the one of this name is read again. `kit` is the text of
     * the recovery secret as it is printed (64 digits; blanks, line ends and dashes do not matter); leave it out where nothing
     * there is sealed. It counts as the kit's proof, and what is stored there from then on is sealed with it.
     *
     * At once: `kit.unreadable`, `kit.other-place` (a known place has another key), `destination.exists` (name or address),
     * `destination.unknown`, `vault.missing-secret`. As the job's failure: `destination.no-backups` (nothing there, or other
     * people's things), `seal.no-key` (sealed, and no kit was given), `kit.other-place` (this kit opens nothing there;
     * the message names the keys that would), and whatever the place fails with.
     */
    found: call(
      z.strictObject({
        name: DestinationName,
        settings: z.optional(DestinationSettings),
        secret: z.optional(SecretText),
        kit: z.optional(SecretText),
      }),
      JobRef,
    ),
    /** What lies there stays. Refused while a source, a plan or a backup speaks of it. */
    remove: call(z.strictObject({ name: DestinationName }), Nothing),
    changed: event(z.strictObject({ card: DestinationCard })),
    removed: event(z.strictObject({ destinationId: DestinationId })),
  },
  kit: {
    /** Whether what goes to this place is sealed. The first time it makes the place's recovery secret. */
    seal: call(z.strictObject({ name: DestinationName, on: z.boolean() }), DestinationCard),
    /**
     * Somebody's own OpenPGP public keys (armored), that what goes to the place is sealed for from now on: these and no others; none
     * takes them away. `alone`: for them and not for the recovery secret. Switches sealing on where there are any.
     */
    sealFor: call(
      z.strictObject({
        name: DestinationName,
        keys: z.array(z.string().check(z.minLength(1), z.maxLength(65_536))).check(z.maxLength(16)),
        alone: z.boolean(),
      }),
      DestinationCard,
    ),
    show: call(z.strictObject({ name: DestinationName }), KitState),
    /** Writes the page into a new file that only its owner can read. The secret itself never comes over this contract. */
    write: call(
      z.strictObject({ name: DestinationName, file: z.string().check(z.minLength(1), z.maxLength(4096)) }),
      KitState,
    ),
    /** The kit is there: the check words of at least three of its rows. */
    prove: call(
      z.strictObject({
        name: DestinationName,
        words: z.array(KitWord).check(z.maxLength(8)),
        /** Whose copy it is, or where it lies. */
        holder: z.optional(z.string().check(z.minLength(1), z.maxLength(80))),
      }),
      KitState,
    ),
    /**
     * A new secret for what is sealed from now on. What was sealed before is opened by the earlier kit, here and on paper; the
     * new kit has to be printed and proven like the first.
     */
    rotate: call(z.strictObject({ name: DestinationName }), KitState),
    /** Takes the secret from a kit: of a place whose secret was lost, or that another computer seals. */
    enter: call(z.strictObject({ name: DestinationName, secret: SecretText }), KitState),
  },
  retention: {
    /** The rules there are, and what stays, what goes and when by each. */
    show: call(z.strictObject({ owner: z.optional(RetentionOwner) }), z.array(RetentionShown)),
    /**
     * Looks at the places and keeps the list, so that `apply` can name it. Nothing is deleted.
     * @param clockIsRight a person says so, where the clock took a step.
     * @param draft rules that are not saved before their preview is applied.
     * @param brief leaves out what stays, and names at most a hundred of those that go in each line.
     */
    preview: call(
      z.strictObject({
        owner: RetentionOwner,
        clockIsRight: z.boolean(),
        draft: z.optional(RetentionSettings),
        brief: z.optional(z.boolean()),
      }),
      RetentionPreview,
    ),
    /** A calendar of one source in one place. From the catalog alone: no place is listed. */
    look: call(RetentionQuestion, RetentionLook),
    /** The backups of those days, newest first; at most a hundred. */
    entries: call(RetentionQuestion, z.array(RetentionEntry)),
    /** Saves a rule and comes to its preview. Nothing is deleted before that is applied. */
    set: call(RetentionSettings, RetentionPreview),
    /** Deletes what the preview lists, by jobs; refused when the list would be another one now. */
    apply: call(z.strictObject({ previewId: RetentionPreviewId }), z.strictObject({ jobIds: z.array(JobId) })),
    changed: event(z.strictObject({ settings: RetentionSettings })),
    applied: event(z.strictObject({ previewId: RetentionPreviewId, jobIds: z.array(JobId) })),
  },
  scrub: {
    /** How far the reading of a place is, what it found and when it goes on; of every place where none is named. */
    state: call(z.strictObject({ name: z.optional(DestinationName) }), z.array(ScrubState)),
    /**
     * A job that reads stored bytes of a place again, what was not read for the longest first.
     * @param share left out: what a scheduled run would read. @param backup only this one, from its beginning.
     */
    start: call(
      z.strictObject({
        name: DestinationName,
        share: z.optional(ScrubShare),
        backup: z.optional(BackupRef),
      }),
      JobRef,
    ),
    /** When a place is read by itself. Only what is given changes. */
    change: call(z.strictObject({ name: DestinationName, settings: z.partial(ScrubSettings) }), ScrubState),
    /**
     * A job that replaces what is bad of a damaged copy from a place whose copy holds, and reads it back.
     * @param name the place of the bad copy. @param from left out: the first place that holds it.
     */
    repair: call(
      z.strictObject({ backup: BackupRef, name: DestinationName, from: z.optional(DestinationName) }),
      JobRef,
    ),
  },
  job: {
    list: call(
      z.strictObject({
        state: z.optional(JobState),
        limit: z.int().check(z.gte(1), z.lte(1000)),
        kinds: z.optional(z.array(JobKind)),
        sourceId: z.optional(SourceId),
        backupId: z.optional(BackupId),
        /** Only those asked for earlier than this one: the next page. */
        before: z.optional(JobId),
      }),
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
