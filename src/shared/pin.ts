import { Instant } from './id.ts';
import { z } from './schema.ts';

/** A backup that no rule deletes, until the pin ends. A held one has no end and is let go by a person alone. */
export const Pin = z.strictObject({
  reason: z.string().check(z.minLength(1), z.maxLength(200)),
  until: z.nullable(Instant),
  hold: z.boolean(),
  since: Instant,
  /** Who pinned it. */
  by: z.string(),
});
export type Pin = z.output<typeof Pin>;
