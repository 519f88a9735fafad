import type { Session } from './connect.ts';
import type { Relation } from './inspect.ts';
import { qualifiedName, quoteText } from './name.ts';

const sequencesPerQuery = 200;

/**
 * The last value that each sequence has given; where it gave none yet, the one before its first. Decimal text.
 * Sequences obey no snapshot: the values are those of this moment.
 */
export async function readSequences(
  session: Session,
  sequences: readonly Relation[],
): Promise<{ name: string; value: string }[]> {
  const values: { name: string; value: string }[] = [];
  for (let start = 0; start < sequences.length; start += sequencesPerQuery) {
    const batch = sequences.slice(start, start + sequencesPerQuery);
    const queries = batch.map((sequence, index) => {
      const name = qualifiedName(sequence.schema, sequence.name);
      const step = `(SELECT seqincrement FROM pg_sequence WHERE seqrelid = ${quoteText(String(sequence.oid))}::oid)`;
      return `SELECT ${index} AS tag, (CASE WHEN is_called THEN last_value::numeric ELSE last_value::numeric - ${step} END)::text AS value FROM ${name}`;
    });
    const rows = await session.query<{ tag: number; value: string }>(queries.join(' UNION ALL '));
    const byTag = new Map(rows.map((row) => [row.tag, row.value]));
    batch.forEach((sequence, index) =>
      values.push({ name: qualifiedName(sequence.schema, sequence.name), value: byTag.get(index) ?? '' }),
    );
  }
  return values;
}
