/** Which relations of a database a scope means, and how pg_dump is told. Pure. */
import { Fail } from '../../../shared/failure.ts';
import type { Omission } from '../../../shared/inventory.ts';
import type { Scope } from '../../../shared/source.ts';
import type { Relation } from './inspect.ts';
import { qualifiedName, schemaPattern, tablePattern } from './name.ts';

export interface Selection {
  /** Every relation that the dump carries in some form. */
  relations: Relation[];
  /** Tables and partitioned tables of the dump: the ones that are locked. */
  locked: Relation[];
  /** Tables that have rows of their own. */
  counted: Relation[];
  /** Of those, the ones of which this server has no rows although the primary does: unlogged tables on a standby. */
  rowless: ReadonlySet<number>;
  /** Whether the dump carries rows. */
  rows: boolean;
  sequences: Relation[];
  /** Whether large objects go along. */
  largeObjects: boolean;
  /** Whether definitions go along. */
  definitions: boolean;
  /** Whether the whole database is meant, apart from `excludeTables`. */
  everything: boolean;
  /** Schemas that go along as objects of their own; null means all. */
  schemas: string[] | null;
  /** What is left out although a reader might expect it. */
  omissions: Omission[];
  /** What the scope leaves out, in words; empty means complete. */
  missing: string[];
  /** For pg_dump. */
  options: string[];
}

/**
 * The part of a database that `scope` means. `relations` is everything there is.
 * @param options.standby on a standby the rows of unlogged tables do not exist.
 * @param options.strict throw `source.scope-empty`, naming it, for what does not exist, or when nothing is left.
 */
export function selectScope(
  scope: Scope,
  relations: readonly Relation[],
  schemas: readonly string[],
  database: string,
  { standby, strict }: { standby: boolean; strict: boolean },
): Selection {
  if (scope.tables.length > 0 && scope.schemas.length > 0)
    throw new Fail('usage.wrong', 'A scope names tables or schemas, not both.');
  if (strict) refuseUnknown(scope, relations, schemas, database);
  const included = withPartitions(
    relations.filter((relation) => isNamed(scope.tables, relation)),
    relations,
  );
  const excluded = withPartitions(
    relations.filter((relation) => isNamed(scope.excludeTables, relation)),
    relations,
  );
  const everything = scope.schemas.length === 0 && scope.tables.length === 0;
  const direct = relations.filter((relation) => {
    if (relation.extension !== null || excluded.has(relation.oid)) return false;
    // pg_dump takes the tables that are named and nothing else of their schemas.
    if (scope.tables.length > 0) return included.has(relation.oid);
    return everything || scope.schemas.includes(relation.schema);
  });
  const selected = withOwnedSequences(direct, relations, excluded);
  const tables = selected.filter((relation) => relation.kind === 'r');
  const locked = selected.filter((relation) => relation.kind === 'r' || relation.kind === 'p');
  if (strict && selected.length === 0 && !everything)
    throw new Fail('source.scope-empty', `Nothing of the database ${database} is in this scope.`);
  return {
    relations: selected,
    locked,
    counted: tables,
    rowless: new Set(tables.filter((table) => standby && table.unlogged).map((table) => table.oid)),
    rows: scope.part !== 'schema',
    sequences: scope.part === 'schema' ? [] : selected.filter((relation) => relation.kind === 'S'),
    largeObjects: everything && scope.part !== 'schema',
    definitions: scope.part !== 'data',
    everything,
    schemas: everything ? null : scope.tables.length > 0 ? [] : [...scope.schemas],
    omissions: [...omissionsOf(relations, selected, excluded, standby, everything)],
    missing: missingOf(scope, database),
    options: optionsOf(scope, included, excluded, relations),
  };
}

const dotted = (relation: Relation): string => `${relation.schema}.${relation.name}`;

/** A bare name means that table in every schema that has one. */
function isNamed(names: readonly string[], relation: Relation): boolean {
  return relation.kind !== 'S' && (names.includes(relation.name) || names.includes(dotted(relation)));
}

function refuseUnknown(
  scope: Scope,
  relations: readonly Relation[],
  schemas: readonly string[],
  database: string,
): void {
  const known = new Set(
    relations.flatMap((relation) => (relation.kind === 'S' ? [] : [relation.name, dotted(relation)])),
  );
  const unknown = [
    ...scope.schemas.filter((schema) => !schemas.includes(schema)).map((schema) => `schema ${schema}`),
    ...[...scope.tables, ...scope.excludeTables].filter((table) => !known.has(table)).map((table) => `table ${table}`),
  ];
  if (unknown.length > 0) {
    throw new Fail('source.scope-empty', `The database ${database} has no ${unknown.join(', no ')}.`, {
      hint: 'Write names as they are stored, without quotes: table or schema.table.',
    });
  }
}

