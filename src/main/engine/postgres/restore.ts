/** Restores one database from its archive. */
import { availableParallelism } from 'node:os';
import type { DatabaseInventory, PostgresFacts } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import type { Problem } from '../../../shared/verify.ts';
import type { Watch } from '../../base/watch.ts';
import type { Opened, Place, RestoreFacts, Secrets, Surroundings } from '../engine.ts';
import { asListed, readArchive, type Archive } from './archive.ts';
import { connect, libpqAccess, type Session } from './connect.ts';
import { makeExtensions, type ExtensionOutcome } from './extension.ts';
import { gradeComplaints, type LeftOut } from './grade.ts';
import { inventoryNames } from './inventory-name.ts';
import { loadArchive } from './load.ts';
import { quoteName } from './name.ts';
import { splitName } from './name-parts.ts';
import { sessionBeside, type DatabaseTarget } from './new-database.ts';
import { askOwnership, canKeepOwners, ownersIn } from './ownership.ts';
import { factsOf, isScratch } from './scratch.ts';
import { settingStatement } from './setting.ts';
import { databaseTarget, placeOf, prepareTarget, sessionIfThere, type Prepared } from './target.ts';
import { chooseTool, findToolSets, programPath } from './tool.ts';

type PostgresInventory = DatabaseInventory & { engine: PostgresFacts };

/** What stands before the load and is handed from step to step. */
interface Restore {
  target: DatabaseTarget;
  from: PostgresInventory;
  opened: Opened;
  archive: Archive;
  tool: ReturnType<typeof chooseTool>;
  scratch: boolean;
  watch: Watch;
  surroundings: Surroundings;
}

/**
 * Restores into a database that does not exist yet, or exists and is empty. Entries that could not be restored are in
 * `problems`, graded. When it throws, a database that it created is gone again, and one that was there is empty again.
 * @throws `restore.target-not-empty`, `restore.no-rights`, `restore.full`, `artifact.*`, `tool.*`, `source.*`.
 */
export async function restorePostgres(
  target: RestoreTarget,
  secrets: Secrets,
  opened: Opened,
  watch: Watch,
  surroundings: Surroundings,
): Promise<RestoreFacts> {
  const database = databaseTarget(target);
  const from: PostgresInventory = { ...opened.inventory, engine: factsOf(opened.inventory) };
  const tool = chooseTool(await findToolSets(surroundings), 'pg_restore', from.engine.serverMajor);
  const archive = await readArchive(programPath(tool, 'pg_restore'), opened.file, watch.signal, knownNames(from));
  const restore: Restore = {
    target: database,
    from,
    opened,
    archive,
    tool,
    scratch: isScratch(database.server),
    watch,
    surroundings,
  };
  const keepOwners = !restore.scratch && (await ownersCanBeKept(restore, placeOf(database, secrets)));
  const prepared = await prepareTarget(
    database,
    secrets,
    from,
    keepOwners ? from.engine.owner : null,
    restore.scratch ? null : opened.token,
    watch,
    surroundings,
  );
  try {
    const problems = await fill({ ...restore, target: prepared.building }, prepared, keepOwners);
    const place = await prepared.finish();
    return { problems, place, target: describe(database), undo: () => prepared.undo() };
  } catch (error) {
    // A scratch goes as a whole.
    if (!restore.scratch)
      await prepared.undo().catch((failure: unknown) => {
        watch.log.error('what the failed restore had made could not be taken back', {
          target: describe(database),
          failure,
        });
      });
    watch.signal.throwIfAborted();
    throw restore.scratch ? asScratchFailure(error) : error;
  }
}

/** Settles where names with spaces end in pg_restore's listing. */
export function knownNames(from: PostgresInventory): { schemas: string[]; roles: string[] } {
  const schemas = [...from.tables, ...from.sequences].map((one) => splitName(one.name).schema);
  return {
    schemas: [...new Set([...schemas, ...from.engine.extensions.map((one) => one.schema)])],
    roles: from.engine.roles,
  };
}

function describe(target: DatabaseTarget): string {
  return `database ${target.database} on ${target.server.host}`;
}

async function ownersCanBeKept(restore: Restore, place: Place): Promise<boolean> {
  const { watch, surroundings, target } = restore;
  const session =
    (await sessionIfThere(place, target.database, watch, surroundings)) ??
    (await sessionBeside(place, target.database, watch, surroundings));
  try {
    return canKeepOwners(
      await askOwnership(session, [...new Set([restore.from.engine.owner, ...ownersIn(restore.archive)])]),
    );
  } finally {
    await session.close();
  }
}

async function fill(restore: Restore, prepared: Prepared, keepOwners: boolean): Promise<Problem[]> {
  const { watch, surroundings, archive, from, target } = restore;
  const session = await connect(prepared.place, target.database, watch, surroundings);
  let ready: { leaveOut: Set<number>; leftOut: LeftOut[]; noTablespaces: boolean; problems: Problem[] };
  try {
    ready = await makeReady(restore, session);
  } finally {
    await session.close();
  }
  watch.progress({ phase: 'Restoring' });
  const access = await libpqAccess(prepared.place, target.database, restore.tool.major, watch, surroundings, {
    applicationName: prepared.sessionName,
  });
  try {
    const said = await loadArchive(
      {
        tool: restore.tool,
        access,
        archive,
        file: restore.opened.file,
        leaveOut: ready.leaveOut,
        noOwner: !keepOwners,
        bare: restore.scratch,
        noTablespaces: ready.noTablespaces,
        jobs: Math.min(2, availableParallelism()),
      },
      watch,
    );
    const partial = from.scope.schemas.length + from.scope.tables.length + from.scope.excludeTables.length > 0;
    const graded = gradeComplaints(archive, said, {
      scratch: restore.scratch,
      partial,
      leftOut: ready.leftOut,
      names: inventoryNames(from),
      omitted: new Set(from.omissions.map((one) => one.name)),
    });
    const locale = localeProblem(restore, prepared);
    return [...locale, ...ready.problems, ...graded, ...(await applySettings(restore, prepared.place))];
  } finally {
    await access.close();
  }
}

