/**
 * What a digest costs, against counting alone and against md5: the figures of docs/decisions/0010-digest.md.
 *
 *   node bench/digest.ts [major]
 */
import { performance } from 'node:perf_hooks';
import { availableMajors, startCluster } from '../test/helpers/postgres.ts';

const rounds = 5;
const major = Number(process.argv[2] ?? availableMajors()[0]);

const tables: Record<string, { make: string; row: string }> = {
  mixed: {
    make: `SELECT g AS id, g::numeric / 7 AS n, md5(g::text) AS a, repeat(md5((g * 3)::text), 3) AS b, '2026-01-01'::timestamptz + g * interval '1 second' AS t,
      jsonb_build_object('k', g, 'v', md5((g + 1)::text), 'l', ARRAY[g, g + 1]) AS j, ARRAY[g, g * 2] AS r, g % 2 = 0 AS f, g / 3.0::float8 AS x FROM generate_series(1, 700000) g`,
    row: 'ROW(a, b, f, id, j, n, r, t, x)',
  },
  pgbench: {
    make: `SELECT g AS aid, 1 AS bid, 0 AS abalance, repeat(' ', 84)::char(84) AS filler FROM generate_series(1, 2000000) g`,
    row: 'ROW(abalance, aid, bid, filler)',
  },
};

const hash = (seed: number): string => `sum(hashtextextended(t, ${seed}))`;
const half = (from: number): string => `sum(('x' || substr(t, ${from}, 16))::bit(64)::int8)`;
const text = (table: string, of: string, fence: string): string =>
  `FROM (SELECT ${of} AS t FROM ONLY ${table} ${fence}) s`;

const ways: Record<string, (table: string, row: string) => string> = {
  'count(*) alone': (table) => `SELECT count(*) FROM ONLY ${table}`,
  'one 64-bit sum': (table, row) =>
    `SELECT count(*), ${hash(0)} ${text(table, `${row}::text COLLATE "C"`, 'OFFSET 0')}`,
  'two 64-bit sums (ours)': (table, row) =>
    `SELECT count(*), ${hash(0)}, ${hash(1)} ${text(table, `${row}::text COLLATE "C"`, 'OFFSET 0')}`,
  'the same without OFFSET 0': (table, row) =>
    `SELECT count(*), ${hash(0)}, ${hash(1)} ${text(table, `${row}::text COLLATE "C"`, '')}`,
  'md5, two sums of its halves': (table, row) =>
    `SELECT count(*), ${half(1)}, ${half(17)} ${text(table, `md5(${row}::text)`, 'OFFSET 0')}`,
};

const cluster = await startCluster({
  major,
  settings: { shared_buffers: '512MB', max_parallel_workers_per_gather: '0', jit: 'off' },
});
try {
  const lines = [`PostgreSQL ${major}, best of ${rounds} interleaved rounds, one process, warm cache`];
  for (const [name, { make }] of Object.entries(tables))
    await cluster.sql('postgres', `CREATE TABLE ${name} AS ${make}`);
  await cluster.sql('postgres', 'VACUUM ANALYZE');
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, { row }] of Object.entries(tables)) {
      for (const [way, query] of Object.entries(ways)) {
        const started = performance.now();
        await cluster.sql('postgres', query(name, row));
        const key = `${name}: ${way}`;
        best.set(key, Math.min(best.get(key) ?? Infinity, performance.now() - started));
      }
    }
  }
  for (const name of Object.keys(tables)) {
    const [size] = await cluster.sql('postgres', `SELECT pg_table_size('${name}') / 1000000 AS mb`);
    const base = best.get(`${name}: two 64-bit sums (ours)`) ?? 1;
    for (const way of Object.keys(ways)) {
      const ms = best.get(`${name}: ${way}`) ?? 0;
      lines.push(
        `${name} (${String(size?.['mb'])} MB)  ${way.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / base).toFixed(2)}`,
      );
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await cluster.stop();
}
