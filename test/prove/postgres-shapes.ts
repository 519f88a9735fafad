/** Random PostgreSQL schemas: every built-in family of types and every kind of object that a dump has to carry. */
import type { Random } from './seed.ts';

export type Note = (feature: string) => void;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string =>
  `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`;

const hostileNames = [
  'order',
  'Mixed Case',
  'a.b',
  '"quoted"',
  "o'clock",
  'semi;colon',
  'new\nline',
  '-dash',
  '$1',
  'täble',
  '表',
  'back\\slash',
  ' lead',
  '%',
  'x'.repeat(63),
];

/** Per type: what may stand in a column of it. */
const families: Record<string, string[]> = {
  smallint: ['-32768', '0', '32767'],
  integer: ['-2147483648', '7', '2147483647'],
  bigint: ['-9223372036854775808', '9007199254740993', '9223372036854775807'],
  numeric: [
    `'NaN'`,
    `'Infinity'`,
    `'-Infinity'`,
    '0.00',
    '12345678901234567890.123456789012345678901234567890',
    '-1e-200',
  ],
  'numeric(10,2)': [`'NaN'`, '12345678.90', '-0.01'],
  real: [`'NaN'`, `'-Infinity'`, `'-0'`, '1e-45', '3.4028235e38', '0.1'],
  'double precision': [`'NaN'`, `'Infinity'`, `'-0'`, '5e-324', '1.7976931348623157e308', '0.1'],
  money: [`'-92233720368547758.08'`, `'12.34'`],
  text: [`''`, text('a\tb\n\\N\\.\r"\''), text('ünïcödé 表 🐘'), `repeat('abc ', 3000)`, `string_agg`],
  'varchar(20)': [`''`, `' trailing '`, text('\\')],
  'character(5)': [`'ab'`, `''`, `'äöü'`],
  '"char"': [`'a'`, `''`],
  name: [`'a name'`],
  bytea: [`'\\x'`, `'\\x00ff5c27'`, `decode(repeat('00ff10', 2000), 'hex')`],
  boolean: ['true', 'false'],
  date: [`'infinity'`, `'-infinity'`, `'0044-03-15 BC'`, `'5874897-12-31'`, `'2026-11-20'`],
  timestamp: [`'infinity'`, `'4713-01-01 00:00:00 BC'`, `'2026-11-20 12:30:28.123456'`],
  timestamptz: [`'-infinity'`, `'2026-03-29 02:30:00+01'`, `'1883-11-18 12:03:58-04:56:02'`],
  time: [`'24:00:00'`, `'00:00:00.000001'`],
  timetz: [`'04:05:06-08:30'`, `'23:59:60+14'`],
  interval: [`'-178000000 years'`, `'1 mon -1 day +00:00:00.000001'`, `'P1Y2M3DT4H5M6S'`],
  uuid: [`'00000000-0000-0000-0000-000000000000'`, `'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`],
  json: [`'{"a" : 1, "a": 2}'`, `'[1e400, null, "\\u0041"]'`],
  jsonb: [`'{"b": [1.10, {}], "a": null}'`, `'"x"'`, `'1e10'`],
  jsonpath: [`'$.a[*] ? (@ > 1)'`],
  point: [`'(NaN,Infinity)'`, `'(0.1,-0)'`],
  line: [`'{1,-1,0}'`],
  lseg: [`'[(0,0),(1,1)]'`],
  box: [`'(1,1),(0,0)'`],
  path: [`'[(0,0),(1,2)]'`, `'((0,0),(1,2))'`],
  polygon: [`'((0,0),(1,0),(1,1))'`],
  circle: [`'<(0,0),2.5>'`],
  inet: [`'10.1.2.3/8'`, `'::1'`],
  cidr: [`'10.0.0.0/8'`, `'2001:db8::/32'`],
  macaddr: [`'08:00:2b:01:02:03'`],
  macaddr8: [`'08:00:2b:01:02:03:04:05'`],
  'bit(5)': [`B'10101'`],
  'bit varying': [`B''`, `B'1'`],
  tsvector: [`'a:1A ''b c'':2'`, `''`],
  tsquery: [`'a & !(b | c:*)'`],
  'integer[]': [`'{}'`, `'[-1:1]={1,NULL,3}'`, `'{{1,2},{3,4}}'`],
  'text[]': [`ARRAY['', NULL, 'NULL', 'a,b"c\\', '{}']`],
  'point[]': [`'{"(1,2)","(NaN,3)"}'`],
  int4range: [`'empty'`, `'(,)'`, `'[1,5)'`],
  numrange: [`'[NaN,)'`, `'(1.5,2.5]'`],
  tstzrange: [`'[2026-01-01 00:00+00,infinity)'`],
  daterange: [`'(,2026-01-01)'`],
  int8multirange: [`'{}'`, `'{[1,3),[7,)}'`],
  oid: ['4294967295', '0'],
  pg_lsn: [`'FFFFFFFF/FFFFFFFF'`],
  xid8: [`'18446744073709551615'`],
  regclass: [`'pg_catalog.pg_class'`],
  regtype: [`'integer'`],
  pg_snapshot: [`'10:20:10,14,15'`],
};

