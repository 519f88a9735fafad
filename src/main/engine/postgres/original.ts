/** BS-6, BS-15: what a restore into the place of a live database would meet there. Reads only. */
import type { Finding, RestoreTarget } from '../../../shared/restore.ts';
import type { Watch } from '../../base/watch.ts';
import type { Original, Secrets, Surroundings } from '../engine.ts';
import { keptName } from '../kept-name.ts';
import { sqlState, type Session } from './connect.ts';
import { belongingsOf } from './inherit.ts';
import { keptFor } from './kept.ts';
import { sessionBeside } from './new-database.ts';
import { databaseTarget, placeOf } from './target.ts';

/** The longest name that PostgreSQL keeps; what is longer it cuts off without a word. */
const nameBytes = 63;
/** Databases that tools expect under their name. */
const expected = new Set(['postgres', 'template0', 'template1']);

const blocking = (code: string, message: string, hint: string): Finding => ({ grade: 'blocking', code, message, hint });
const note = (code: string, message: string): Finding => ({ grade: 'note', code, message });

interface Row {
  oid: string;
  template: boolean;
  owner: string;
  role: string;
  owns: boolean;
  creates: boolean;
  superuser: boolean;
  signals: boolean;
  size: string | null;
}

export async function meetOriginalDatabase(
  target: RestoreTarget,
  secrets: Secrets,
  now: number,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Original | null> {
  const { database, ...rest } = databaseTarget(target);
  const session = await sessionBeside(placeOf({ ...rest, database }, secrets), database, watch, surroundings);
  try {
    const row = await rowOf(session, database);
    if (row === null) return null;
    const sessions = await sessionsOn(session, row.oid);
    return {
      identity: row.oid,
      name: database,
      keepAs: keptName({
        stem: database,
        word: 'before',
        now,
        ending: '',
        maxBytes: nameBytes,
        isTaken: takenIn(await databaseNames(session)),
      }),
      sessions: grouped(sessions),
      findings: [
        ...standingFindings(database, row),
        ...rightsFindings(database, row),
        ...sessionFindings(sessions, row),
        ...(await tiedFindings(session, database, row.oid)),
        ...(await belongingFindings(session, database, row)),
        ...(await keptFindings(session, database)),
      ],
    };
  } finally {
    await session.close();
  }
}

/** A free name for what an undo takes out of its place. */
export async function undoneDatabaseName(
  target: RestoreTarget,
  secrets: Secrets,
  now: number,
  watch: Watch,
  surroundings: Surroundings,
): Promise<string> {
  const { database, ...rest } = databaseTarget(target);
  const session = await sessionBeside(placeOf({ ...rest, database }, secrets), database, watch, surroundings);
  try {
    const isTaken = takenIn(await databaseNames(session));
    return keptName({ stem: database, word: 'undone', now, ending: '', maxBytes: nameBytes, isTaken });
  } finally {
    await session.close();
  }
}

const takenIn =
  (names: ReadonlySet<string>) =>
  (name: string): boolean =>
    names.has(name);

async function databaseNames(session: Session): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>('SELECT datname::text AS name FROM pg_database');
  return new Set(rows.map((row) => row.name));
}

async function rowOf(session: Session, database: string): Promise<Row | null> {
  const [row] = await session.query<Row>(
    `SELECT d.oid::text AS oid, d.datistemplate AS template, pg_get_userbyid(d.datdba)::text AS owner,
        current_user::text AS role, pg_has_role(current_user, d.datdba, 'USAGE') AS owns,
        r.rolcreatedb OR r.rolsuper AS creates, r.rolsuper AS superuser,
        pg_has_role(current_user, 'pg_signal_backend', 'USAGE') AS signals,
        CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid)::text END AS size
       FROM pg_database d, pg_roles r WHERE d.datname = $1 AND r.rolname = current_user`,
    [database],
  );
  return row ?? null;
}

function standingFindings(database: string, row: Row): Finding[] {
  const elsewhere = 'Restore into a new database instead.';
  if (expected.has(database))
    return [blocking('restore.maintenance-database', `Programs expect to find ${database} at any time.`, elsewhere)];
  if (row.template) return [blocking('restore.template', `${database} is a template for new databases.`, elsewhere)];
  return [];
}

function rightsFindings(database: string, row: Row): Finding[] {
  const findings: Finding[] = [];
  if (!row.creates)
    findings.push(
      blocking(
        'restore.no-rights',
        `${row.role} may not create databases on this server.`,
        `As a superuser: ALTER ROLE "${row.role.replaceAll('"', '""')}" CREATEDB.`,
      ),
    );
  if (!row.owns)
    findings.push(
      blocking(
        'restore.not-owner',
        `${database} belongs to ${row.owner}, and only its owner may rename it; this is ${row.role}.`,
        `Connect as ${row.owner}, or make ${row.role} a member of it.`,
      ),
    );
  return findings;
}

interface Connected {
  application: string;
  role: string | null;
  able: boolean;
}