/** A partitioned table means its partitions too, at any depth: pg_dump by itself would take the empty parent. */
function withPartitions(chosen: readonly Relation[], relations: readonly Relation[]): Set<number> {
  const oids = new Set(chosen.map((relation) => relation.oid));
  for (let before = -1; before !== oids.size;) {
    before = oids.size;
    for (const relation of relations)
      if (relation.partitionOf !== null && oids.has(relation.partitionOf)) oids.add(relation.oid);
  }
  return oids;
}

/** As pg_dump does: a sequence goes with the table that draws from it, and an identity's never without. */
function withOwnedSequences(
  direct: readonly Relation[],
  relations: readonly Relation[],
  excluded: ReadonlySet<number>,
): Relation[] {
  const chosen = new Set(direct.map((relation) => relation.oid));
  return relations.filter((relation) => {
    if (relation.kind !== 'S' || relation.ownedBy === null) return chosen.has(relation.oid);
    if (chosen.has(relation.ownedBy)) return relation.extension === null && !excluded.has(relation.oid);
    return chosen.has(relation.oid) && !relation.identity;
  });
}

function* omissionsOf(
  relations: readonly Relation[],
  selected: readonly Relation[],
  excluded: ReadonlySet<number>,
  standby: boolean,
  everything: boolean,
): Generator<Omission> {
  const carried = new Set(selected.map((relation) => relation.oid));
  for (const relation of relations) {
    const name = qualifiedName(relation.schema, relation.name);
    if (relation.extension !== null && everything && relation.kind === 'r') {
      yield {
        what: 'table',
        name,
        why: `The extension ${relation.extension} owns it; a dump carries the extension by name.`,
      };
    }
    if (excluded.has(relation.oid)) yield { what: 'table', name, why: 'The scope excludes it.' };
    if (!carried.has(relation.oid)) continue;
    if (relation.kind === 'f') yield { what: 'foreign-table-rows', name, why: 'Its rows lie on another server.' };
    if (relation.kind === 'm') {
      const why = relation.populated
        ? 'Its rows are made again by a refresh, and are not counted.'
        : 'It was never filled (WITH NO DATA).';
      yield { what: 'materialised-view-rows', name, why };
    }
    if (relation.unlogged && standby && relation.kind === 'r')
      yield { what: 'unlogged-table-rows', name, why: 'A standby has no rows of unlogged tables.' };
  }
}

function missingOf(scope: Scope, database: string): string[] {
  return [
    ...(scope.part === 'schema' ? [`All rows of ${database}: only definitions were backed up.`] : []),
    ...(scope.part === 'data' ? [`All definitions of ${database}: only rows were backed up.`] : []),
    ...(scope.schemas.length > 0 ? [`Everything of ${database} outside the schemas ${scope.schemas.join(', ')}.`] : []),
    ...(scope.tables.length > 0 ? [`Everything of ${database} but the tables ${scope.tables.join(', ')}.`] : []),
    ...(scope.excludeTables.length > 0 ? [`The tables ${scope.excludeTables.join(', ')} of ${database}.`] : []),
  ];
}

function optionsOf(
  scope: Scope,
  included: ReadonlySet<number>,
  excluded: ReadonlySet<number>,
  relations: readonly Relation[],
): string[] {
  const patterns = (oids: ReadonlySet<number>): string[] =>
    relations
      .filter((relation) => oids.has(relation.oid))
      .map((relation) => tablePattern(relation.schema, relation.name));
  const options = [
    ...(scope.part === 'schema' ? ['--schema-only'] : []),
    ...(scope.part === 'data' ? ['--data-only'] : []),
    ...(scope.tables.length > 0 ? [] : scope.schemas.map((schema) => `--schema=${schemaPattern(schema)}`)),
    ...patterns(included).map((pattern) => `--table=${pattern}`),
    ...patterns(excluded).map((pattern) => `--exclude-table=${pattern}`),
  ];
  // Names arrive as UTF-8; a server of another encoding has to be told so.
  const foreign = options.some((option) => Buffer.byteLength(option) > option.length);
  return foreign ? ['--encoding=UTF8', ...options] : options;
}
