/** What belongs to the place and not to the content: it goes from the live database to the one that takes its place. */
import { Fail } from '../../../shared/failure.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import type { Problem } from '../../../shared/verify.ts';
import type { Watch } from '../../base/watch.ts';
import type { Secrets, Surroundings } from '../engine.ts';
import { sqlState, type Session } from './connect.ts';
import { quoteName, quoteText } from './name.ts';
import { sessionBeside } from './new-database.ts';
import { settingStatement } from './setting.ts';
import { databaseTarget, placeOf } from './target.ts';

/** What a dump of a database does not carry and its name stands for. */
export interface Belongings {
  owner: string;
  connectionLimit: number;
  tablespace: string;
  /** Null: what every new database grants. */
  grants: { grantee: string | null; privilege: string; grantable: boolean }[] | null;
  /** `role` null: for everybody. */
  settings: { role: string | null; setting: string }[];
  labels: { provider: string; label: string }[];
}

/** Null where there is no such database. */
export async function belongingsOf(session: Session, database: string): Promise<Belongings | null> {
  const [row] = await session.query<Omit<Belongings, 'grants'> & { hasGrants: boolean; grants: Belongings['grants'] }>(
    `SELECT pg_get_userbyid(d.datdba)::text AS owner, d.datconnlimit AS "connectionLimit", t.spcname::text AS tablespace,
        d.datacl IS NOT NULL AS "hasGrants",
        coalesce((SELECT json_agg(json_build_object('grantee', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
            'privilege', a.privilege_type, 'grantable', a.is_grantable)) FROM aclexplode(d.datacl) a), '[]') AS grants,
        coalesce((SELECT json_agg(json_build_object('role', r.rolname, 'setting', setting)) FROM pg_db_role_setting s
            LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS setting WHERE s.setdatabase = d.oid), '[]') AS settings,
        coalesce((SELECT json_agg(json_build_object('provider', l.provider, 'label', l.label)) FROM pg_shseclabel l
            WHERE l.classoid = 'pg_database'::regclass AND l.objoid = d.oid), '[]') AS labels
       FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = $1`,
    [database],
  );
  if (row === undefined) return null;
  const { hasGrants, ...belongings } = row;
  return { ...belongings, grants: hasGrants ? belongings.grants : null };
}

interface Step {
  subject: string;
  sql: string;
}

/** The statements that give `database` these belongings, in an order in which each can be run. */
export function inheritSteps(database: string, from: Belongings, now: Belongings): Step[] {
  const name = quoteName(database);
  const steps: Step[] = [];
  if (now.tablespace !== from.tablespace)
    steps.push({
      subject: `tablespace ${from.tablespace}`,
      sql: `ALTER DATABASE ${name} SET TABLESPACE ${quoteName(from.tablespace)}`,
    });
  if (now.owner !== from.owner)
    steps.push({ subject: `owner ${from.owner}`, sql: `ALTER DATABASE ${name} OWNER TO ${quoteName(from.owner)}` });
  if (now.connectionLimit !== from.connectionLimit)
    steps.push({
      subject: 'connection limit',
      sql: `ALTER DATABASE ${name} CONNECTION LIMIT ${from.connectionLimit}`,
    });
  if (from.grants !== null) {
    steps.push({ subject: 'grants', sql: `REVOKE ALL ON DATABASE ${name} FROM PUBLIC` });
    steps.push(...from.grants.map((grant) => grantStep(name, grant)));
  }
  // What the backup remembers of settings has been set already; what is in force today wins.
  if (now.settings.some((one) => one.role === null))
    steps.push({ subject: 'settings', sql: `ALTER DATABASE ${name} RESET ALL` });
  steps.push(...from.settings.map((one) => settingStep(database, one)));
  steps.push(
    ...from.labels.map(({ provider, label }) => ({
      subject: `security label of ${provider}`,
      sql: `SECURITY LABEL FOR ${quoteName(provider)} ON DATABASE ${name} IS ${quoteText(label)}`,
    })),
  );
  return steps;
}

function grantStep(name: string, { grantee, privilege, grantable }: NonNullable<Belongings['grants']>[number]): Step {
  const who = grantee === null ? 'PUBLIC' : quoteName(grantee);
  return {
    subject: `grant of ${privilege} to ${grantee ?? 'everybody'}`,
    sql: `GRANT ${privilege} ON DATABASE ${name} TO ${who}${grantable ? ' WITH GRANT OPTION' : ''}`,
  };
}

function settingStep(database: string, { role, setting }: Belongings['settings'][number]): Step {
  const subject = `setting ${setting.split('=')[0]}${role === null ? '' : ` of ${role}`}`;
  const sql = settingStatement(database, setting);
  if (role === null) return { subject, sql };
  return { subject, sql: sql.replace(/^ALTER DATABASE/, () => `ALTER ROLE ${quoteName(role)} IN DATABASE`) };
}

/** Sessions of a count that has just ended may take a moment to be gone, and a tablespace is not changed under them. */
async function whenAlone(
  work: () => Promise<unknown>,
  watch: Watch,
  { clock }: Pick<Surroundings, 'clock'>,
): Promise<void> {
  const deadline = clock.elapsed() + goneWithinMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (sqlState(error) !== '55006' || clock.elapsed() > deadline) throw error;
      await clock.sleep(50, watch.signal);
    }
  }
}

const goneWithinMs = 10_000;

/** What cannot be carried over is a cosmetic problem of the report, not a reason to stop. */
export async function inheritDatabase(
  target: RestoreTarget,
  secrets: Secrets,
  incoming: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Problem[]> {
  const { database, ...rest } = databaseTarget(target);
  const session = await sessionBeside(placeOf({ ...rest, database }, secrets), database, watch, surroundings);
  const problems: Problem[] = [];
  try {
    const from = await belongingsOf(session, database);
    const now = await belongingsOf(session, incoming);
    if (from === null || now === null)
      throw new Fail('restore.moved', `The database ${from === null ? database : incoming} is not there any more.`);
    for (const { subject, sql } of inheritSteps(incoming, from, now)) {
      try {
        await whenAlone(() => session.query(sql), watch, surroundings);
      } catch (error) {
        watch.signal.throwIfAborted();
        if (!(error instanceof Fail) || error.code === 'source.connection-lost') throw error;
        problems.push({ grade: 'cosmetic', code: 'restore.not-carried', subject, message: error.message });
      }
    }
  } finally {
    await session.close();
  }
  return problems;
}
