/**
 * A database of a chosen size with the mixture that small teams have: wide rows, jsonb, text, arrays, foreign keys, partitions,
 * and attachments that are as hard to compress as pictures are.
 */
import type { Cluster } from '../test/helpers/postgres.ts';

/** About `megabytes` of `pg_dump -Fc -Z0` output. */
export async function fillDatabase(cluster: Cluster, name: string, megabytes: number): Promise<void> {
  await cluster.createDatabase(name);
  await cluster.sql(
    name,
    `CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, profile jsonb NOT NULL, tags text[], since timestamptz NOT NULL);
     CREATE TABLE "Order" (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, total numeric(12,2) NOT NULL, note text, placed date NOT NULL);
     CREATE TABLE event (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, payload jsonb) PARTITION BY RANGE (at);
     CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
     CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
     CREATE TABLE attachment (id int PRIMARY KEY, body bytea NOT NULL);`,
  );
  const share = (part: number, rowBytes: number): number =>
    Math.max(1, Math.round((megabytes * 1e6 * part) / rowBytes));
  const customers = share(0.15, 330);
  const statements = [
    `INSERT INTO customer SELECT g, 'Customer ' || g, jsonb_build_object('city', md5(g::text), 'score', g % 100, 'notes', repeat(md5((g*7)::text) || ' ', 4)), ARRAY['t' || g % 7, 't' || g % 13], '2020-01-01'::timestamptz + g * interval '1 minute' FROM generate_series(1, ${customers}) g`,
    `INSERT INTO "Order" SELECT g, g % ${customers} + 1, (g % 100000) / 7.0, CASE WHEN g % 3 = 0 THEN repeat('note ' || md5(g::text) || ' ', 3) END, '2024-01-01'::date + (g % 900)::int FROM generate_series(1, ${share(0.3, 84)}) g`,
    `INSERT INTO event SELECT g, '2025-01-01'::timestamptz + (g % 700) * interval '1 day', 'kind' || g % 20, jsonb_build_object('user', g % 5000, 'path', '/page/' || g % 300, 'agent', 'Mozilla/5.0 (' || g % 40 || ')') FROM generate_series(1, ${share(0.4, 128)}) g`,
    `INSERT INTO attachment SELECT g, decode((SELECT string_agg(md5(g || '/' || part), '') FROM generate_series(1, 128) part), 'hex') FROM generate_series(1, ${share(0.15, 4110)}) g`,
    `CREATE INDEX ON "Order" (customer_id)`,
    `CREATE INDEX ON event (kind, at)`,
    `VACUUM ANALYZE`,
  ];
  for (const statement of statements) await cluster.sql(name, statement);
}
