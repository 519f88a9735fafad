/** Pure: what a manifest promised against what was found again. The verdict of every proof and restore comes from here. */
import { digestsComparable, type DatabaseInventory } from '../../shared/inventory.ts';
import type { Problem, TableProof } from '../../shared/verify.ts';
import type { Counted } from '../engine/engine.ts';
import { count, plural } from '../../shared/plural.ts';

export interface Comparison {
  tables: TableProof[];
  problems: Problem[];
}

const fatal = (code: string, subject: string, message: string): Problem => ({ grade: 'fatal', code, subject, message });
const unchecked = (code: string, subject: string, message: string): Problem => ({
  grade: 'unchecked',
  code,
  subject,
  message,
});

/** Compares one database with its inventory: every table, large object, sequence and named object. */
export function compare(expected: DatabaseInventory, found: Counted): Comparison {
  const comparable = digestsComparable(expected.digest, found.digestProbe);
  const tables = compareTables(expected, found, comparable);
  return {
    tables: tables.tables,
    problems: [
      ...digestProblems(expected, found.digestProbe),
      ...tables.problems,
      ...compareLargeObjects(expected, found, comparable),
      ...compareSequences(expected, found),
      ...compareObjects(expected, found),
    ],
  };
}

/**
 * The differences without those of things that the engine itself could not make here (an extension that this computer
 * does not have, what only a superuser may create). They are told as unchecked already, so nothing becomes proven by it.
 */
export function withoutExcused(differences: readonly Problem[], told: readonly Problem[]): Problem[] {
  const excused = new Set(told.filter((problem) => problem.grade === 'unchecked').map((problem) => problem.subject));
  return differences.filter((problem) => !excused.has(problem.subject));
}

function digestProblems(expected: DatabaseInventory, foundProbe: string | null): Problem[] {
  // Without rows there is nothing that a digest could say.
  if (expected.scope.part === 'schema') return [];
  if (expected.digest === null) {
    return [
      unchecked(
        'digest.off',
        expected.name,
        'Digests were off for this backup: rows were counted, their content was not compared.',
      ),
    ];
  }
  if (!digestsComparable(expected.digest, foundProbe)) {
    return [
      unchecked(
        'digest.not-comparable',
        expected.name,
        'This server computes digests otherwise than the source did: content was not compared.',
      ),
    ];
  }
  return [];
}

function compareTables(expected: DatabaseInventory, found: Counted, comparable: boolean): Comparison {
  const restored = new Map(found.tables.map((table) => [table.name, table]));
  const promised = new Set(expected.tables.map((table) => table.name));
  const problems: Problem[] = [];
  const tables = expected.tables.map((table): TableProof => {
    const expectedRows = expected.scope.part === 'schema' ? 0 : table.rows;
    const other = restored.get(table.name);
    if (other === undefined) {
      problems.push(fatal('table.missing', table.name, `The table ${table.name} is missing.`));
      return { name: table.name, expectedRows, rows: null, digestEqual: null };
    }
    if (other.rows !== expectedRows) {
      problems.push(
        fatal(
          'table.rows-differ',
          table.name,
          `${table.name} has ${plural(other.rows, 'row')}; the backup promises ${count(expectedRows)}.`,
        ),
      );
    }
    const digestEqual = digestEquality(expected, table.digest, other.digest, comparable);
    if (digestEqual === false && other.rows === expectedRows) {
      problems.push(
        fatal(
          'table.content-differs',
          table.name,
          `${table.name} has the right number of rows, but not the same content.`,
        ),
      );
    }
    if (digestEqual === null && comparable && expected.scope.part !== 'schema') {
      problems.push(
        unchecked(
          'table.no-digest',
          table.name,
          `The content of ${table.name} could not be compared; its rows were counted.`,
        ),
      );
    }
    return { name: table.name, expectedRows, rows: other.rows, digestEqual };
  });
  for (const table of found.tables) {
    if (!promised.has(table.name)) {
      problems.push(
        fatal('table.unexpected', table.name, `The table ${table.name} is there, but the backup does not promise it.`),
      );
    }
  }
  return { tables, problems };
}

function digestEquality(
  expected: DatabaseInventory,
  promised: string | null,
  found: string | null,
  comparable: boolean,
): boolean | null {
  if (!comparable || promised === null || found === null || expected.scope.part === 'schema') return null;
  return promised === found;
}

function compareLargeObjects(expected: DatabaseInventory, found: Counted, comparable: boolean): Problem[] {
  const promised = expected.largeObjects;
  if (promised === null || expected.scope.part === 'schema') return [];
  const subject = 'large objects';
  if (found.largeObjects === null)
    return [unchecked('large-objects.unchecked', subject, 'Large objects could not be counted.')];
  if (found.largeObjects.count !== promised.count) {
    return [
      fatal(
        'large-objects.differ',
        subject,
        `${found.largeObjects.count} large objects are there; the backup promises ${promised.count}.`,
      ),
    ];
  }
  if (promised.digest === null || found.largeObjects.digest === null || !comparable) return [];
  return promised.digest === found.largeObjects.digest
    ? []
    : [fatal('large-objects.differ', subject, 'The content of large objects is not the same.')];
}

function compareSequences(expected: DatabaseInventory, found: Counted): Problem[] {
  // A schema-only dump carries no sequence values.
  if (expected.scope.part === 'schema') return [];
  const restored = new Map(found.sequences.map((sequence) => [sequence.name, BigInt(sequence.value)]));
  return expected.sequences.flatMap((sequence) => {
    const value = restored.get(sequence.name);
    if (value === undefined)
      return [fatal('sequence.missing', sequence.name, `The sequence ${sequence.name} is missing.`)];
    const [low, high] = [BigInt(sequence.before), BigInt(sequence.after)].toSorted((a, b) =>
      a < b ? -1 : a > b ? 1 : 0,
    );
    if (low === undefined || high === undefined || (value >= low && value <= high)) return [];
    const promise = low === high ? `${low}` : `between ${low} and ${high}`;
    return [
      fatal(
        'sequence.differs',
        sequence.name,
        `The sequence ${sequence.name} stands at ${value}; the backup promises ${promise}.`,
      ),
    ];
  });
}

function compareObjects(expected: DatabaseInventory, found: Counted): Problem[] {
  const there = new Set(found.objects.map((object) => `${object.kind}\0${object.name}`));
  return expected.objects
    .filter((object) => !there.has(`${object.kind}\0${object.name}`))
    .map((object) => fatal('object.missing', object.name, `The ${object.kind} ${object.name} is missing.`));
}
