/** A throw-away server in which a backup is restored by a plain role, to be proven. */
import type { ToolSet } from '../../../shared/doctor.ts';
import { Fail } from '../../../shared/failure.ts';
import type { DatabaseInventory, PostgresFacts } from '../../../shared/inventory.ts';
import type { PostgresSettings } from '../../../shared/source.ts';
import type { Problem } from '../../../shared/verify.ts';
import type { Secret } from '../../base/secret.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Scratch, Surroundings } from '../engine.ts';
import { installHint } from './install-hint.ts';
import { startCluster, unlike, type Cluster } from './cluster.ts';
import { connect, type Session } from './connect.ts';
import { createDatabase } from './create-database.ts';
import { deepChecks } from './deep-check.ts';
import { makeExtensions, type ExtensionOutcome } from './extension.ts';
import { quoteName } from './name.ts';
import { findToolSets } from './tool.ts';

export { sweepHalfRecords, sweepScratch } from './scratch-record.ts';

const databaseName = 'holdfast';
/** The sockets of the scratches that this process has open. */
const open = new Set<string>();

/** Whether these settings lead to a scratch of this process, where a plain role loads and nothing is excused by ownership. */
export function isScratch(settings: PostgresSettings): boolean {
  return open.has(settings.host);
}

/**
 * A scratch that fits this database, with its roles and extensions already there, or null with the reason.
 * @throws `scratch.full`, `scratch.failed`.
 */
export async function openScratch(
  from: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ scratch: Scratch | null; problems: Problem[] }> {
  const facts = factsOf(from);
  const set = chooseServer(await findToolSets(surroundings), facts.serverMajor);
  if (set === undefined) return { scratch: null, problems: [noServer(from, facts.serverMajor)] };
  const loader = unlike('holdfast_loader', facts.roles);
  const needs = {
    takenRoles: facts.roles,
    loader,
    objectCount: from.tables.length * 3 + from.objects.length,
    sizeBytes: isWhole(from) ? (from.liveSizeBytes ?? 0) : 0,
  };
  const cluster = await startCluster(set, needs, watch, surroundings);
  try {
    const problems = await furnish(cluster, from, loader, watch, surroundings);
    open.add(cluster.socketFolder);
    return { scratch: scratchOf(cluster, set, loader, surroundings), problems };
  } catch (error) {
    await cluster.stop();
    watch.signal.throwIfAborted();
    throw asScratchFailure(error);
  }
}

export function factsOf(from: DatabaseInventory): PostgresFacts {
  if (from.engine.kind !== 'postgres')
    throw new Fail('restore.wrong-kind', `${from.name} is not a PostgreSQL database.`);
  return from.engine;
}

/** The installed server of the same major version, else the nearest newer one; a packaged one only where none is installed. */
export function chooseServer(sets: readonly ToolSet[], major: number): ToolSet | undefined {
  const able = sets.filter(
    (set) =>
      set.distrust === null &&
      set.major >= major &&
      ['initdb', 'postgres'].every((program) => set.programs.includes(program)),
  );
  const byNearness = (a: ToolSet, b: ToolSet): number => a.major - b.major;
  const same = able
    .filter((set) => set.major === major)
    .toSorted((a, b) => Number(a.origin === 'embedded') - Number(b.origin === 'embedded'));
  const installed = able.filter((set) => set.origin !== 'embedded').toSorted(byNearness);
  // A client on Windows cannot reach a server that listens on nothing but a socket.
  if (process.platform === 'win32') return undefined;
  return same[0] ?? installed[0] ?? able.toSorted(byNearness)[0];
}

function isWhole(from: DatabaseInventory): boolean {
  return (
    from.scope.part !== 'schema' &&
    from.scope.schemas.length + from.scope.tables.length + from.scope.excludeTables.length === 0
  );
}

function noServer(from: DatabaseInventory, major: number): Problem {
  const message = `This computer has no PostgreSQL server of version ${major} or newer that may be run, so nothing could be restored to be proven. ${installHint('server', major)}`;
  return { grade: 'unchecked', code: 'scratch.unavailable', subject: from.name, message };
}

