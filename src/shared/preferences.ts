import { z } from './schema.ts';

/** What a person chose once and Holdfast remembers. */
export const Preferences = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Which job ends the desktop is told. */
  notify: z.enum(['all', 'problems', 'nothing']),
  /** A source without a plan needs a person when its newest backup is older. */
  overdueAfterMs: z.int().check(z.gte(3_600_000), z.lte(366 * 24 * 3_600_000)),
  /** Whether it was said once that closing the window does not end Holdfast. */
  closeExplained: z.boolean(),
  /** Whom to call when a recovery kit is needed; printed on every kit. */
  recoveryContact: z.optional(z.string().check(z.maxLength(200))),
});
export type Preferences = z.output<typeof Preferences>;

export const defaultPreferences: Preferences = {
  theme: 'system',
  notify: 'all',
  overdueAfterMs: 26 * 3_600_000,
  closeExplained: false,
};
