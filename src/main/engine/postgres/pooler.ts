import type pg from 'pg';
import { Fail } from '../../../shared/failure.ts';

const rounds = 8;

/**
 * Called when the process that answers is not the one that the connection was announced as: something stands between.
 * A pooler that lends one server process to several connections in turn (transaction or statement mode) is refused with
 * `source.pooler`; one that keeps a process per connection is let through. Nothing is set on the server to find out,
 * because in such a pool a setting would stay behind for others.
 * @param openSecond makes another connection like `first`.
 */
export async function refusePooler(first: pg.Client, openSecond: () => Promise<pg.Client>): Promise<void> {
  const second = await openSecond();
  try {
    const seen = { first: new Set<number>(), second: new Set<number>() };
    for (let round = 0; round < rounds; round++) {
      seen.first.add(await backendOf(first));
      seen.second.add(await backendOf(second));
    }
    const shared = [...seen.first].some((pid) => seen.second.has(pid));
    if (shared || seen.first.size > 1 || seen.second.size > 1) {
      throw new Fail(
        'source.pooler',
        'This address is a connection pooler in transaction mode: a snapshot cannot be held through it.',
      );
    }
  } finally {
    await second.end().catch(() => {});
  }
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
