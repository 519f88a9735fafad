/** The manifest of a backup: without it the backup does not exist, so it is written last and read with suspicion. */
import { ManifestBody, rangeSizeBytes, type ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { DatabaseInventory, Inventory } from '../../shared/inventory.ts';
import { z } from '../../shared/schema.ts';
import { demandSchema, readTwoLines, writeTwoLines, type Form } from './two-lines.ts';

const form: Form = {
  format: 'holdfast.backup',
  noun: 'manifest',
  tampered: 'manifest.tampered',
  malformed: 'manifest.malformed',
  newer: 'manifest.newer',
};

/** The bytes of the manifest file, and the SHA-256 by which the catalog remembers it. What is not readable again is a bug. */
export function writeManifest(body: ManifestBody): { file: Buffer; sha256: string } {
  const checked = z.parse(ManifestBody, body);
  const contradiction = contradictionIn(checked);
  if (contradiction !== undefined)
    throw new Error(`A manifest that contradicts itself would be written: ${contradiction}`);
  return writeTwoLines(checked);
}

/**
 * The manifest in these bytes.
 * @param expected the backup that the file's name speaks of.
 * @throws Fail manifest.tampered, manifest.malformed, manifest.newer.
 */
export function readManifest(file: Buffer, expected: BackupId): { body: ManifestBody; sha256: string } {
  const { value, sha256 } = readTwoLines(file, form);
  const body = demandSchema(ManifestBody, value, form);
  if (body.backupId !== expected) {
    throw new Fail('manifest.tampered', `The manifest under the name ${expected} is that of ${body.backupId}.`);
  }
  const contradiction = contradictionIn(body);
  if (contradiction !== undefined)
    throw new Fail('manifest.malformed', `The manifest contradicts itself: ${contradiction}.`);
  return { body, sha256 };
}

/** What the schema cannot say: which parts of a manifest have to fit each other. Undefined when all do. */
function contradictionIn(body: ManifestBody): string | undefined {
  if (body.complete !== (body.missing.length === 0))
    return 'it is called complete and says what is missing, or neither';
  const sealed = body.sealing !== null;
  if (body.inventory.form === 'sealed' && !sealed) return 'its inventory is sealed and nothing says how';
  return (
    body.artifacts.map((artifact) => contradictionInArtifact(artifact, sealed)).find((found) => found !== undefined) ??
    repeated(
      'artifact number',
      body.artifacts.map((artifact) => artifact.name.slice(0, artifact.name.indexOf('-'))),
    ) ??
    (body.inventory.form === 'plain' ? contradictionInInventory(body.inventory.content, body) : undefined)
  );
}

function contradictionInArtifact(artifact: ArtifactFacts, sealed: boolean): string | undefined {
  if (artifact.ranges.length !== Math.ceil(artifact.sizeBytes / rangeSizeBytes)) {
    return `${artifact.name} has ${artifact.sizeBytes} bytes and ${artifact.ranges.length} ranges`;
  }
  const [first, second, ...rest] = artifact.coding;
  if (first !== 'zstd' || second === 'zstd' || rest.length > 0)
    return `${artifact.name} has a coding that is never written`;
  if ((second !== undefined) !== sealed) return `${artifact.name} and the set do not agree whether it is sealed`;
  return undefined;
}

function contradictionInInventory(inventory: Inventory, body: ManifestBody): string | undefined {
  const { databases, globals } = inventory;
  const named = databases.map((database) => database.artifact);
  if (globals !== null) {
    if (contentOf(globals.artifact, body) !== 'postgres-globals') return 'its globals are not in the artifact it names';
    named.push(globals.artifact);
  }
  if (named.length !== body.artifacts.length) return 'it has artifacts that nothing speaks of, or the other way round';
  return (
    databases.map((database) => contradictionInDatabase(database, body)).find((found) => found !== undefined) ??
    repeated('artifact', named) ??
    repeated(
      'database',
      databases.map((database) => database.name),
    )
  );
}

function contradictionInDatabase(database: DatabaseInventory, body: ManifestBody): string | undefined {
  if (database.engine.kind !== body.source.kind) return `${database.artifact} is of another kind than its source`;
  const content = database.engine.kind === 'sqlite' ? 'sqlite-file' : 'postgres-custom';
  if (contentOf(database.artifact, body) !== content)
    return `${database.artifact} does not hold the database it is said to hold`;
  return repeated(
    'table',
    database.tables.map((table) => table.name),
  );
}

const contentOf = (artifact: string, body: ManifestBody): ArtifactFacts['content'] | undefined =>
  body.artifacts.find((one) => one.name === artifact)?.content;

function repeated(what: string, names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  return twice === undefined ? undefined : `the ${what} ${JSON.stringify(twice.slice(0, 80))} is there twice`;
}
