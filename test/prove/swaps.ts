/**
 * Kills of the owner or the job process while a restore takes the original's place, or is undone. After each, and after one
 * restart: what has the live name is exactly what had it before or exactly what was to take it; whatever was taken out is
 * there under the name that `restore list` says; nothing else is left. Linux only.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import pg from 'pg';
import { holdfast, holdfastJson, startProgram, type RunningDoor } from '../helpers/holdfast.ts';
import { countOf, placeOf, surroundingsIn } from '../helpers/postgres-archive.ts';
import type { Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';
import { randomShape } from './postgres-shapes.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';
import { makeRandom } from './sqlite-schemas.ts';
import { childrenOf, killAll } from './victims.ts';

type Victim = 'owner' | 'job' | 'both';
type Verb = 'restore' | 'undo';

const phases: Record<Verb, readonly string[]> = {
  restore: ['Restoring', 'Comparing', 'Counting the live database again', 'Exchanging', 'Counting under the live name'],
  undo: ['Counting the live database', 'Exchanging'],
};

export interface SwapsResult {
  kills: number;
  coverage: Record<string, number>;
  victims: Record<string, number>;
  tooLate: number;
  /** How often the killed job had come so far that the other one has the live name. */
  exchanged: number;
  schemas: number;
  faults: string[];
}

/** One live database of one engine, with a backup. */
interface Subject {
  engine: 'sqlite' | 'postgres';
  source: string;
  backupId: string;
  /** What the backup holds. */
  backedUp: string;
  content(name?: string): Promise<string>;
  /** A change that no other state has. */
  change(round: number): Promise<void>;
  /** Every database or file beside the live one, under the names that records use. */
  others(): Promise<string[]>;
}

interface Restored {
  restoreId: string;
  source: string;
  keptAs: string;
  state: string;
}

/** Rounds after which the pair of databases is made anew. */
const roundsPerPair = 12;

export async function swaps(folder: string, cluster: Cluster, options: ProofOptions): Promise<SwapsResult> {
  const random = randomFrom(options.seed);
  const result: SwapsResult = {
    kills: 0,
    coverage: {},
    victims: {},
    tooLate: 0,
    exchanged: 0,
    schemas: 0,
    faults: [],
  };
  const home = path.join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  await cluster.sql(
    'postgres',
    `DO $$BEGIN CREATE ROLE prove_reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$`,
  );
  let subjects: Subject[] = [];
  for (let round = 0; result.kills < options.count; round += 1) {
    if (round % roundsPerPair === 0) {
      const number = result.schemas;
      subjects = [
        await sqliteSubject(home, folder, number, random),
        await postgresSubject(home, cluster, number, random),
      ];
      result.schemas += 1;
    }
    const subject = random.pick(subjects);
    const faults = await oneRound(home, subject, random, round, result);
    result.faults.push(...faults);
    options.report(
      `kill ${result.kills}/${options.count}, ${result.exchanged} exchanged${faults.length > 0 ? ` FAULT ${faults.join('; ')}` : ''}`,
    );
    if (result.tooLate > options.count * 4 + 20) throw new Error('Kills keep coming too late.');
  }
  return result;
}

async function oneRound(
  home: string,
  subject: Subject,
  random: Random,
  round: number,
  result: SwapsResult,
): Promise<string[]> {
  const [record] = await kept(home, subject);
  const verb: Verb = record !== undefined && random.chance(0.4) ? 'undo' : 'restore';
  await subject.change(round);
  const before = await subject.content();
  const comes = verb === 'undo' && record !== undefined ? await subject.content(record.keptAs) : subject.backedUp;
  const stood = new Set((await kept(home, subject)).map(({ keptAs }) => keptAs));
  const phase = random.pick(phases[verb]);
  const victim = random.pick<Victim>(['owner', 'job', 'both']);
  const args = verb === 'undo' ? ['undo', record?.restoreId ?? ''] : ['restore-in-place', subject.backupId];
  const struck = await strike(home, args, phase, victim, random);
  const point = `${subject.engine} ${verb} ${phase}`;
  if (struck) {
    result.kills += 1;
    result.coverage[point] = (result.coverage[point] ?? 0) + 1;
    result.victims[victim] = (result.victims[victim] ?? 0) + 1;
  } else result.tooLate += 1;
  const faults = await inspect(
    home,
    subject,
    { before, comes, stood, undone: verb === 'undo' ? record : undefined },
    () => {
      if (struck) result.exchanged += 1;
    },
  );
  // Not more than one kept at a time: the names are chosen by the minute, and the disk is small.
  for (const { restoreId, keptAs } of (await kept(home, subject)).slice(1))
    await holdfastJson(home, ['restore', 'release', restoreId, '--confirm', keptAs]);
  return faults.map((fault) => `${point}, ${victim} killed (round ${round}): ${fault}`);
}

async function kept(home: string, subject: Subject): Promise<Restored[]> {
  const records = await holdfastJson<Restored[]>(home, ['restore', 'list']);
  return records.filter(({ source, state }) => source === subject.source && state !== 'released');
}

async function strike(
  home: string,
  args: readonly string[],
  phase: string,
  victim: Victim,
  random: Random,
): Promise<boolean> {
  const door = startProgram('test/prove/owner.ts', home, args);
  if (args[0] === 'restore-in-place') await door.says('phase Rehearsed').catch(() => {});
  const reached = await door.says(`phase ${phase}\n`).then(
    () => true,
    () => false,
  );
  if (reached) await sleep(random.int(150));
  const struck = reached && kill(door, victim);
  const ran = await door.ended;
  return struck && ran.code !== 0;
}

