/** Damage that counts cannot show: `integrity_check` and `foreign_key_check`, and what of it the source had already. */
import type { SqliteFacts } from '../../../shared/inventory.ts';
import type { CheckNote, Problem } from '../../../shared/verify.ts';
import { plural } from '../../../shared/plural.ts';
import type { Clock } from '../../base/clock.ts';
import { quoteName } from './digest.ts';
import { isRefusal } from './explain.ts';
import type { Connection } from './open.ts';
import { entriesOf } from './schema.ts';

export type Violations = NonNullable<SqliteFacts['violations']>;

export interface Integrity {
  /** The file itself is damaged. */
  damage: string[];
  /** Rows that break a rule of their own schema, which SQLite lets happen (an old NULL, a check added later). */
  violations: Violations;
  /** What could not be checked, with SQLite's words. */
  unchecked: string[];
}

/** At most so many findings are read: more say no more. */
const mostFindings = 10_000;

/** What `integrity_check` says of rows, as opposed to pages. */
const aboutRows =
  /^(NULL value in |CHECK constraint failed in |NUMERIC value in |TEXT value in |non-\S+ value in |malformed inverted index |unable to validate the inverted index )/;

/** @param check `quick_check` leaves out that every index entry has its row. */
export function integrityOf(db: Connection, check: 'integrity_check' | 'quick_check'): Integrity {
  const { messages, unchecked } = messagesOf(db, check);
  return {
    damage: messages.filter((message) => !aboutRows.test(message)),
    violations: tally(
      'integrity_check',
      messages.filter((message) => aboutRows.test(message)),
    ),
    unchecked,
  };
}

function messagesOf(db: Connection, check: string): { messages: string[]; unchecked: string[] } {
  const ask = (argument: string): string[] =>
    db
      .prepare<[], string>(`PRAGMA main.${check}(${argument})`)
      .pluck()
      .all()
      .filter((message) => message !== 'ok');
  try {
    return { messages: ask(String(mostFindings)), unchecked: [] };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
  }
  // One rule that calls an unknown function or collation stops the whole check: leave constraints out, then single tables.
  db.pragma('ignore_check_constraints = ON');
  try {
    return {
      messages: ask(String(mostFindings)),
      unchecked: ['CHECK constraints, some of which call functions that are not known here'],
    };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
  }
  const unchecked = ['pages that belong to no table'];
  const messages = ordinaryTables(db).flatMap((table) => {
    try {
      return ask(quoteName(table));
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      unchecked.push(`the table ${table} (${thrown.message})`);
      return [];
    }
  });
  return { messages, unchecked };
}

const ordinaryTables = (db: Connection): string[] =>
  entriesOf(db)
    .filter((entry) => entry.type === 'table' && !entry.virtual)
    .map((entry) => entry.name);

export interface ForeignKeys {
  keys: number;
  violations: Violations;
  unchecked: string[];
}

/** Every row whose foreign key leads nowhere. SQLite keeps the rule only for connections that ask for it. */
export function foreignKeysOf(db: Connection): ForeignKeys {
  const keysOf = db.prepare<[string], number>('SELECT count(DISTINCT id) FROM pragma_foreign_key_list(?)').pluck();
  const found: string[] = [];
  const unchecked: string[] = [];
  let keys = 0;
  for (const table of ordinaryTables(db)) {
    const own = keysOf.get(table) ?? 0;
    if (own === 0) continue;
    keys += own;
    try {
      for (const row of db
        .prepare<[], { parent: string }>(`PRAGMA main.foreign_key_check(${quoteName(table)})`)
        .iterate())
        found.push(`${table} -> ${row.parent}`);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      // A key whose parent has no such unique column is a fault of the schema, and the same in source and copy.
      if (thrown.message.startsWith('foreign key mismatch')) found.push(thrown.message);
      else unchecked.push(`foreign keys of ${table} (${thrown.message})`);
    }
  }
  return { keys, violations: tally('foreign_key_check', found), unchecked };
}

function tally(check: string, messages: readonly string[]): Violations {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return [...counts].map(([message, count]) => ({ check, message, count }));
}

/** Both checks of a restored database, against what its source had. */
export function checkDatabase(
  db: Connection,
  known: Violations,
  clock: Clock,
): { problems: Problem[]; checks: CheckNote[] } {
  const timed = <T>(work: () => T): [T, number] => {
    const started = clock.elapsed();
    const result = work();
    return [result, Math.round(clock.elapsed() - started)];
  };
  const [integrity, integrityMs] = timed(() => integrityOf(db, 'integrity_check'));
  const [foreign, foreignMs] = timed(() => foreignKeysOf(db));
  const damage = integrity.damage.map((message): Problem => ({
    grade: 'fatal',
    code: 'integrity.damaged',
    subject: 'database',
    message,
  }));
  const broken = [...damage, ...grade(integrity.violations, known, 'integrity')];
  const dangling = grade(foreign.violations, known, 'foreign-key');
  const count = (violations: Violations): number => violations.reduce((sum, one) => sum + one.count, 0);
  return {
    problems: [
      ...broken,
      ...dangling,
      ...unchecked(integrity.unchecked, 'integrity'),
      ...unchecked(foreign.unchecked, 'foreign-key'),
    ],
    checks: [
      note(
        'integrity_check',
        broken,
        integrity.unchecked,
        integrityMs,
        plural(ordinaryTables(db).length, 'table'),
        integrity.damage.length + count(integrity.violations),
      ),
      note(
        'foreign_key_check',
        dangling,
        foreign.unchecked,
        foreignMs,
        plural(foreign.keys, 'foreign key'),
        count(foreign.violations),
      ),
    ],
  };
}

function grade(found: Violations, known: Violations, code: string): Problem[] {
  return found.map((one): Problem => {
    const before = known.find((other) => other.check === one.check && other.message === one.message)?.count ?? 0;
    const rows = one.count === 1 ? 'once' : `${one.count} times`;
    return before === one.count
      ? {
          grade: 'cosmetic',
          code: `${code}.as-in-source`,
          subject: one.message,
          message: `${one.message}: found ${rows}, as in the source.`,
        }
      : {
          grade: 'fatal',
          code: `${code}.violated`,
          subject: one.message,
          message: `${one.message}: found ${rows}, in the source ${before === 1 ? 'once' : `${before} times`}.`,
        };
  });
}

const unchecked = (what: readonly string[], code: string): Problem[] =>
  what.map((subject) => ({
    grade: 'unchecked',
    code: `${code}.unchecked`,
    subject,
    message: `Not checked here: ${subject}.`,
  }));

function note(
  name: string,
  problems: readonly Problem[],
  left: readonly string[],
  durationMs: number,
  what: string,
  findings: number,
): CheckNote {
  const outcome = problems.some((problem) => problem.grade === 'fatal')
    ? 'failed'
    : left.length > 0
      ? 'unchecked'
      : 'ok';
  const detail =
    findings === 0
      ? `${what}, nothing wrong.`
      : `${what}, ${findings} findings${outcome === 'failed' ? '' : ', all of them in the source too'}.`;
  return {
    name,
    outcome,
    detail: left.length === 0 ? detail : `${detail} Not checked: ${left.join('; ')}.`,
    durationMs,
  };
}
