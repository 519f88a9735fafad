/** What a place does by itself with the data that lie there, as it was last read; and what of our promises that breaks. Pure. */
import type { BackupCard } from './artifact.ts';
import { DestinationId, Instant } from './id.ts';
import { z } from './schema.ts';

const Days = z.int().check(z.gte(0));
/** After so many days, or on a day. */
const Expires = z.union([z.strictObject({ afterDays: Days }), z.strictObject({ at: Instant })]);

export const PlaceRules = z.strictObject({
  /** When it was read. */
  at: Instant,
  /** Rules that move data to where it cannot be read at once. */
  cools: z.array(z.strictObject({ afterDays: Days, storageClass: z.string() })),
  /** Rules that delete data or manifests, by their names. */
  expires: z.array(z.strictObject({ ruleId: z.string(), expires: Expires })),
});
export type PlaceRules = z.output<typeof PlaceRules>;

const dayMs = 24 * 60 * 60 * 1000;

/** When the place deletes what was stored at this moment; undefined: it does not. */
export function goneAt({ expires }: { expires?: z.output<typeof Expires> }, takenAt: Instant): Instant | undefined {
  if (expires === undefined) return undefined;
  // On a day: what is stored later than that goes the day after it was stored.
  return 'at' in expires ? Math.max(expires.at, takenAt) : takenAt + expires.afterDays * dayMs;
}

/** A place that deletes its copy before the pin ends. */
export const PinBeaten = z.strictObject({
  destination: DestinationId,
  place: z.string(),
  at: Instant,
  ruleId: z.string(),
});
export type PinBeaten = z.output<typeof PinBeaten>;

interface RuledPlace {
  id: DestinationId;
  name: string;
  rules?: PlaceRules | undefined;
}

/** Of each place the rule that comes first. A pin that has ended promises nothing. */
export function pinBeaten(
  { stored, takenAt, pin }: Pick<BackupCard, 'stored' | 'takenAt' | 'pin'>,
  places: readonly RuledPlace[],
  now: Instant,
): PinBeaten[] {
  if (pin === undefined || (pin.until !== null && pin.until <= now)) return [];
  const until = pin.until ?? Infinity;
  const held = new Set(stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination));
  return places
    .filter(({ id }) => held.has(id))
    .flatMap(({ id: destination, name: place, rules }) => {
      const [first] = (rules?.expires ?? [])
        .flatMap((rule) => {
          const at = goneAt(rule, takenAt);
          return at === undefined || at >= until ? [] : [{ destination, place, at, ruleId: rule.ruleId }];
        })
        .toSorted((a, b) => a.at - b.at);
      return first === undefined ? [] : [first];
    });
}