function kill(door: RunningDoor, victim: Victim): boolean {
  const owner = door.child.pid;
  if (owner === undefined || door.child.exitCode !== null) return false;
  const jobs = childrenOf(owner);
  const targets = { owner: [owner], job: jobs, both: [owner, ...jobs] }[victim];
  return killAll(targets);
}

/** One restart, then a look at everything. */
async function inspect(
  home: string,
  subject: Subject,
  was: { before: string; comes: string; stood: ReadonlySet<string>; undone: Restored | undefined },
  exchanged: () => void,
): Promise<string[]> {
  const restart = await holdfast(home, ['list', '--json']);
  if (restart.code !== 0) return [`the restart ended with ${restart.code}: ${restart.stdout}${restart.stderr}`];
  const faults: string[] = [];
  const live = await subject.content().catch((error: unknown) => `nothing (${String(error)})`);
  const records = await kept(home, subject);
  const names = records.map(({ keptAs }) => keptAs);
  if (live === was.comes && live !== was.before) {
    exchanged();
    const fresh = names.filter((name) => !was.stood.has(name));
    if (fresh.length !== 1) faults.push(`${fresh.length} new names are kept: ${names.join(', ')}`);
    else if ((await subject.content(fresh[0])) !== was.before) faults.push(`${fresh[0]} is not what was live before`);
  } else if (live === was.before) {
    const gone = [...was.stood].filter((name) => !names.includes(name));
    if (gone.length > 0 || names.length !== was.stood.size)
      faults.push(`the live one stayed, and the kept ones changed from ${[...was.stood].join()} to ${names.join()}`);
    if (was.undone !== undefined && (await subject.content(was.undone.keptAs)) !== was.comes)
      faults.push('the live one stayed, and the kept one changed');
  } else faults.push(`what is live is neither the one nor the other: ${live.slice(0, 200)}`);
  const others = (await subject.others()).toSorted().join();
  if (others !== names.toSorted().join())
    faults.push(`beside the live one there is ${others}, and known is ${names.join()}`);
  return faults;
}

const hash = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.toSorted().join('\n')).digest('hex').slice(0, 16);

async function sqliteSubject(home: string, folder: string, number: number, random: Random): Promise<Subject> {
  const place = path.join(folder, `sqlite-${number}`);
  mkdirSync(place);
  const live = path.join(place, random.pick(['shop.db', "it's a shop.db", 'ünïcode ⚓.sqlite', 'no-ending']));
  makeRandom(live, random, () => {});
  const open = <T>(file: string, work: (db: Database.Database) => T): T => {
    const db = new Database(file, { fileMustExist: true });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  open(live, (db) => db.exec('CREATE TABLE marker_of_swaps (round INTEGER)'));
  const content = async (file = live): Promise<string> => open(file, rowsOf);
  const neighbours = new Set(readdirSync(place));
  const source = `sqlite-${number}`;
  await holdfastJson(home, ['source', 'add', source, '--file', live]);
  const { backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', source]);
  return {
    engine: 'sqlite',
    source,
    backupId,
    backedUp: await content(),
    content,
    change: async (round) => {
      open(live, (db) => db.exec(`DELETE FROM marker_of_swaps; INSERT INTO marker_of_swaps VALUES (${round})`));
    },
    others: async () =>
      readdirSync(place)
        .filter((name) => !neighbours.has(name))
        .map((name) => path.join(place, name)),
  };
}

/** Every row of every table, whatever it holds. */
function rowsOf(db: Database.Database): string {
  const tables = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all() as { name: string; sql: string }[];
  return hash(
    tables.flatMap(({ name, sql }) => {
      const statement = db
        .prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`)
        .raw()
        .safeIntegers();
      const rows = statement.all() as unknown[][];
      const asText = (value: unknown): string =>
        Buffer.isBuffer(value) ? `x${value.toString('hex')}` : `${typeof value} ${String(value)}`;
      return [sql, ...rows.map((row) => `${name}: ${row.map(asText).join('|')}`)];
    }),
  );
}

async function postgresSubject(home: string, cluster: Cluster, number: number, random: Random): Promise<Subject> {
  const live = `swap ${number} ${random.pick(['shop', 'It\'s "quoted"', 'ünïcode ⚓', 'x'.repeat(40)])}`;
  await cluster.createDatabase(live, 'TEMPLATE template0');
  const client = new pg.Client(cluster.socketUrl(live));
  await client.connect();
  for (const statement of [randomShape(random, 0, () => {}), randomShape(random, 1, () => {})].flatMap(
    (one) => one.sql,
  ))
    await client.query(statement);
  await client.query('CREATE TABLE public.marker_of_swaps (round int)');
  await client.end();
  const source = `postgres-${number}`;
  await holdfastJson(home, ['source', 'add', source, '--url', cluster.url(live), '--tls', 'disable']);
  const { backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', source]);
  const content = async (database = live): Promise<string> => countedText(cluster, database);
  return {
    engine: 'postgres',
    source,
    backupId,
    backedUp: await content(),
    content,
    change: async (round) => {
      await cluster.sql(live, `TRUNCATE public.marker_of_swaps; INSERT INTO public.marker_of_swaps VALUES (${round})`);
    },
    others: async () => {
      const rows = await cluster.sql(
        'postgres',
        `SELECT datname FROM pg_database WHERE datname <> $1 AND (datname LIKE $2 OR datname LIKE 'holdfast%')`,
        [live, `swap ${number} %`],
      );
      return rows.map(({ datname }) => String(datname));
    },
  };
}

/**
 * Rows by name of column, sequences, large objects and names of objects. Not the text of pg_dump: a restored inheritance
 * child may have its columns in another order.
 */
async function countedText(cluster: Cluster, database: string): Promise<string> {
  const counted = await countOf(placeOf(cluster, database), surroundingsIn(tempFolder('swaps-count')));
  return hash([JSON.stringify(counted)]);
}
