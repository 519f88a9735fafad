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

/**
 * The digits of a kit file. Where its text is the page as Holdfast writes it, the rows of digits; otherwise the text itself, for
 * whoever reads it strictly.
 */
export function secretInKit(text: string): string {
  const rows = [...text.matchAll(/<td class="digits">([0-9a-f ]+)<\/td>/g)].map(([, digits = '']) => digits);
  return rows.length === 0 ? text : rows.join(' ');
}
