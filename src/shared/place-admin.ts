/** How a place itself is set up, beside what lies there: versions, lifecycle, lock, and what a login could destroy. */
import { Instant } from './id.ts';
import { z } from './schema.ts';

/**
 * One thing that a place may be set up with. `none`: this kind of place, or this service, does not have it. `unknown`: it could
 * not be read, and `words` says why. `words` is a sentence in any case.
 */
const Fact = { state: z.enum(['on', 'off', 'none', 'unknown']), words: z.string() };
export const PlaceFact = z.strictObject(Fact);
export type PlaceFact = z.output<typeof PlaceFact>;

export const VersioningFact = z.strictObject({
  ...Fact,
  /** `suspended`: versions that are there stay, and no new ones come. */
  state: z.enum(['on', 'off', 'suspended', 'none', 'unknown']),
  /** Whether `destination.versioning` can switch it on. */
  canSwitchOn: z.boolean(),
});
export type VersioningFact = z.output<typeof VersioningFact>;

const LockMode = z.enum(['governance', 'compliance']);

export const LockFact = z.strictObject({
  ...Fact,
  /** What every new object gets; null: nothing, where nobody asks for it. */
  mode: z.nullable(LockMode),
  days: z.nullable(z.int()),
  /** Whether `destination.lock` can set it. */
  canSet: z.boolean(),
});
export type LockFact = z.output<typeof LockFact>;

const Days = z.int().check(z.gte(1), z.lte(36_500));

/** What every object that is stored from then on is locked with: governance gives way to a right of its own, compliance to nobody. */
export const LockWish = z.strictObject({ mode: LockMode, days: Days });
export type LockWish = z.output<typeof LockWish>;

/** What new objects are locked with by themselves; null: nothing. */
export const lockSet = ({ mode, days }: Pick<LockFact, 'mode' | 'days'>): LockWish | null =>
  mode === null || days === null ? null : { mode, days };

/** What setting a lock, or taking it away, comes to. */
export const LockPreview = z.strictObject({
  /** Names this preview; setting is refused where the bucket has another lock by then. */
  token: z.string(),
  /** What the bucket has now; null: new objects are not locked by themselves. */
  before: z.nullable(z.strictObject({ mode: LockMode, days: z.int() })),
  /** What it means, a sentence each: to be read before it is accepted. */
  words: z.array(z.string()),
});
export type LockPreview = z.output<typeof LockPreview>;

/** What the service is to do by itself with our data, and with nothing else. A part that is null is not done. */
export const LifecycleWish = z.strictObject({
  /** Data goes to this class when it is so old. Manifests and proofs stay where they can be read at once. */
  cold: z.nullable(
    z.strictObject({ afterDays: Days, storageClass: z.string().check(z.minLength(1), z.maxLength(64)) }),
  ),
  /** Data is deleted when it is so old, whatever a rule of retention, a pin or a hold says. */
  expireAfterDays: z.nullable(Days),
  /** What was removed or replaced, and is kept as an older version, is deleted after so many days. */
  versionsAfterDays: z.nullable(Days),
});
export type LifecycleWish = z.output<typeof LifecycleWish>;

/** What Holdfast keeps in a place, by what it is; `others` is what is not Holdfast's. */
export const LifecycleHit = z.enum(['data', 'manifests', 'proofs', 'others']);
export type LifecycleHit = z.output<typeof LifecycleHit>;

/** A rule as it is in the bucket. */
export const LifecycleRule = z.strictObject({
  id: z.string(),
  /** Holdfast's own, of this place; any other one is never changed by Holdfast. */
  ours: z.boolean(),
  enabled: z.boolean(),
  /** `''`: the whole bucket. */
  prefix: z.string(),
  hits: z.array(LifecycleHit),
  /** What it does, a sentence each. */
  words: z.array(z.string()),
});
export type LifecycleRule = z.output<typeof LifecycleRule>;

