import { DestinationCard } from './destination.ts';
import { z } from './schema.ts';

const Row = z.int().check(z.gte(1), z.lte(8));

/** The check word of one row of a printed kit. */
export const KitWord = z.strictObject({ row: Row, word: z.string().check(z.maxLength(40)) });
export type KitWord = z.output<typeof KitWord>;

export const KitState = z.strictObject({
  card: DestinationCard,
  /** Three rows to ask for, others every time. */
  ask: z.array(Row),
});
export type KitState = z.output<typeof KitState>;
