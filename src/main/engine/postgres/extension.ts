/** Extensions that a database needs, made before anything that leans on them. */
import type { PostgresFacts } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { Session } from './connect.ts';
import { quoteName, quoteText } from './name.ts';

export type WantedExtension = PostgresFacts['extensions'][number];

export interface ExtensionOutcome {
  name: string;
  /** `refused`: it is on the server, but this role may not make it, or it failed. */
  outcome: 'there' | 'made' | 'other-version' | 'unavailable' | 'refused';
  /** For a person, unless all is well. */
  detail: string;
}

interface Offered {
  name: string;
  version: string;
}

/** What the server offers of these: every version of each. */
export async function offeredVersions(session: Session, names: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await session.query<Offered>(
    'SELECT name, version FROM pg_catalog.pg_available_extension_versions WHERE name = ANY ($1)',
    [names],
  );
  const offered = new Map<string, string[]>();
  for (const { name, version } of rows) offered.set(name, [...(offered.get(name) ?? []), version]);
  return offered;
}

/** Extensions of this database, with version and schema. */
export async function installedExtensions(session: Session): Promise<WantedExtension[]> {
  return session.query<WantedExtension>(
    `SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema
       FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`,
  );
}

/**
 * Makes those that are not there, each at the version it had, else at the server's own choice, in the schema it had.
 * @param schemaOwner who gets a schema that has to be made for one; null: whoever is connected.
 */
export async function makeExtensions(
  session: Session,
  wanted: readonly WantedExtension[],
  schemaOwner: string | null,
): Promise<ExtensionOutcome[]> {
  const offered = await offeredVersions(
    session,
    wanted.map((one) => one.name),
  );
  const there = new Map((await installedExtensions(session)).map((one) => [one.name, one]));
  const outcomes: ExtensionOutcome[] = [];
  let waiting = [...wanted];
  // One extension may need another: those that fail are tried again as long as any other succeeds.
  for (let before = -1; waiting.length > 0 && waiting.length !== before;) {
    before = waiting.length;
    const again: WantedExtension[] = [];
    for (const one of waiting) {
      const outcome = await makeOne(session, one, offered.get(one.name), there.get(one.name), schemaOwner);
      if (outcome.outcome === 'refused') again.push(one);
      outcomes.splice(0, outcomes.length, ...outcomes.filter((known) => known.name !== one.name), outcome);
    }
    waiting = again;
  }
  return outcomes;
}

async function makeOne(
  session: Session,
  wanted: WantedExtension,
  versions: readonly string[] | undefined,
  there: WantedExtension | undefined,
  schemaOwner: string | null,
): Promise<ExtensionOutcome> {
  const { name } = wanted;
  if (there !== undefined) {
    if (there.version === wanted.version) return { name, outcome: 'there', detail: '' };
    return {
      name,
      outcome: 'other-version',
      detail: `${name} is there at version ${there.version}; it was ${wanted.version}.`,
    };
  }
  if (versions === undefined)
    return { name, outcome: 'unavailable', detail: `The extension ${name} is not installed on this server.` };
  const same = versions.includes(wanted.version);
  try {
    await demandSchema(session, wanted.schema, schemaOwner);
    const version = same ? ` VERSION ${quoteText(wanted.version)}` : '';
    await session.query(
      `CREATE EXTENSION IF NOT EXISTS ${quoteName(name)} WITH SCHEMA ${quoteName(wanted.schema)}${version}`,
    );
  } catch (error) {
    if (!(error instanceof Fail) || error.code === 'source.connection-lost') throw error;
    return { name, outcome: 'refused', detail: error.message };
  }
  if (same) return { name, outcome: 'made', detail: '' };
  return {
    name,
    outcome: 'other-version',
    detail: `${name} ${wanted.version} is not on this server; its own version was taken.`,
  };
}

async function demandSchema(session: Session, schema: string, owner: string | null): Promise<void> {
  const found = await session.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  if (found.length > 0) return;
  await session.query(
    `CREATE SCHEMA ${quoteName(schema)}${owner === null ? '' : ` AUTHORIZATION ${quoteName(owner)}`}`,
  );
}
