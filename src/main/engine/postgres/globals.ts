/** What belongs to the server and not to one database: roles and tablespaces. */
import type { ToolSet } from '../../../shared/doctor.ts';
import { Fail } from '../../../shared/failure.ts';
import type { GlobalsFacts } from '../../../shared/inventory.ts';
import { Readable } from 'node:stream';
import { start } from '../../base/run.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Sink, Surroundings } from '../engine.ts';
import { connect, libpqAccess, postgresSettings, type Session } from './connect.ts';
import { quoteName, quoteText } from './name.ts';
import { failureOf, programBody } from './program-body.ts';
import { chooseTool, programPath } from './tool.ts';

interface Role {
  name: string;
  options: string[];
  connectionLimit: number;
  validUntil: string | null;
  settings: string[] | null;
}

interface ServerGlobals {
  roles: Role[];
  memberships: { role: string; member: string; admin: boolean }[];
  tablespaces: { name: string; owner: string }[];
  /** This role may read password verifiers. */
  verifiers: boolean;
}

/**
 * Keeps roles and tablespaces as an artifact of their own: with password verifiers where this role may read them, else
 * without; where pg_dumpall cannot do it (a hosted service, or no such program), as SQL made from what every role may see.
 */
export async function dumpGlobals(
  place: Place,
  sets: readonly ToolSet[],
  major: number,
  sink: Sink,
  watch: Watch,
  surroundings: Surroundings,
): Promise<GlobalsFacts> {
  const database = postgresSettings(place).databases[0] as string;
  const session = await connect(place, database, watch, surroundings);
  let server: ServerGlobals;
  try {
    server = await readGlobals(session);
  } finally {
    await session.close();
  }
  watch.progress({ phase: 'Keeping roles and tablespaces', table: null, bytes: 0 });
  const facts = {
    roles: server.roles.map((role) => role.name),
    tablespaces: server.tablespaces.map((space) => space.name),
  };
  const tool = availableTool(sets, major);
  for (const passwordVerifiers of server.verifiers ? [true, false] : [false]) {
    if (tool === undefined) break;
    try {
      const artifact = await byProgram(tool, passwordVerifiers, place, database, sink, watch, surroundings);
      return { artifact, ...facts, passwordVerifiers };
    } catch (error) {
      watch.signal.throwIfAborted();
      if (!(error instanceof Fail) || !/^(source\.no-rights|tool\.failed)$/.test(error.code)) throw error;
      watch.log.warn('pg_dumpall could not read the globals', { passwordVerifiers, message: error.message });
    }
  }
  const stored = await sink(
    { name: 'globals', content: 'postgres-globals', expectedBytes: null },
    Readable.from([Buffer.from(globalsSql(server))]),
  );
  return { artifact: stored.artifact, ...facts, passwordVerifiers: false };
}

function availableTool(sets: readonly ToolSet[], major: number): ToolSet | undefined {
  try {
    return chooseTool(sets, 'pg_dumpall', major);
  } catch {
    return undefined;
  }
}

async function byProgram(
  tool: ToolSet,
  passwordVerifiers: boolean,
  place: Place,
  database: string,
  sink: Sink,
  watch: Watch,
  surroundings: Surroundings,
): Promise<string> {
  const access = await libpqAccess(place, database, tool.major, watch, surroundings, {
    applicationName: 'holdfast-globals',
  });
  const discard = new AbortController();
  try {
    const options = ['--globals-only', '--no-password', ...(passwordVerifiers ? [] : ['--no-role-passwords'])];
    // Its own database stays the one that may be connected to: `postgres` need not exist.
    const running = start(programPath(tool, 'pg_dumpall'), [...options, `--dbname=${access.conninfo}`], {
      signal: watch.signal,
      env: access.env,
    });
    const body = programBody(running, { program: 'pg_dumpall' });
    body.on('error', () => {});
    try {
      const stored = await sink(
        { name: 'globals', content: 'postgres-globals', expectedBytes: null },
        body,
        discard.signal,
      );
      return stored.artifact;
    } catch (error) {
      discard.abort(error);
      throw access.failure() ?? failureOf(body) ?? error;
    } finally {
      await running.ended.catch(() => {});
    }
  } finally {
    await access.close();
  }
}

async function readGlobals(session: Session): Promise<ServerGlobals> {
  const roles = await session.query<Role>(
    `SELECT rolname::text AS name, rolconnlimit AS "connectionLimit", rolvaliduntil::text AS "validUntil", rolconfig AS settings,
        ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
          CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
          CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
          CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END] AS options
      FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname::text COLLATE "C"`,
  );
  const memberships = await session.query<ServerGlobals['memberships'][number]>(
    `SELECT DISTINCT pg_get_userbyid(roleid)::text AS role, pg_get_userbyid(member)::text AS member, bool_or(admin_option) AS admin
      FROM pg_auth_members WHERE pg_get_userbyid(member) !~ '^pg_' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  const tablespaces = await session.query<ServerGlobals['tablespaces'][number]>(
    `SELECT spcname::text AS name, pg_get_userbyid(spcowner)::text AS owner FROM pg_tablespace WHERE spcname !~ '^pg_' ORDER BY spcname::text COLLATE "C"`,
  );
  const rights = await session.query<{ may: boolean }>(`SELECT has_table_privilege('pg_authid', 'SELECT') AS may`);
  return { roles, memberships, tablespaces, verifiers: rights[0]?.may ?? false };
}

/** The same statements that pg_dumpall writes, from what every role may see. A tablespace's place on disk is not among it. */
export function globalsSql(server: Pick<ServerGlobals, 'roles' | 'memberships' | 'tablespaces'>): string {
  const roles = server.roles.flatMap((role) => {
    const name = quoteName(role.name);
    const limit = role.connectionLimit < 0 ? '' : ` CONNECTION LIMIT ${role.connectionLimit}`;
    const until = role.validUntil === null ? '' : ` VALID UNTIL ${quoteText(role.validUntil)}`;
    return [
      `CREATE ROLE ${name};`,
      `ALTER ROLE ${name} WITH ${role.options.join(' ')}${limit}${until};`,
      ...(role.settings ?? []).map((setting) => settingSql(name, setting)),
    ];
  });
  const memberships = server.memberships.map(
    ({ role, member, admin }) =>
      `GRANT ${quoteName(role)} TO ${quoteName(member)}${admin ? ' WITH ADMIN OPTION' : ''};`,
  );
  const tablespaces = server.tablespaces.map(
    ({ name, owner }) =>
      `-- Tablespace ${oneLine(quoteName(name))}, owned by ${oneLine(quoteName(owner))}: its place is not known to this role.`,
  );
  return `${['-- Roles without their passwords, made by Holdfast.', ...roles, ...memberships, ...tablespaces].join('\n')}\n`;
}

function settingSql(role: string, setting: string): string {
  const at = setting.indexOf('=');
  const name = setting.slice(0, at);
  const value = setting.slice(at + 1);
  // Lists of names are kept as they are to be written.
  const isList = [
    'search_path',
    'temp_tablespaces',
    'local_preload_libraries',
    'session_preload_libraries',
    'shared_preload_libraries',
    'unix_socket_directories',
    'datestyle',
  ].includes(name.toLowerCase());
  const known = name.split('.').map(quoteName).join('.');
  return `ALTER ROLE ${role} SET ${known} TO ${isList && /^[\w", $]*$/.test(value) && value !== '' ? value : quoteText(value)};`;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');
