import { call, event } from '../channel.ts';
import {
  DeletionLogin,
  DestinationCard,
  DestinationName,
  DestinationSettings,
  MaxBytesPerSecond,
  MaxFileBytes,
  PlaceReport,
  PlaceStep,
  PlaceTally,
} from '../destination.ts';
import { LateCopies, PlaceHealth, SweepReport } from '../health.ts';
import { DestinationId } from '../id.ts';
import { LifecyclePreview, LifecycleWish, LockPreview, LockWish, PlaceRights, PlaceSetup } from '../place-admin.ts';
import { z } from '../schema.ts';
import { Nothing, JobRef } from './input.ts';
import { SecretText } from './secrets.ts';

/** A name that whoever asks for a test makes up, to know its steps by. */
const Attempt = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));

export const destination = {
  list: call(Nothing, z.array(DestinationCard)),
  /** What each place holds, and its room as it was last looked at. No place is asked. */
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
      maxBytesPerSecond: z.optional(MaxBytesPerSecond),
      maxFileBytes: z.optional(MaxFileBytes),
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
      /** For all jobs together; uploads that run heed it from their next piece on. Null: as fast as it goes. */
      maxBytesPerSecond: z.optional(z.nullable(MaxBytesPerSecond)),
      /** For what is stored from now on: data that are larger lie there in parts of this size. Null: every file in one piece. */
      maxFileBytes: z.optional(z.nullable(MaxFileBytes)),
    }),
    DestinationCard,
  ),
  /** Room, growth, days until it is full, and what lies there that belongs to no backup. `again` false: as it was last looked at, where it was. */
  health: call(z.strictObject({ name: DestinationName, again: z.boolean() }), PlaceHealth),
  /** What waits for this place or was given up there, from the spool and from places that have it. `backup.carry` brings it. */
  late: call(z.strictObject({ name: DestinationName }), LateCopies),
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
  /** How the place itself is set up: versions, lifecycle, lock. Asked there, takes seconds. What cannot be read says why. */
  setup: call(z.strictObject({ name: DestinationName }), PlaceSetup),
  /** Switches versions on; a place that has them on stays as it is. @throws `destination.unsupported`, `destination.permission` */
  versioning: call(z.strictObject({ name: DestinationName, on: z.literal(true) }), PlaceSetup),
  /** What `lifecycle` would write, and what it would take away. Nothing is changed. `wish` null takes Holdfast's rules away. */
  lifecyclePreview: call(z.strictObject({ name: DestinationName, wish: z.nullable(LifecycleWish) }), LifecyclePreview),
  /**
   * Sets what the preview of this token showed; the rules of others stay. `accept`: somebody has read what is `said`.
   * @throws `lifecycle.moved` (another preview by now), `lifecycle.refused` (it beats a hold, a pin, the last or the last proven backup),
   * `lifecycle.not-accepted`, `destination.unsupported`, `destination.permission`
   */
  lifecycle: call(
    z.strictObject({
      name: DestinationName,
      wish: z.nullable(LifecycleWish),
      token: z.string().check(z.maxLength(64)),
      accept: z.boolean(),
    }),
    PlaceSetup,
  ),
  /**
   * What `lock` would mean. Nothing is changed. `wish` null takes the lock of new objects away.
   * @throws `lock.not-enabled` (the bucket was made without object lock), `destination.unsupported` (the place has none)
   */
  lockPreview: call(z.strictObject({ name: DestinationName, wish: z.nullable(LockWish) }), LockPreview),
  /**
   * Sets what every new object of the bucket is locked with. `accept`: somebody has read what the preview of this token says.
   * @throws `lock.moved` (another lock by now), `lock.not-accepted`, `lock.not-enabled`, `destination.unsupported`, `destination.permission`
   */
  lock: call(
    z.strictObject({
      name: DestinationName,
      wish: z.nullable(LockWish),
      token: z.string().check(z.maxLength(64)),
      accept: z.boolean(),
    }),
    PlaceSetup,
  ),
  /**
   * What the login of this computer could destroy there, tried with objects of its own that hold nothing. `deletion`: what the login for
   * deletions could, where there is one.
   */
  rights: call(z.strictObject({ name: DestinationName, deletion: z.optional(z.literal(true)) }), PlaceRights),
  /** What lies there stays. Refused while a source, a plan or a backup speaks of it. */
  remove: call(z.strictObject({ name: DestinationName }), Nothing),
  changed: event(z.strictObject({ card: DestinationCard })),
  removed: event(z.strictObject({ destinationId: DestinationId })),
} as const;
