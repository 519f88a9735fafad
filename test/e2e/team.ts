/** What a small team keeps safe: two PostgreSQL servers, three SQLite files, all real, all growing a little every day. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { startCluster, type Cluster } from '../helpers/postgres.ts';

export interface Team {
  /** Shop and blog. */
  server: Cluster;
  /** Certificates; it may be away. */
  other: Cluster;
  till: string;
  wiki: string;
  /** Large enough that its backup can be watched. */
  archive: string;
  /** What a day adds; `day` numbers them. */
  live(day: number): Promise<void>;
  /** What somebody did today that a restore takes back. */
  mistakeInShop(): Promise<void>;
  mistakeInTill(): void;
  stop(): Promise<void>;
}

/** @param folder where the files of the team lie. */
export async function makeTeam(folder: string): Promise<Team> {
  const server = await startCluster();
  const other = await startCluster();
  await server.createDatabase('shop');
  await server.createDatabase('blog');
  await other.createDatabase('certificates');
  await server.sql('shop', shopSchema);
  await server.sql('blog', blogSchema);
  await other.sql('certificates', certificatesSchema);
  mkdirSync(path.join(folder, 'till'), { recursive: true });
  mkdirSync(path.join(folder, 'wiki'), { recursive: true });
  mkdirSync(path.join(folder, 'archive'), { recursive: true });
  const till = path.join(folder, 'till/till.db');
  const archive = path.join(folder, 'archive/archive.db');
  const wiki = path.join(folder, 'wiki/wiki.sqlite3');
  withDatabase(till, (db) => db.exec(tillSchema));
  withDatabase(wiki, (db) => db.exec(wikiSchema));
  withDatabase(archive, (db) => db.exec(archiveSchema));
  return {
    server,
    other,
    till,
    wiki,
    archive,
    async live(day) {
      await server.sql('shop', shopDay(day));
      await server.sql('blog', blogDay(day));
      await other.sql('certificates', certificatesDay(day)).catch(() => {});
      withDatabase(till, (db) => db.exec(tillDay(day)));
      withDatabase(wiki, (db) => db.exec(wikiDay(day)));
    },
    async mistakeInShop() {
      await server.sql('shop', shopMistake);
    },
    mistakeInTill: () => withDatabase(till, (db) => db.exec(tillMistake)),
    async stop() {
      await server.stop();
      await other.stop();
    },
  };
}

function withDatabase(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file);
  try {
    work(db);
  } finally {
    db.close();
  }
}

const shopSchema = `
  CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, mail text NOT NULL UNIQUE, joined date NOT NULL);
  CREATE TABLE product (id bigserial PRIMARY KEY, title text NOT NULL, price numeric(10,2) NOT NULL CHECK (price > 0));
  CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, placed timestamptz NOT NULL, state text NOT NULL);
  CREATE TABLE order_item (order_id bigint NOT NULL REFERENCES orders, product_id bigint NOT NULL REFERENCES product, pieces int NOT NULL, PRIMARY KEY (order_id, product_id));
  CREATE TABLE payment (id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, amount numeric(10,2) NOT NULL, method text NOT NULL);
  CREATE TABLE shipment (id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, carrier text NOT NULL, tracking text NOT NULL);
  CREATE TABLE stock (product_id bigint PRIMARY KEY REFERENCES product, pieces int NOT NULL);
  CREATE TABLE coupon (id bigserial PRIMARY KEY, code text NOT NULL UNIQUE, percent int NOT NULL);
  INSERT INTO coupon (code, percent) SELECT upper(substr(md5(n::text), 1, 8)), 5 + n % 20 FROM generate_series(1, 1204) n;
  CREATE INDEX orders_customer ON orders (customer_id);
  CREATE VIEW turnover AS SELECT date_trunc('day', placed) AS day, count(*) FROM orders GROUP BY 1;
  INSERT INTO product (title, price) SELECT 'Lamp ' || n, 9 + n % 90 FROM generate_series(1, 400) n;
  INSERT INTO stock SELECT id, 100 FROM product;
  INSERT INTO customer (name, mail, joined) SELECT 'Customer ' || n, 'customer' || n || '@example.com', date '2024-01-01' + n % 600 FROM generate_series(1, 2400) n;
  ${shopOrders(12_000, '2026-10-01')}`;

function shopOrders(count: number, from: string): string {
  return `
  WITH added AS (
    INSERT INTO orders (customer_id, placed, state)
    SELECT 1 + (n * 7919) % 2400, timestamptz '${from} 08:00Z' + n * interval '70 seconds', 'paid' FROM generate_series(1, ${count}) n RETURNING id)
  , items AS (INSERT INTO order_item SELECT id, 1 + (id * 31 + k * 7) % 400, 1 + (id + k) % 4 FROM added, generate_series(0, 1) k ON CONFLICT DO NOTHING)
  , paid AS (INSERT INTO payment (order_id, amount, method) SELECT id, 20 + id % 80, 'card' FROM added)
  INSERT INTO shipment (order_id, carrier, tracking) SELECT id, 'Post', md5(id::text) FROM added WHERE id % 3 > 0;`;
}

const shopDay = (day: number): string =>
  shopOrders(220 + ((day * 37) % 90), `2026-11-${String(day + 8).padStart(2, '0')}`);