/** Types whose values can be compared for equality by a B-tree. */
const orderable = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'text',
  'bytea',
  'date',
  'timestamptz',
  'uuid',
  'jsonb',
  'inet',
  'integer[]',
  'int4range',
  'double precision',
  'interval',
  'boolean',
]);

export interface Shape {
  /** Statements that make and fill it. */
  sql: string[];
  schema: string;
}

/** One random schema. Its name begins with `s` and its number, so that many live in one database. */
export function randomShape(random: Random, number: number, note: Note): Shape {
  const schema = `s${number} ${random.pick(['', ...hostileNames])}`.slice(0, 40).trimEnd();
  const maker = new Maker(random, quote(schema), note);
  maker.types();
  const count = 2 + random.int(4);
  for (let n = 0; n < count; n += 1) maker.table();
  const parts = [
    'partitions',
    'inheritance',
    'cycle',
    'views',
    'code',
    'policies',
    'oddities',
    'largeObjects',
  ] as const;
  for (const part of parts) if (random.chance(0.6)) maker[part]();
  return { schema, sql: [`CREATE SCHEMA ${maker.schema}`, ...maker.sql] };
}

class Maker {
  readonly sql: string[] = [];
  readonly schema: string;
  readonly #random: Random;
  readonly #note: Note;
  readonly #tables: { name: string; rows: number }[] = [];
  #names = 0;

  constructor(random: Random, schema: string, note: Note) {
    this.#random = random;
    this.schema = schema;
    this.#note = note;
  }

