/** The built-in sample: a small bookshop in a SQLite file, the same every time. */
import Database from 'better-sqlite3';

const customers = 240;
const books = 120;
const orders = 1_800;

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA user_version = 3;
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL UNIQUE, joined TEXT NOT NULL);
  CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price_cents INTEGER NOT NULL CHECK (price_cents > 0), cover BLOB);
  CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, placed TEXT NOT NULL);
  CREATE TABLE order_line (
    order_id INTEGER NOT NULL REFERENCES "order" ON DELETE CASCADE,
    book_id INTEGER NOT NULL REFERENCES book,
    copies INTEGER NOT NULL,
    PRIMARY KEY (order_id, book_id)
  ) WITHOUT ROWID;
  CREATE INDEX order_customer ON "order" (customer_id);
  CREATE VIEW turnover AS
    SELECT placed, sum(copies * price_cents) AS cents
    FROM "order" JOIN order_line ON order_id = "order".id JOIN book ON book_id = book.id GROUP BY placed;
`;

const people = [
  'Ada',
  'Grace',
  'Edsger',
  'Barbara',
  'Donald',
  'Margaret',
  'Niklaus',
  'Radia',
  'Tony',
  'Frances',
  'Alan',
  'Mary',
];
const families = ['Ash', 'Birch', 'Cedar', 'Elm', 'Fir', 'Hazel', 'Larch', 'Maple', 'Oak', 'Pine'];
const subjects = ['Tides', 'Bridges', 'Clocks', 'Maps', 'Gardens', 'Letters', 'Harbours', 'Numbers', 'Looms', 'Stars'];
const manners = [
  'A History of',
  'The Patience of',
  'Notes on',
  'The Weight of',
  'Small',
  'The Last',
  'Learning',
  'Against',
  'A Year of',
  'Beyond',
  'The Art of',
  'On',
];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const day = (index: number): string =>
  `2026-${String(1 + (index % 9)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;

/** Makes the bookshop in a file that does not exist yet. */
export function makeBookshop(file: string): void {
  const database = new Database(file);
  try {
    database.pragma('foreign_keys = ON');
    database.exec(schema);
    database.transaction(() => fill(database))();
  } finally {
    database.close();
  }
}

function fill(database: Database.Database): void {
  const customer = database.prepare('INSERT INTO customer VALUES (?, ?, ?, ?)');
  for (let id = 1; id <= customers; id += 1) {
    const name = `${pick(people, id)} ${pick(families, Math.floor(id / people.length))}`;
    customer.run(id, name, `reader${id}@example.com`, day(id * 7));
  }
  const book = database.prepare('INSERT INTO book VALUES (?, ?, ?, ?)');
  for (let id = 1; id <= books; id += 1) {
    const title = `${pick(manners, id)} ${pick(subjects, Math.floor(id / manners.length))}`;
    book.run(id, title, 900 + ((id * 137) % 3_200), Buffer.alloc(512, id));
  }
  const order = database.prepare('INSERT INTO "order" VALUES (?, ?, ?)');
  const line = database.prepare('INSERT INTO order_line VALUES (?, ?, ?)');
  for (let id = 1; id <= orders; id += 1) {
    order.run(id, 1 + ((id * 31) % customers), day(id));
    for (let item = 0; item <= id % 3; item += 1) line.run(id, 1 + ((id * 17 + item * 41) % books), 1 + (id % 2));
  }
}

/** The accident of the tour: somebody forgets half of a WHERE. Returns how many orders are gone. */
export function haveAccident(file: string): number {
  const database = new Database(file);
  try {
    database.pragma('foreign_keys = ON');
    return database.prepare(`DELETE FROM "order" WHERE placed < '2026-04-01'`).run().changes;
  } finally {
    database.close();
  }
}
