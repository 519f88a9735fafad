/** Looks in a restored database for damage that counts and digests cannot show. Reads only. */
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { CheckNote, Problem } from '../../../shared/verify.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Surroundings } from '../engine.ts';
import { connect, type Session } from './connect.ts';
import { installedExtensions } from './extension.ts';
import { checkForeignKeys } from './foreign-key.ts';
import { postgresSettings } from './place.ts';
import { factsOf } from './scratch.ts';

export interface Finding {
  problems: Problem[];
  /** What was looked at, for the report. */
  detail: string;
}

/** Indexes valid, constraints validated, every foreign key asked again, extensions at their versions. */
export async function checkPostgres(
  place: Place,
  from: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ problems: Problem[]; checks: CheckNote[] }> {
  const [database] = postgresSettings(place).databases;
  if (database === undefined) throw new Fail('source.no-database', 'No database is named.');
  const problems: Problem[] = [];
  const checks: CheckNote[] = [];
  const session = await connect(place, database, watch, surroundings);
  try {
    const note = async (name: string, look: () => Promise<Finding>): Promise<void> => {
      const started = surroundings.clock.elapsed();
      const found = await look();
      problems.push(...found.problems);
      checks.push({
        name,
        outcome: outcomeOf(found.problems),
        detail: found.detail,
        durationMs: Math.round(surroundings.clock.elapsed() - started),
      });
    };
    await note('Every index is valid', () => checkIndexes(session));
    await note('Every constraint is validated', () => checkConstraints(session));
    await note('Every foreign key holds', () => checkForeignKeys(session, watch));
    await note('Every extension is there', () => checkExtensions(session, from));
    return { problems, checks };
  } finally {
    await session.close();
  }
}

function outcomeOf(problems: readonly Problem[]): CheckNote['outcome'] {
  if (problems.some((problem) => problem.grade === 'fatal')) return 'failed';
  return problems.some((problem) => problem.grade === 'unchecked') ? 'unchecked' : 'ok';
}

/** An index on a partitioned table is valid only once every partition has its own, which may be so in the source too. */
async function checkIndexes(session: Session): Promise<Finding> {
  const rows = await session.query<{ name: string; partitioned: boolean; sound: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'I' AS partitioned, i.indisvalid AND i.indisready AND i.indislive AS sound
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= 16384 AND n.nspname <> 'pg_toast'`,
  );
  const broken = rows.filter((row) => !row.sound && !row.partitioned);
  const partly = rows.filter((row) => !row.sound && row.partitioned);
  const lacking =
    partly.length === 0 ? '' : ` ${partly.length} on partitioned tables are not on every partition: ${some(partly)}.`;
  return {
    problems: broken.map(({ name }) => ({
      grade: 'fatal',
      code: 'index.invalid',
      subject: name,
      message: `The index ${name} is not valid: queries do not use it.`,
    })),
    detail: `${rows.length - broken.length - partly.length} of ${rows.length} indexes.${lacking}`,
  };
}

/** A constraint that was NOT VALID in the source is dumped as such; a dump never makes another one so. */
async function checkConstraints(session: Session): Promise<Finding> {
  const rows = await session.query<{ name: string; validated: boolean }>(
    `SELECT format('%I on %s', k.conname, coalesce(k.conrelid::regclass::text, k.contypid::regtype::text)) AS name, k.convalidated AS validated
       FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.oid >= 16384 AND n.nspname !~ '^pg_'`,
  );
  const open = rows.filter((row) => !row.validated);
  const rest = open.length === 0 ? '' : ` ${open.length} are NOT VALID, as they were in the source: ${some(open)}.`;
  return { problems: [], detail: `${rows.length - open.length} of ${rows.length} constraints.${rest}` };
}

async function checkExtensions(session: Session, from: DatabaseInventory): Promise<Finding> {
  const wanted = factsOf(from).extensions;
  const there = new Map((await installedExtensions(session)).map((one) => [one.name, one.version]));
  const others = wanted.filter((one) => there.has(one.name) && there.get(one.name) !== one.version);
  const detail = `${wanted.filter((one) => there.has(one.name)).length} of ${wanted.length} extensions.`;
  if (others.length === 0) return { problems: [], detail };
  return {
    problems: [],
    detail: `${detail} In other versions: ${others.map((one) => `${one.name} ${there.get(one.name)} for ${one.version}`).join(', ')}.`,
  };
}

function some(rows: readonly { name: string }[]): string {
  const names = rows.slice(0, 5).map((row) => row.name);
  return `${names.join(', ')}${rows.length > 5 ? ' …' : ''}`;
}