/** Where the lifecycle takes away what Holdfast promises to keep. */
export const LifecycleClash = z.strictObject({
  code: z.enum([
    'removes-manifests',
    'cools-manifests',
    'beats-hold',
    'beats-pin',
    'beats-last',
    'beats-proven',
    'beats-rule',
    'other-machine',
  ]),
  /** `refused`: Holdfast does not set it. `said`: it does, once somebody has accepted it. */
  grade: z.enum(['refused', 'said']),
  /** The rule, by its id. */
  ruleId: z.string(),
  words: z.string(),
  /** When it would happen first, where that is known. */
  at: z.nullable(Instant),
});
export type LifecycleClash = z.output<typeof LifecycleClash>;

export const LifecycleFact = z.strictObject({
  ...Fact,
  /** What Holdfast has set for this place; null: nothing. */
  wish: z.nullable(LifecycleWish),
  rules: z.array(LifecycleRule),
  /** What the rules that are there now take away, gravest first. */
  clashes: z.array(LifecycleClash),
  canSet: z.boolean(),
  /** Storage classes that data may go to, with how long they take at most before they can be read; 0 is at once. */
  classes: z.array(z.strictObject({ id: z.string(), thawHours: z.int(), minimumDays: z.int() })),
});
export type LifecycleFact = z.output<typeof LifecycleFact>;

/** Something that a person does in the service's own console or on the server, because no call of ours can. */
export const PlaceAdvice = z.strictObject({ title: z.string(), words: z.string(), paste: z.nullable(z.string()) });
export type PlaceAdvice = z.output<typeof PlaceAdvice>;

export const PlaceSetup = z.strictObject({
  at: Instant,
  versioning: VersioningFact,
  lifecycle: LifecycleFact,
  lock: LockFact,
  /** Whether the service encrypts by itself what nobody asks it to, beside our sealing. */
  encryption: PlaceFact,
  /** Whether the place refuses to be opened to everybody. */
  publicBlock: PlaceFact,
  advice: z.array(PlaceAdvice),
});
export type PlaceSetup = z.output<typeof PlaceSetup>;

/** What setting a lifecycle comes to, before it is set. */
export const LifecyclePreview = z.strictObject({
  /** Names this preview; setting is refused where the bucket's rules or the clashes are others by then. */
  token: z.string(),
  /** Rules of ours that are written, and that are taken away. */
  sets: z.array(LifecycleRule),
  removes: z.array(LifecycleRule),
  /** Rules of others, which stay as they are. */
  keeps: z.array(LifecycleRule),
  /** Of the lifecycle as it would be, gravest first. A `refused` one of ours keeps it from being set. */
  clashes: z.array(LifecycleClash),
  /** Backups whose data would go cold, and be deleted, at once or within a day, and their size. */
  coldNow: z.strictObject({ backups: z.int(), sizeBytes: z.int() }),
  goneNow: z.strictObject({ backups: z.int(), sizeBytes: z.int() }),
  /** What a person should know: minimum times that are billed, how long a thaw takes. */
  notes: z.array(z.string()),
});
export type LifecyclePreview = z.output<typeof LifecyclePreview>;

/**
 * Something that whoever holds a login could do there. `yes` and `no` were measured by doing it to an object of our own, or follow from
 * what kind of login it is (`words` says which). `perhaps`: the place did not refuse the right, to a request that it could not carry out. `unknown`: no harmless way to ask.
 */
export const PlaceRight = z.strictObject({
  what: z.enum([
    'overwrite',
    'remove',
    'remove-version',
    'bypass-lock',
    'change-versioning',
    'change-lifecycle',
    'change-policy',
    'delete-place',
  ]),
  answer: z.enum(['yes', 'no', 'perhaps', 'unknown', 'none']),
  /** How it was found out, or why not. */
  words: z.string(),
});
export type PlaceRight = z.output<typeof PlaceRight>;

export const PlaceRights = z.strictObject({
  at: Instant,
  rights: z.array(PlaceRight),
  /** What somebody with the login of this computer could destroy, in a sentence. */
  words: z.string(),
  /** How to take the rights to remove away, to paste. */
  advice: z.array(PlaceAdvice),
});
export type PlaceRights = z.output<typeof PlaceRights>;
