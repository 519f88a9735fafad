/** "Test this source": connects and reads, step by step, changing nothing. A step that fails is a line of the report. */
import { Fail, toFailure } from '../../../shared/failure.ts';
import type { ProbeReport } from '../../../shared/source.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Surroundings } from '../engine.ts';
import { probeSteps } from '../probe-steps.ts';
import { connect, mapServerError, postgresSettings, type Session } from './connect.ts';
import { refuseOld } from './dump.ts';
import { databaseSize, listRelations, listSchemas } from './inspect.ts';
import { refuseUnreadable } from './rights.ts';
import { selectScope } from './scope.ts';
import { usesSocket } from './tls.ts';
import { chooseTool, findToolSets } from './tool.ts';
import { leaseRoute } from './tunnel.ts';
import { wholeScope } from '../../../shared/source.ts';
import { plural } from '../../../shared/plural.ts';

/** More than anybody chooses from by name. */
const mostTables = 10_000;

/** Runs the steps in order; what depends on a step that failed is not tried. */
export async function probe(place: Place, watch: Watch, surroundings: Surroundings): Promise<ProbeReport> {
  const steps = probeSteps(watch);
  const settings = postgresSettings(place);
  const attempt = async <T>(
    step: string,
    work: () => Promise<{ value: T; detail: string; warning?: string }>,
  ): Promise<T | undefined> => {
    steps.begin(step);
    try {
      const { value, detail, warning } = await work();
      steps.add({
        step,
        outcome: warning === undefined ? 'ok' : 'warning',
        detail,
        ...(warning === undefined ? {} : { hint: warning }),
      });
      return value;
    } catch (error) {
      watch.signal.throwIfAborted();
      steps.fail(step, toFailure(error instanceof Fail ? error : mapServerError(error), ''));
      return undefined;
    }
  };
  const tables = new Set<string>();
  const report = (databases: ProbeReport['databases']): ProbeReport => ({
    ok: steps.ok(),
    steps: [...steps.taken],
    databases,
    tables: [...tables].slice(0, mostTables),
  });

  const { tunnel } = settings;
  // Held for the whole test, so that every step after it goes the same way.
  const route =
    tunnel === undefined
      ? undefined
      : await attempt('tunnel', async () => ({
          value: await leaseRoute(place, watch, surroundings),
          detail: `${tunnel.jump === undefined ? '' : `${tunnel.jump.host}, then `}${tunnel.server.host}: the pinned key was shown.`,
        }));
  if (tunnel !== undefined && route === undefined) return report([]);
  try {
    const first = settings.databases[0] as string;
    const session = await attempt('connect', async () => {
      const value = await connect(place, first, watch, surroundings);
      return { value, detail: `${settings.user} is let in to ${first}.`, ...tlsWarning(place) };
    });
    if (session === undefined) return report([]);
    try {
      await attempt('version', () => versionStep(session));
      await attempt('programs', async () => {
        const tool = chooseTool(await findToolSets(surroundings), 'pg_dump', session.major);
        return { value: tool, detail: `pg_dump ${tool.version} in ${tool.folder}.` };
      });
      const databases = (await attempt('databases', () => databasesStep(session, settings.databases))) ?? [];
      for (const database of settings.databases) {
        const names = await attempt(`read ${database}`, () => readStep(place, database, watch, surroundings));
        for (const name of names ?? []) tables.add(name);
      }
      return report(databases);
    } finally {
      await session.close();
    }
  } finally {
    await route?.release();
  }
}

/** What is said of a connection that somebody on the way could read or change. */
function tlsWarning(place: Place): { warning?: string } {
  const settings = postgresSettings(place);
  const nearby = usesSocket(settings) || /^(localhost|127\.|::1$)/.test(settings.host) || settings.tunnel !== undefined;
  if (nearby || settings.tls.mode === 'verify-full') return {};
  if (settings.tls.mode === 'disable')
    return { warning: 'Everything goes over the network in the clear. Use verify-full, or a tunnel.' };
  if (settings.tls.mode === 'require')
    return { warning: 'The connection is encrypted, but nobody knows to whom. Use verify-full.' };
  return { warning: 'Any server of this authority would be believed. Use verify-full.' };
}

async function versionStep(session: Session): Promise<{ value: true; detail: string; warning?: string }> {
  refuseOld(session.major, session.serverVersion);
  const [row] = await session.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  const detail = `PostgreSQL ${session.serverVersion}`;
  if (row?.standby !== true) return { value: true, detail: `${detail}.` };
  return {
    value: true,
    detail: `${detail}, a standby.`,
    warning:
      'A standby may cancel a long backup, and has no rows of unlogged tables. Set hot_standby_feedback, or back up the primary.',
  };
}

async function databasesStep(
  session: Session,
  wanted: readonly string[],
): Promise<{ value: ProbeReport['databases']; detail: string }> {
  const rows = await session.query<{ name: string; size: string | null }>(
    `SELECT datname::text AS name, CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid)::text END AS size
      FROM pg_database WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT') ORDER BY datname::text COLLATE "C"`,
  );
  const value = rows.map(({ name, size }) => ({ name, sizeBytes: size === null ? null : Number(size) }));
  const absent = wanted.filter((name) => !value.some((database) => database.name === name));
  if (absent.length > 0)
    throw new Fail(
      'source.no-database',
      `This role may not connect to ${absent.join(', ')}, or there is no such database.`,
    );
  return {
    value,
    detail: `${value.length} ${value.length === 1 ? 'database' : 'databases'} may be read by this role.`,
  };
}

async function readStep(
  place: Place,
  database: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ value: string[]; detail: string }> {
  const session = await connect(place, database, watch, surroundings);
  try {
    const selection = selectScope(wholeScope, await listRelations(session), await listSchemas(session), database, {
      standby: false,
      strict: false,
    });
    refuseUnreadable(selection, database);
    const size = await databaseSize(session);
    const megabytes = size === null ? '' : `, ${(size / 1_000_000).toFixed(1)} MB`;
    return {
      value: selection.locked.map((table) => `${table.schema}.${table.name}`),
      detail: `${plural(selection.counted.length, 'table')} may be read${megabytes}.`,
    };
  } finally {
    await session.close();
  }
}