/** All that needs a superuser, done before a byte of the dump is loaded. Afterwards no superuser comes here again. */
async function furnish(
  cluster: Cluster,
  from: DatabaseInventory,
  loader: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Problem[]> {
  const facts = factsOf(from);
  const place = placeOf(cluster, cluster.superuser, cluster.superuserPassword);
  const problems: Problem[] = [];
  const first = await connect(place, 'postgres', watch, surroundings);
  try {
    await makeRoles(first, facts.roles, loader);
    const other = await createDatabase(first, facts, { name: databaseName, owner: loader });
    if (other !== null)
      problems.push({ grade: 'cosmetic', code: 'scratch.other-locale', subject: from.name, message: other });
  } finally {
    await first.close();
  }
  const inside = await connect(place, databaseName, watch, surroundings);
  try {
    const outcomes = await makeExtensions(inside, facts.extensions, loader);
    problems.push(...outcomes.flatMap(extensionProblem));
    await letLoaderFillExtensions(inside, loader);
    await prepareDeepChecks(inside, facts, loader);
  } finally {
    await inside.close();
  }
  return problems;
}

async function makeRoles(session: Session, roles: readonly string[], loader: string): Promise<void> {
  const there = await session.query<{ name: string }>('SELECT rolname AS name FROM pg_catalog.pg_roles');
  const known = new Set(there.map((role) => role.name));
  for (const role of roles) {
    // Names that begin so belong to the server itself.
    if (!known.has(role) && !role.startsWith('pg_')) await session.query(`CREATE ROLE ${quoteName(role)} NOLOGIN`);
  }
  // Row security would hide rows from the owner too, where it is forced.
  await session.query(
    `CREATE ROLE ${quoteName(loader)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS`,
  );
}

function extensionProblem(outcome: ExtensionOutcome): Problem[] {
  const subject = `extension ${outcome.name}`;
  if (outcome.outcome === 'unavailable' || outcome.outcome === 'refused') {
    return [{ grade: 'unchecked', code: 'extension.unavailable', subject, message: outcome.detail }];
  }
  return outcome.outcome === 'other-version'
    ? [{ grade: 'cosmetic', code: 'extension.other-version', subject, message: outcome.detail }]
    : [];
}

/** Rows that a user added to an extension's own tables are in the dump, and the loader does not own those tables. */
async function letLoaderFillExtensions(session: Session, loader: string): Promise<void> {
  const tables = await session.query<{ name: string; kind: string }>(
    `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind::text AS kind
       FROM pg_catalog.pg_extension e
       CROSS JOIN LATERAL pg_catalog.unnest(e.extconfig) AS config(relation)
       JOIN pg_catalog.pg_class c ON c.oid = config.relation
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`,
  );
  for (const { name, kind } of tables)
    await session.query(`GRANT ALL ON ${kind === 'S' ? 'SEQUENCE' : 'TABLE'} ${name} TO ${quoteName(loader)}`);
}

/** amcheck, callable by the loader, so that no superuser has to touch what the dump brought. */
async function prepareDeepChecks(session: Session, facts: PostgresFacts, loader: string): Promise<void> {
  if (!facts.extensions.some((one) => one.name === 'amcheck')) {
    const [outcome] = await makeExtensions(session, [{ name: 'amcheck', version: '', schema: 'pg_catalog' }], null);
    if (outcome?.outcome === 'unavailable' || outcome?.outcome === 'refused') return;
  }
  const functions = await session.query<{ name: string }>(
    `SELECT p.oid::pg_catalog.regprocedure::text AS name
       FROM pg_catalog.pg_proc p
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
       JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'amcheck'`,
  );
  for (const { name } of functions) await session.query(`GRANT EXECUTE ON FUNCTION ${name} TO ${quoteName(loader)}`);
}

function placeOf(cluster: Cluster, user: string, password: Secret | null): Place {
  const settings: PostgresSettings = {
    kind: 'postgres',
    host: cluster.socketFolder,
    port: cluster.port,
    user,
    databases: [databaseName],
    tls: { mode: 'disable' },
    password: password === null ? 'none' : 'vault',
  };
  return { settings, secrets: password === null ? {} : { database: password } };
}

function scratchOf(cluster: Cluster, set: ToolSet, loader: string, surroundings: Surroundings): Scratch {
  const place = placeOf(cluster, loader, null);
  return {
    where: `throw-away PostgreSQL ${set.version}`,
    target: { kind: 'database', server: place.settings as PostgresSettings, database: databaseName },
    secrets: place.secrets,
    deepChecks: (from, watch) => deepChecks(place, databaseName, from, watch, surroundings),
    async dispose() {
      await cluster.stop();
      open.delete(cluster.socketFolder);
    },
  };
}

/** The server that failed is our own: what it says is not about anybody's source. */
function asScratchFailure(error: unknown): unknown {
  if (!(error instanceof Fail) || error.code.startsWith('scratch.')) return error;
  if (/No space left on device|could not extend file/i.test(error.message)) {
    return new Fail('scratch.full', 'The disk of temporary files is full.', { cause: error });
  }
  return new Fail('scratch.failed', `The throw-away server could not be prepared: ${error.message}`, { cause: error });
}