/** What kind of backend another role's session is, a plain role is not told. */
async function sessionsOn(session: Session, oid: string): Promise<Connected[]> {
  return session.query<Connected>(
    `SELECT coalesce(nullif(a.application_name, ''), 'without a name') AS application, a.usename::text AS role,
        me.rolsuper OR (NOT coalesce(r.rolsuper, true) AND
          (pg_has_role(current_user, r.oid, 'USAGE') OR pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))) AS able
       FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid JOIN pg_roles me ON me.rolname = current_user
      WHERE a.datid = $1::oid AND coalesce(a.backend_type, 'client backend') = 'client backend' ORDER BY 1`,
    [oid],
  );
}

function grouped(sessions: readonly Connected[]): Original['sessions'] {
  const counts = new Map<string, number>();
  for (const { application } of sessions) counts.set(application, (counts.get(application) ?? 0) + 1);
  return [...counts].map(([application, count]) => ({ application, count }));
}

function sessionFindings(sessions: readonly Connected[], row: Row): Finding[] {
  const unable = sessions.filter((one) => !one.able);
  if (unable.length > 0) {
    const who = [...new Set(unable.map((one) => `${one.application} as ${one.role ?? 'somebody'}`))].join(', ');
    return [
      blocking(
        'restore.in-use',
        `${row.role} may not end ${unable.length} of the sessions that are connected: ${who}.`,
        `Stop these programs, or grant pg_signal_backend to ${row.role}.`,
      ),
    ];
  }
  if (sessions.length === 0) return [];
  const who = grouped(sessions).map((one) => `${one.count} × ${one.application}`);
  return [
    {
      grade: 'warning',
      code: 'restore.sessions',
      message: `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'} will be cut off: ${who.join(', ')}.`,
      hint: 'Programs that connect again find the restored database. What they wrote until then stays in the kept one.',
    },
  ];
}

/** What is tied to the database itself and would stay with the kept one, or keep it from being renamed. */
async function tiedFindings(session: Session, database: string, oid: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const names = (rows: readonly { name: string }[]): string => rows.map((row) => row.name).join(', ');
  const slots = await session.query<{ name: string }>(
    'SELECT slot_name::text AS name FROM pg_replication_slots WHERE database = $1 ORDER BY 1',
    [database],
  );
  if (slots.length > 0)
    findings.push(
      blocking(
        'restore.replication-slots',
        `Replication slots read from this database and would go on reading from the kept one: ${names(slots)}.`,
        'Drop the slots first and make them again afterwards.',
      ),
    );
  const subscriptions = await subscriptionsOf(session, oid);
  if (subscriptions.length > 0)
    findings.push(
      blocking(
        'restore.subscriptions',
        `Subscriptions of this database would go on writing into the kept one: ${names(subscriptions)}.`,
        'Disable and drop them first.',
      ),
    );
  const prepared = await session.query<{ name: string }>(
    'SELECT gid AS name FROM pg_prepared_xacts WHERE database = $1 ORDER BY 1',
    [database],
  );
  if (prepared.length > 0)
    findings.push(
      blocking(
        'restore.prepared-transactions',
        `Prepared transactions wait in this database: ${names(prepared)}. It cannot be renamed until they have ended.`,
        'COMMIT PREPARED or ROLLBACK PREPARED each of them.',
      ),
    );
  return findings;
}

async function subscriptionsOf(session: Session, oid: string): Promise<{ name: string }[]> {
  try {
    return await session.query('SELECT subname::text AS name FROM pg_subscription WHERE subdbid = $1::oid ORDER BY 1', [
      oid,
    ]);
  } catch (error) {
    // Some hosts let nobody look; there nobody can make one either.
    if (sqlState(error) === '42501') return [];
    throw error;
  }
}

async function belongingFindings(session: Session, database: string, row: Row): Promise<Finding[]> {
  const belongings = await belongingsOf(session, database);
  if (belongings === null) return [];
  const what = [`its owner ${belongings.owner}`];
  if (belongings.settings.length > 0) what.push(`${belongings.settings.length} settings`);
  if (belongings.grants !== null) what.push(`${belongings.grants.length} grants`);
  if (belongings.connectionLimit >= 0) what.push(`the limit of ${belongings.connectionLimit} connections`);
  if (belongings.labels.length > 0) what.push(`${belongings.labels.length} security labels`);
  const findings = [note('restore.carried', `The restored database gets ${what.join(', ')}, and its comment.`)];
  if (row.size !== null) {
    const megabytes = Math.max(1, Math.round(Number(row.size) / 1_000_000));
    findings.push(
      note(
        'restore.two-copies',
        `The live database takes ${megabytes} MB and stays; the restored one comes beside it.`,
      ),
    );
  }
  return findings;
}

async function keptFindings(session: Session, database: string): Promise<Finding[]> {
  const kept = await keptFor(session, database);
  return kept.map(({ name, note: known }) =>
    note('restore.also-kept', `${name} is still kept from an earlier restore (${known.restoreId}).`),
  );
}