/** Extensions and schemas first: what the archive holds may lean on them without saying how to make them. */
async function makeReady(
  restore: Restore,
  session: Session,
): Promise<{ leaveOut: Set<number>; leftOut: LeftOut[]; noTablespaces: boolean; problems: Problem[] }> {
  const { archive, from, scratch } = restore;
  const inArchive = new Map(
    archive.entries.filter((entry) => entry.kind === 'EXTENSION').map((entry) => [entry.name, entry.id]),
  );
  const outcomes = await makeExtensions(session, from.engine.extensions, null);
  const there = outcomes.filter((one) => one.outcome !== 'unavailable' && one.outcome !== 'refused');
  const absent = outcomes.filter((one) => one.outcome === 'unavailable' || one.outcome === 'refused');
  const leftOut = scratch ? absent.flatMap((one) => leftOutOf(one, inArchive)) : [];
  // Outside a scratch pg_restore tries those that we could not make, so that the server itself says why not.
  const gone = new Set([
    ...there.flatMap((one) => inArchive.get(one.name) ?? []),
    ...leftOut.map((one) => one.entryId),
  ]);
  const comments = archive.entries.filter(
    (entry) => entry.kind === 'COMMENT' && entry.dependsOn.some((id) => gone.has(id)),
  );
  const schemas = await makeSchemas(restore, session);
  return {
    leaveOut: new Set([...gone, ...comments.map((entry) => entry.id), ...schemas]),
    leftOut,
    noTablespaces: !(await tablespacesAreThere(session, restore.opened.globals)),
    problems: scratch ? [] : there.flatMap(otherVersion),
  };
}

function leftOutOf(outcome: ExtensionOutcome, inArchive: ReadonlyMap<string, number>): LeftOut[] {
  const entryId = inArchive.get(outcome.name);
  return entryId === undefined
    ? []
    : [{ entryId, code: 'extension.unavailable', why: `the extension ${outcome.name} is not here` }];
}

function otherVersion(outcome: ExtensionOutcome): Problem[] {
  if (outcome.outcome !== 'other-version') return [];
  return [
    {
      grade: 'cosmetic',
      code: 'extension.other-version',
      subject: `extension ${outcome.name}`,
      message: outcome.detail,
    },
  ];
}

/**
 * Makes schemas that tables need and the archive does not make (a dump of chosen tables carries no schema), and returns
 * the entries of those that are there already, for an extension.
 */
async function makeSchemas(restore: Restore, session: Session): Promise<number[]> {
  const rows = await session.query<{ name: string }>('SELECT nspname::text AS name FROM pg_namespace');
  const there = new Set(rows.map((row) => row.name));
  const entries = restore.archive.entries.filter((entry) => entry.kind === 'SCHEMA');
  const made = new Set(entries.map((entry) => entry.name));
  if (restore.from.scope.tables.length > 0) {
    for (const name of knownNames(restore.from).schemas) {
      if (there.has(name) || made.has(asListed(name))) continue;
      await session.query(`CREATE SCHEMA ${quoteName(name)}`);
    }
  }
  const listed = new Set([...there].map(asListed));
  // Where public belonged to somebody else, its entry says so and nothing more.
  if (!restore.scratch) listed.delete('public');
  return entries.filter((entry) => listed.has(entry.name)).map((entry) => entry.id);
}

async function tablespacesAreThere(session: Session, globals: string | null): Promise<boolean> {
  const wanted = [...(globals ?? '').matchAll(/^CREATE TABLESPACE ("(?:[^"]|"")+"|\S+) /gm)].map(
    (found) => found[1] ?? '',
  );
  if (wanted.length === 0) return true;
  const rows = await session.query<{ name: string }>('SELECT quote_ident(spcname) AS name FROM pg_tablespace');
  const there = new Set(rows.map((row) => row.name));
  return wanted.every((name) => there.has(name));
}

function localeProblem(restore: Restore, prepared: Prepared): Problem[] {
  if (prepared.otherLocale === null) return [];
  return [
    {
      grade: 'cosmetic',
      code: 'restore.other-locale',
      subject: restore.target.database,
      message: prepared.otherLocale,
    },
  ];
}

/** What ALTER DATABASE … SET had set is not in the archive of a database. */
async function applySettings(restore: Restore, place: Place): Promise<Problem[]> {
  const { databaseSettings } = restore.from.engine;
  // In a scratch a setting such as `default_transaction_read_only` would only be in the way of the checks.
  if (databaseSettings.length === 0 || restore.scratch) return [];
  const problems: Problem[] = [];
  const session = await connect(place, restore.target.database, restore.watch, restore.surroundings);
  try {
    for (const setting of databaseSettings) {
      const statement = settingStatement(restore.target.database, setting);
      try {
        await session.query(statement);
      } catch (error) {
        restore.watch.signal.throwIfAborted();
        if (!(error instanceof Fail) || error.code === 'source.connection-lost') throw error;
        const subject = `setting ${setting.split('=')[0]}`;
        problems.push({ grade: 'cosmetic', code: 'restore.setting', subject, message: error.message });
      }
    }
  } finally {
    await session.close();
  }
  return problems;
}

function asScratchFailure(error: unknown): unknown {
  if (!(error instanceof Fail) || error.code !== 'restore.full') return error;
  return new Fail('scratch.full', 'The disk of temporary files is full.', { cause: error });
}