/** A deployment that took a table and rows with it, while the shop went on. */
const shopMistake = `
  DROP TABLE coupon;
  DELETE FROM order_item WHERE (order_id, product_id) IN (SELECT order_id, product_id FROM order_item ORDER BY order_id LIMIT 285);
  CREATE TABLE feature_flag (name text PRIMARY KEY, enabled boolean NOT NULL);
  INSERT INTO feature_flag SELECT 'flag ' || n, n % 2 = 0 FROM generate_series(1, 12) n;
  ${shopOrders(3, '2026-11-25')}`;

const blogSchema = `
  CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL);
  CREATE TABLE post (id serial PRIMARY KEY, author_id int NOT NULL REFERENCES author, title text NOT NULL, body text NOT NULL, published timestamptz);
  CREATE TABLE comment (id serial PRIMARY KEY, post_id int NOT NULL REFERENCES post, body text NOT NULL);
  INSERT INTO author (name) VALUES ('Mara'), ('Jonas'), ('Ines');
  INSERT INTO post (author_id, title, body, published) SELECT 1 + n % 3, 'Note ' || n, repeat(md5(n::text) || ' ', 40), timestamptz '2026-01-01Z' + n * interval '1 day' FROM generate_series(1, 260) n;
  INSERT INTO comment (post_id, body) SELECT 1 + n % 260, md5(n::text) FROM generate_series(1, 3000) n;`;
const blogDay = (day: number): string => `
  INSERT INTO post (author_id, title, body, published) VALUES (1 + ${day} % 3, 'Note of day ${day}', repeat('words ', 300), timestamptz '2026-11-11Z' + interval '${day} days');
  INSERT INTO comment (post_id, body) SELECT 1 + n % 260, md5((n + ${day})::text) FROM generate_series(1, ${20 + ((day * 13) % 30)}) n;`;

const certificatesSchema = `
  CREATE TABLE participant (id serial PRIMARY KEY, name text NOT NULL, mail text NOT NULL);
  CREATE TABLE course (id serial PRIMARY KEY, title text NOT NULL);
  CREATE TABLE certificate (id uuid PRIMARY KEY, participant_id int NOT NULL REFERENCES participant, course_id int NOT NULL REFERENCES course, issued date NOT NULL);
  CREATE TABLE check_log (id serial PRIMARY KEY, certificate_id uuid NOT NULL REFERENCES certificate, at timestamptz NOT NULL);
  INSERT INTO participant (name, mail) SELECT 'Participant ' || n, 'p' || n || '@example.org' FROM generate_series(1, 4000) n;
  INSERT INTO course (title) SELECT 'Course ' || n FROM generate_series(1, 24) n;
  INSERT INTO certificate SELECT md5('c' || n)::uuid, n, 1 + n % 24, date '2025-01-01' + n % 600 FROM generate_series(1, 4000) n;`;
const certificatesDay = (day: number): string => `
  INSERT INTO check_log (certificate_id, at) SELECT md5('c' || 1 + (n * 7) % 4000)::uuid, timestamptz '2026-11-11Z' + interval '${day} days' FROM generate_series(1, ${90 + ((day * 29) % 60)}) n;`;

const tillSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT NOT NULL, cents INTEGER NOT NULL);
  CREATE TABLE receipt (id INTEGER PRIMARY KEY, at TEXT NOT NULL, total INTEGER NOT NULL);
  CREATE TABLE line (receipt_id INTEGER NOT NULL REFERENCES receipt, article_id INTEGER NOT NULL REFERENCES article, pieces INTEGER NOT NULL);
  CREATE TABLE drawer (day TEXT PRIMARY KEY, counted INTEGER NOT NULL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 180) INSERT INTO article SELECT i, 'Article ' || i, 100 + i * 7 FROM n;
  ${receipts(6_000, 'early')}`;

function receipts(count: number, day: string): string {
  return `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO receipt (at, total) SELECT '${day}', 300 + i % 4000 FROM n;
  INSERT INTO line SELECT id, 1 + id % 180, 1 + id % 3 FROM receipt WHERE at = '${day}';
  INSERT INTO drawer VALUES ('${day}', ${count});`;
}
const tillDay = (day: number): string => receipts(140 + ((day * 41) % 70), `day ${day}`);

const tillMistake = `
  DELETE FROM line WHERE receipt_id % 23 = 0;
  UPDATE article SET cents = cents * 10 WHERE id % 10 = 0;
  INSERT INTO receipt (at, total) VALUES ('after lunch', 640), ('after lunch', 1290), ('after lunch', 380);`;

const archiveSchema = `
  CREATE TABLE scan (id INTEGER PRIMARY KEY, taken TEXT NOT NULL, image BLOB NOT NULL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 160)
    INSERT INTO scan SELECT i, date('2025-01-01', i || ' days'), randomblob(700000) FROM n;`;

const wikiSchema = `
  CREATE TABLE page (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  CREATE TABLE revision (id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES page, body TEXT NOT NULL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 320) INSERT INTO page SELECT i, 'Page ' || i, hex(randomblob(0)) || printf('%.*c', 600, 'w') FROM n;
  INSERT INTO revision (page_id, body) SELECT id, body FROM page;`;
const wikiDay = (day: number): string => `
  INSERT INTO revision (page_id, body) SELECT id, body || ' ${day}' FROM page WHERE id % 20 = ${day} % 20;`;
