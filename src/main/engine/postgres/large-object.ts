import type { Session } from './connect.ts';
import { emptyDigest, sums } from './digest.ts';

/** Every large object is hashed in pieces of this size: part of the digest's definition. */
const pieceBytes = 256 * 1024;
/** Pieces of one object per query, at first few: most objects are small. */
const maxPiecesPerQuery = 64;

/**
 * How many large objects there are, and the digest of them all: of each piece together with its object's number and place.
 * Read through `lo_get`, which needs no superuser and obeys the transaction's snapshot.
 */
export async function countLargeObjects(
  session: Session,
  digests: boolean,
  onPieces: (bytes: number) => void,
): Promise<{ count: number; digest: string | null }> {
  const found = await session.query<{ count: string }>('SELECT count(*)::text AS count FROM pg_largeobject_metadata');
  const count = Number(found[0]?.count ?? 0);
  if (!digests) return { count, digest: null };
  const totals: [bigint, bigint] = [0n, 0n];
  let firstPiece = 0;
  let pieces = 1;
  // Undefined means all: the first query asks for the beginning of every object.
  let oids: number[] | undefined;
  while (oids === undefined || oids.length > 0) {
    const [row] = await session.query<{ digest: string; longer: number[] | null; bytes: string | null }>(
      `SELECT ${sums(`o.oid || ':' || p.at || ':' || encode(d.data, 'hex') COLLATE "C"`)} AS digest,
          array_agg(o.oid::int8::text) FILTER (WHERE p.at = $2::int8 AND length(d.data) = ${pieceBytes}) AS longer, sum(length(d.data))::text AS bytes
        FROM ${oids === undefined ? 'pg_largeobject_metadata AS o' : 'unnest($3::oid[]) AS o (oid)'}
        CROSS JOIN LATERAL generate_series($1::int8, $2::int8) AS p (at)
        CROSS JOIN LATERAL lo_get(o.oid, p.at * ${pieceBytes}, ${pieceBytes}) AS d (data)
        WHERE p.at = 0 OR length(d.data) > 0`,
      [firstPiece, firstPiece + pieces - 1, ...(oids === undefined ? [] : [oids])],
    );
    const [first, second] = (row?.digest ?? emptyDigest).split(':');
    totals[0] += BigInt(first ?? 0);
    totals[1] += BigInt(second ?? 0);
    oids = (row?.longer ?? []).map(Number);
    onPieces(Number(row?.bytes ?? 0));
    firstPiece += pieces;
    pieces = maxPiecesPerQuery;
  }
  return { count, digest: `${totals[0]}:${totals[1]}` };
}
