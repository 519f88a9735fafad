/** CV-3, JO-7: what an archive's table of contents promises, held against the inventory, without restoring anything. */
import type { Readable } from 'node:stream';
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import type { CheckNote, Problem } from '../../../shared/verify.ts';
import { plural } from '../../../shared/plural.ts';
import type { Watch } from '../../base/watch.ts';
import type { Surroundings } from '../engine.ts';
import { asListed, readArchiveStream, type Archive } from './archive.ts';
import { splitName } from './name-parts.ts';
import { knownNames } from './restore.ts';
import { factsOf } from './scratch.ts';
import { chooseTool, findToolSets, programPath } from './tool.ts';

/**
 * Reads the stream to its end and its table of contents with pg_restore. What differs from the inventory is a problem.
 * @throws `artifact.unreadable`, `artifact.plain-sql`, `tool.*`.
 */
export async function surveyPostgres(
  body: Readable,
  inventory: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ problems: Problem[]; checks: CheckNote[] }> {
  const started = surroundings.clock.elapsed();
  const engine = factsOf(inventory);
  const tool = chooseTool(await findToolSets(surroundings), 'pg_restore', engine.serverMajor);
  const archive = await readArchiveStream(
    programPath(tool, 'pg_restore'),
    body,
    watch.signal,
    knownNames({ ...inventory, engine }),
  );
  const problems = compareContents(archive, inventory);
  const counts = countKinds(archive);
  const detail = `${plural(archive.entries.length, 'entry', 'entries')}: ${plural(counts.tables, 'table')}, ${counts.data} with rows, ${plural(counts.indexes, 'index', 'indexes')}, ${plural(counts.constraints, 'constraint')}; written by pg_dump ${archive.toolVersion}.`;
  const outcome = problems.length === 0 ? 'ok' : 'failed';
  const durationMs = Math.round(surroundings.clock.elapsed() - started);
  return { problems, checks: [{ name: 'The table of contents holds everything', outcome, detail, durationMs }] };
}

const constraintKinds = new Set(['CONSTRAINT', 'FK CONSTRAINT']);

function countKinds(archive: Archive): { tables: number; data: number; indexes: number; constraints: number } {
  const count = (matches: (kind: string) => boolean): number =>
    archive.entries.filter((entry) => matches(entry.kind)).length;
  return {
    tables: count((kind) => kind === 'TABLE'),
    data: count((kind) => kind === 'TABLE DATA'),
    indexes: count((kind) => kind === 'INDEX'),
    constraints: count((kind) => constraintKinds.has(kind)),
  };
}

/** Pure: what the inventory promises and the table of contents does not hold. */
export function compareContents(archive: Archive, inventory: DatabaseInventory): Problem[] {
  const listed = new Set(archive.entries.map((entry) => `${entry.kind} ${entry.schema ?? ''}.${entry.name}`));
  const { part } = inventory.scope;
  const lacking = (kind: string, name: string): Problem[] => {
    const { schema, name: own } = splitName(name);
    if (listed.has(`${kind} ${asListed(schema)}.${asListed(own)}`)) return [];
    return [
      {
        grade: 'fatal',
        code: 'archive.entry-missing',
        subject: name,
        message: `The table of contents has no ${kind} entry for ${name}.`,
      },
    ];
  };
  const problems: Problem[] = [];
  for (const table of inventory.tables) {
    if (part !== 'data') problems.push(...lacking('TABLE', table.name));
    if (part !== 'schema' && table.rows > 0) problems.push(...lacking('TABLE DATA', table.name));
  }
  for (const sequence of inventory.sequences)
    if (part !== 'schema') problems.push(...lacking('SEQUENCE SET', sequence.name));
  if (part !== 'data') problems.push(...fewer(archive, inventory));
  const objects = archive.entries.filter((entry) => ['BLOBS', 'BLOB', 'BLOB METADATA'].includes(entry.kind));
  if ((inventory.largeObjects?.count ?? 0) > 0 && part !== 'schema' && objects.length === 0) {
    problems.push({
      grade: 'fatal',
      code: 'archive.entry-missing',
      subject: 'large objects',
      message: 'The table of contents has no large objects.',
    });
  }
  if (archive.entryCount !== archive.entries.length) {
    const message = `Its head speaks of ${archive.entryCount} entries; ${archive.entries.length} are listed.`;
    problems.push({ grade: 'fatal', code: 'archive.entries-differ', subject: 'table of contents', message });
  }
  return problems;
}

/** Objects that the archive has one entry each for, by the inventory's kind. It may hold more: what leans on parts that the scope left out. */
const counted: [kinds: string[], entries: string[]][] = [
  [['index'], ['INDEX']],
  [['primary-key', 'unique', 'exclusion'], ['CONSTRAINT']],
  [['foreign-key'], ['FK CONSTRAINT']],
  [['view'], ['VIEW']],
  [['materialised-view'], ['MATERIALIZED VIEW']],
  [['trigger'], ['TRIGGER']],
  [
    ['function', 'procedure', 'aggregate'],
    ['FUNCTION', 'PROCEDURE', 'AGGREGATE'],
  ],
  [['policy'], ['POLICY']],
];

function fewer(archive: Archive, inventory: DatabaseInventory): Problem[] {
  return counted.flatMap(([kinds, entries]): Problem[] => {
    const promised = inventory.objects.filter((object) => kinds.includes(object.kind)).length;
    const held = archive.entries.filter((entry) => entries.includes(entry.kind)).length;
    if (held >= promised) return [];
    const message = `The table of contents has ${held} entries of the kind ${entries.join(', ')}; the inventory promises ${promised}.`;
    return [{ grade: 'fatal', code: 'archive.entries-differ', subject: kinds.join(', '), message }];
  });
}
