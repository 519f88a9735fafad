/** What a database holds that is not the server's own: whether it is empty, and how to make it so again. */
import { Fail } from '../../../shared/failure.ts';
import type { Session } from './connect.ts';

/** One thing in a database, as DROP wants it named. */
export interface Thing {
  /** Catalogue and row: the same thing has the same key for as long as it lives. */
  key: string;
  /** `table`, `function`, `large object` … in PostgreSQL's own words. */
  type: string;
  /** Quoted as SQL needs it. */
  identity: string;
}

/** Everything below this number was made by initdb. */
const firstUserOid = 16_384;

/** Catalogues of things that a dump can bring and a user can drop, where not every row is one with what makes it so. */
const catalogues: [catalogue: string, condition?: string][] = [
  ['pg_class', "c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"],
  ['pg_proc'],
  [
    'pg_type',
    "c.oid >= 16384 AND (c.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_class r WHERE r.oid = c.typrelid AND r.relkind = 'c'))",
  ],
  ['pg_operator'],
  ['pg_opclass'],
  ['pg_opfamily'],
  ['pg_collation'],
  ['pg_conversion'],
  ['pg_ts_config'],
  ['pg_ts_dict'],
  ['pg_ts_parser'],
  ['pg_ts_template'],
  ['pg_namespace', "c.oid >= 16384 AND c.nspname !~ '^pg_'"],
  ['pg_cast'],
  ['pg_language'],
  ['pg_event_trigger'],
  ['pg_foreign_data_wrapper'],
  ['pg_foreign_server'],
  ['pg_publication'],
  ['pg_transform'],
  ['pg_am'],
  ['pg_extension'],
  // Large objects keep the number that their maker chose, however small.
  ['pg_largeobject_metadata', 'true'],
];

/**
 * Everything in this database that a user made or a dump brought. What belongs to an extension is not named: the
 * extension is. Parts go with their whole; a partitioned table is listed as a part of itself, and is none.
 */
export async function thingsOf(session: Session): Promise<Thing[]> {
  const selects = catalogues.map(
    ([catalogue, condition = `c.oid >= ${firstUserOid}`]) =>
      `SELECT '${catalogue}'::regclass::oid AS catalogue, c.oid FROM ${catalogue} c WHERE (${condition})
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = c.oid
          AND (d.deptype = 'e' OR d.deptype = 'i' AND NOT (d.refclassid = d.classid AND d.refobjid = d.objid)))`,
  );
  return session.query<Thing>(
    `SELECT catalogue || ':' || oid AS key, named.type, named.identity
       FROM (${selects.join(' UNION ALL ')}) AS found
       CROSS JOIN LATERAL pg_identify_object(
         CASE WHEN catalogue = 'pg_largeobject_metadata'::regclass THEN 'pg_largeobject'::regclass::oid ELSE catalogue END, oid, 0) AS named
      WHERE named.identity IS NOT NULL`,
  );
}

/** What keeps a database from being called empty. Extensions and the schemas they live in do not: they are often there before. */
export async function contentsOf(session: Session): Promise<Thing[]> {
  const schemas = await session.query<{ name: string }>(
    `SELECT DISTINCT quote_ident(n.nspname) AS name FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace`,
  );
  const ofExtensions = new Set(schemas.map((schema) => schema.name));
  return (await thingsOf(session)).filter(
    ({ type, identity }) => type !== 'extension' && !(type === 'schema' && ofExtensions.has(identity)),
  );
}

/**
 * Drops everything that was not there `before`, and nothing else. For a database that was empty and that nobody else
 * uses meanwhile.
 */
export async function dropNewThings(session: Session, before: ReadonlySet<string>): Promise<void> {
  // CASCADE takes along what leans on a thing, so many statements find nothing left; each round asks again.
  for (
    let left = await newThings(session, before), last = -1;
    left.length > 0 && left.length !== last;
    left = await newThings(session, before)
  ) {
    last = left.length;
    // A schema takes most of it along, and saves as many statements.
    for (const thing of left.toSorted((a, b) => Number(b.type === 'schema') - Number(a.type === 'schema'))) {
      await session.query(dropStatement(thing)).catch((error: unknown) => {
        if (!(error instanceof Fail) || error.code === 'source.connection-lost') throw error;
      });
    }
  }
}

async function newThings(session: Session, before: ReadonlySet<string>): Promise<Thing[]> {
  return (await thingsOf(session)).filter((thing) => !before.has(thing.key));
}

/** Where DROP calls a thing otherwise than the catalogue does. */
const dropWords: Record<string, string> = {
  'composite type': 'TYPE',
  'foreign-data wrapper': 'FOREIGN DATA WRAPPER',
  function: 'ROUTINE',
  procedure: 'ROUTINE',
  aggregate: 'ROUTINE',
};

function dropStatement({ type, identity }: Thing): string {
  if (type === 'large object') return `SELECT lo_unlink(${identity}::oid)`;
  return `DROP ${dropWords[type] ?? type.toUpperCase()} ${identity} CASCADE`;
}