  /** A new name, hostile every other time; bare and in its schema. */
  #name(kind: string): { own: string; full: string } {
    this.#names += 1;
    const own = quote(
      this.#random.chance(0.5)
        ? `${kind}${this.#names}${this.#random.pick(hostileNames)}`.slice(0, 60)
        : `${kind}${this.#names}`,
    );
    return { own, full: `${this.schema}.${own}` };
  }

  types(): void {
    const s = this.schema;
    this.sql.push(
      `CREATE TYPE ${s}.mood AS ENUM ('sad', 'it''s ok', '')`,
      `ALTER TYPE ${s}.mood ADD VALUE 'between' BEFORE ''`,
      `CREATE DOMAIN ${s}.positive AS integer DEFAULT 5 CHECK (VALUE > 0)`,
      `CREATE TYPE ${s}.pair AS (a integer, "B b" text)`,
      `CREATE TYPE ${s}.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi)`,
    );
    for (const feature of ['enum', 'domain', 'composite type', 'range type']) this.#note(feature);
  }

  #value(type: string): string {
    if (this.#random.chance(0.15)) return 'NULL';
    const own: Record<string, string[]> = {
      mood: [`'sad'`, `''`],
      positive: ['1', '99'],
      pair: [`'(1,"x, y")'`, `'(,)'`],
      floatrange: [`'[1.5,2)'`],
    };
    const bare = type.replace(`${this.schema}.`, '');
    const value = this.#random.pick(own[bare] ?? families[type] ?? ['NULL']);
    return value === 'string_agg'
      ? `(SELECT string_agg(md5(i::text), '') FROM generate_series(1, ${100 + this.#random.int(900)}) i)`
      : `(${value})::${type}`;
  }

  #type(): string {
    if (this.#random.chance(0.2))
      return `${this.schema}.${this.#random.pick(['mood', 'positive', 'pair', 'floatrange'])}`;
    const type = this.#random.pick(Object.keys(families));
    this.#note(`type ${type}`);
    return type;
  }

  table(): void {
    const random = this.#random;
    const { own, full } = this.#name('t');
    const columns = Array.from({ length: random.int(8) }, () => ({ name: this.#name('c').own, type: this.#type() }));
    const id = random.pick([
      'bigserial',
      'int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 3)',
      'bigint GENERATED BY DEFAULT AS IDENTITY',
      'integer',
    ]);
    this.#note(`key ${id.split(' (')[0]}`);
    const generated = random.chance(0.3) ? [`twice integer GENERATED ALWAYS AS (n * 2) STORED`] : [];
    const body = [
      `id ${id} PRIMARY KEY`,
      'n integer DEFAULT 3 CHECK (n IS NULL OR n < 1000000)',
      ...columns.map(({ name, type }) => `${name} ${type}`),
      ...generated,
    ];
    const unlogged = random.chance(0.1) ? 'UNLOGGED ' : '';
    this.sql.push(
      `CREATE ${unlogged}TABLE ${full} (gone text, ${body.join(', ')})`,
      `ALTER TABLE ${full} DROP COLUMN gone`,
    );
    if (generated.length > 0) this.#note('generated column');
    if (unlogged !== '') this.#note('unlogged table');
    const rows = random.chance(0.2) ? 0 : 1 + random.int(12);
    if (rows === 0) this.#note('empty table');
    for (let row = 1; row <= rows; row += 1) {
      const names = ['id', 'n', ...columns.map(({ name }) => name)];
      const values = [String(row), String(random.int(100)), ...columns.map(({ type }) => this.#value(type))];
      this.sql.push(`INSERT INTO ${full} (${names.join(', ')}) OVERRIDING SYSTEM VALUE VALUES (${values.join(', ')})`);
    }
    // Two equal rows but for their key, and a hole where one was.
    if (rows > 2) this.sql.push(`DELETE FROM ${full} WHERE id = 2`);
    this.#indexes(full, columns);
    this.sql.push(`COMMENT ON TABLE ${full} IS ${text(`about ${own}`)}`);
    const parent = this.#tables.at(-1);
    if (parent !== undefined && random.chance(0.6)) {
      const key = this.#name('k').own;
      this.sql.push(
        `ALTER TABLE ${full} ADD COLUMN up bigint`,
        `UPDATE ${full} SET up = (SELECT min(id) FROM ${parent.name})`,
        `ALTER TABLE ${full} ADD CONSTRAINT ${key} FOREIGN KEY (up) REFERENCES ${parent.name} ${random.pick(['', 'ON DELETE CASCADE', 'DEFERRABLE INITIALLY DEFERRED', 'NOT VALID'])}`,
      );
      this.#note('foreign key');
    }
    if (unlogged === '') this.#tables.push({ name: full, rows });
  }

  #indexes(table: string, columns: readonly { name: string; type: string }[]): void {
    const ordered = columns.filter(({ type }) => orderable.has(type) && type !== 'text');
    for (const { name } of ordered)
      if (this.#random.chance(0.4))
        this.sql.push(`CREATE INDEX ${this.#name('i').own} ON ${table} (${name}, n DESC NULLS LAST)`);
    if (this.#random.chance(0.3))
      this.sql.push(`CREATE UNIQUE INDEX ${this.#name('i').own} ON ${table} ((n + id)) INCLUDE (n) WHERE id < 0`);
    const range = columns.find(({ type }) => type === 'int4range');
    if (range !== undefined) {
      this.sql.push(
        `ALTER TABLE ${table} ADD CONSTRAINT ${this.#name('x').own} EXCLUDE USING gist (${range.name} WITH -|-) WHERE (id < 0)`,
      );
      this.#note('exclusion');
    }
    const json = columns.find(({ type }) => type === 'jsonb');
    if (json !== undefined) this.sql.push(`CREATE INDEX ON ${table} USING gin (${json.name})`);
  }

  partitions(): void {
    const { full } = this.#name('p');
    const s = this.schema;
    this.#note('partitions');
    this.sql.push(
      `CREATE TABLE ${full} (id integer, day date NOT NULL, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)`,
      `CREATE TABLE ${s}.p_old PARTITION OF ${full} FOR VALUES FROM (MINVALUE) TO ('2026-01-01')`,
      // Columns in another order than the parent's.
      `CREATE TABLE ${s}.p_new (note text, day date NOT NULL, extra int, id integer NOT NULL)`,
      `ALTER TABLE ${s}.p_new DROP COLUMN extra`,
      `ALTER TABLE ${full} ATTACH PARTITION ${s}.p_new FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
      `CREATE TABLE ${s}.p_rest PARTITION OF ${full} DEFAULT PARTITION BY HASH (id)`,
      ...[0, 1].map(
        (remainder) =>
          `CREATE TABLE ${s}.p_rest_${remainder} PARTITION OF ${s}.p_rest FOR VALUES WITH (MODULUS 2, REMAINDER ${remainder})`,
      ),
      `CREATE INDEX ON ${full} (note)`,
      `INSERT INTO ${full} SELECT i, date '2025-06-01' + i * 40, 'n' || i FROM generate_series(1, ${1 + this.#random.int(30)}) i`,
    );
  }

  inheritance(): void {
    const s = this.schema;
    this.#note('inheritance');
    this.sql.push(
      `CREATE TABLE ${s}.h_parent (a integer, b text)`,
      `CREATE TABLE ${s}.h_other (z timestamp DEFAULT '2026-01-01')`,
      `CREATE TABLE ${s}.h_child (c integer) INHERITS (${s}.h_parent, ${s}.h_other)`,
      // Now the child has it last and a restored one has it before its own.
      `ALTER TABLE ${s}.h_parent ADD COLUMN later text DEFAULT 'l'`,
      `INSERT INTO ${s}.h_parent VALUES (1, 'p')`,
      `INSERT INTO ${s}.h_child (a, b, c) VALUES (2, 'c', 3), (2, 'c', 3), (NULL, NULL, NULL)`,
    );
  }

  cycle(): void {
    const s = this.schema;
    this.#note('foreign-key cycle');
    this.sql.push(
      `CREATE TABLE ${s}.egg (id int PRIMARY KEY, hen int); CREATE TABLE ${s}.hen (id int PRIMARY KEY, egg int NOT NULL REFERENCES ${s}.egg)`,
      `INSERT INTO ${s}.egg VALUES (1, 1), (2, NULL); INSERT INTO ${s}.hen VALUES (1, 2)`,
      `ALTER TABLE ${s}.egg ADD CONSTRAINT back FOREIGN KEY (hen) REFERENCES ${s}.hen DEFERRABLE INITIALLY DEFERRED`,
      `CREATE TABLE ${s}.tree (id int PRIMARY KEY, parent int REFERENCES ${s}.tree, side int, UNIQUE (id, side)); INSERT INTO ${s}.tree VALUES (1, 2, 0), (2, 1, 1)`,
    );
  }

  views(): void {
    const table = this.#random.pick(
      this.#tables.length === 0 ? [{ name: `(VALUES (1, 2)) AS v(id, n)`, rows: 1 }] : this.#tables,
    ).name;
    const view = this.#name('v').full;
    const mat = this.#name('m').full;
    this.#note('views');
    this.sql.push(
      `CREATE VIEW ${view} WITH (security_barrier) AS SELECT id, n, row_number() OVER (ORDER BY id) AS r FROM ${table}`,
      `CREATE MATERIALIZED VIEW ${mat} AS SELECT id, count(*) AS c FROM ${view} GROUP BY id`,
      `CREATE UNIQUE INDEX ON ${mat} (id)`,
      `CREATE MATERIALIZED VIEW ${this.#name('m').full} AS SELECT id FROM ${mat} WITH NO DATA`,
      `CREATE VIEW ${this.#name('v').full} AS WITH RECURSIVE r (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM r WHERE x < 3) SELECT x FROM r`,
    );
  }

  code(): void {
    const s = this.schema;
    const table = this.#tables[0]?.name;
    this.#note('functions and triggers');
    this.sql.push(
      `CREATE FUNCTION ${s}.twice(x integer, VARIADIC rest text[] DEFAULT '{}') RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$SELECT x * 2 -- 'quote' \\ back$$`,
      `CREATE FUNCTION ${s}."Odd ""name"""(INOUT a ${s}.pair) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $f$BEGIN a.a := 1; END$f$`,
      `CREATE PROCEDURE ${s}.work() LANGUAGE plpgsql AS $f$BEGIN NULL; END$f$`,
      `CREATE AGGREGATE ${s}.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')`,
      `CREATE OPERATOR ${s}.<=>  (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4mi)`,
      `CREATE FUNCTION ${s}.stamp() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN NEW.n := -1; RETURN NEW; END$f$`,
    );
    if (table === undefined) return;
    const trigger = this.#name('g').own;
    this.sql.push(
      `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE OF n ON ${table} FOR EACH ROW WHEN (NEW.n > 5) EXECUTE FUNCTION ${s}.stamp()`,
      ...(this.#random.chance(0.5) ? [`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`] : []),
      `CREATE INDEX ON ${table} (${s}.twice(n))`,
    );
  }

  policies(): void {
    const table = this.#tables.at(-1)?.name;
    if (table === undefined) return;
    this.#note('policies');
    this.sql.push(
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
      `CREATE POLICY ${this.#name('y').own} ON ${table} AS RESTRICTIVE FOR SELECT TO prove_reader USING (n > 1000)`,
      `GRANT SELECT (n), UPDATE ON ${table} TO prove_reader WITH GRANT OPTION`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${this.schema} GRANT SELECT ON TABLES TO prove_reader`,
    );
  }

  oddities(): void {
    const s = this.schema;
    this.#note('odd tables');
    this.sql.push(
      `CREATE TABLE ${s}."no columns" (); INSERT INTO ${s}."no columns" DEFAULT VALUES; INSERT INTO ${s}."no columns" DEFAULT VALUES`,
      `CREATE TABLE ${s}.nulls (a text, b text); INSERT INTO ${s}.nulls VALUES (NULL, ''), ('', NULL), (NULL, NULL), (NULL, NULL), ('NULL', '\\N')`,
      `CREATE TABLE ${s}.stored (a text COMPRESSION pglz, b text COLLATE "C") WITH (fillfactor = 70, autovacuum_enabled = off); ALTER TABLE ${s}.stored ALTER a SET STORAGE EXTERNAL, ALTER b SET STATISTICS 7`,
      `INSERT INTO ${s}.stored VALUES (repeat('x', 20000), 'b')`,
      `CREATE STATISTICS ${s}.linked (dependencies) ON a, b FROM ${s}.nulls`,
      `CREATE RULE "keep ""it" AS ON DELETE TO ${s}.nulls DO INSTEAD NOTHING`,
      `CREATE SEQUENCE ${s}.lone START 9223372036854775807 INCREMENT -7 MINVALUE -9223372036854775808 MAXVALUE 9223372036854775807 CYCLE; SELECT nextval('${s.replaceAll("'", "''")}.lone'), nextval('${s.replaceAll("'", "''")}.lone')`,
      `CREATE COLLATION ${s}.plain (provider = libc, locale = 'C')`,
      `CREATE TEXT SEARCH CONFIGURATION ${s}.search (COPY = english)`,
      `CREATE TABLE ${s}.typed OF ${s}.pair (PRIMARY KEY (a)); INSERT INTO ${s}.typed VALUES (1, 'x')`,
      `CREATE TABLE ${s}.all_moods AS SELECT unnest(enum_range(NULL::${s}.mood)) AS m, ARRAY['sad', '']::${s}.mood[] AS ms`,
    );
  }

  largeObjects(): void {
    this.#note('large objects');
    this.sql.push(
      `SELECT lo_from_bytea(0, decode(repeat('00ff${this.#random.int(10)}${this.#random.int(10)}', ${this.#random.int(3000)}), 'hex'))`,
      `SELECT lo_create(0)`,
    );
  }
}
