/** The manifest of a backup: without it the backup does not exist, so it is written last and read with suspicion. */
import { timingSafeEqual } from 'node:crypto';
import {
  ManifestBody,
  rangeSizeBytes,
  type ArtifactFacts,
  type ManifestSeal,
  type Sealing,
} from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { DatabaseInventory, Inventory } from '../../shared/inventory.ts';
import { z } from '../../shared/schema.ts';
import { hmacKeyOf, type RecoveryKey } from './recovery-secret.ts';
import { demandSchema, hmacOf, readTwoLines, withSeal, writeTwoLines, type Form } from './two-lines.ts';
import type { Keyring } from './unseal.ts';

const form: Form = {
  format: 'holdfast.backup',
  noun: 'manifest',
  tampered: 'manifest.tampered',
  malformed: 'manifest.malformed',
  newer: 'manifest.newer',
};

/**
 * The bytes of the manifest file, and the SHA-256 by which the catalog remembers it. What is not readable again is a bug.
 * @param key makes the HMAC of a sealed set; the first line, and so the SHA-256, is the same with every key.
 */
export function writeManifest(body: ManifestBody, key?: RecoveryKey): { file: Buffer; sha256: string } {
  const checked = z.parse(ManifestBody, body);
  const contradiction = contradictionIn(checked);
  if (contradiction !== undefined)
    throw new Error(`A manifest that contradicts itself would be written: ${contradiction}`);
  const needsKey = checked.sealing !== null && checked.sealing.recipients.some(isSecret);
  if (needsKey !== (key !== undefined) || (key !== undefined && !checked.sealing?.recipients.includes(key.keyId)))
    throw new Error('A manifest is authenticated with a secret it is sealed for, or not at all.');
  return writeTwoLines(checked, key === undefined ? undefined : { keyId: key.keyId, key: hmacKeyOf(key) });
}

/** A manifest file with the same first line and the HMAC of another secret that the set is sealed for. */
export function resign(file: Buffer, key: RecoveryKey): Buffer {
  return withSeal(file.subarray(0, file.indexOf(0x0a)), { keyId: key.keyId, key: hmacKeyOf(key) });
}

const isSecret = (recipient: string): boolean => recipient.startsWith('secret-');

export interface ReadManifest {
  body: ManifestBody;
  sha256: string;
  /** Whether its HMAC was checked and found right: somebody who has a secret of the set wrote it. */
  authenticated: boolean;
  /** The secret that its HMAC was made with; null without one. */
  signedWith: string | null;
}

/**
 * The manifest in these bytes.
 * @param expected the backup that the file's name speaks of.
 * @param keyring where the secret of its HMAC is in it, the HMAC is checked.
 * @throws Fail manifest.tampered, manifest.malformed, manifest.newer.
 */
export function readManifest(file: Buffer, expected: BackupId, keyring?: Keyring): ReadManifest {
  const { value, line, sha256, seal } = readTwoLines(file, form);
  const body = demandSchema(ManifestBody, value, form);
  if (body.backupId !== expected) {
    throw new Fail('manifest.tampered', `The manifest under the name ${expected} is that of ${body.backupId}.`);
  }
  const contradiction = contradictionIn(body);
  if (contradiction !== undefined)
    throw new Fail('manifest.malformed', `The manifest contradicts itself: ${contradiction}.`);
  return {
    body,
    sha256,
    authenticated: isAuthentic(line, seal, body.sealing, keyring?.secrets ?? []),
    signedWith: seal.keyId,
  };
}

function isAuthentic(
  line: Buffer,
  { hmac, keyId }: ManifestSeal,
  sealing: Sealing | null,
  secrets: readonly RecoveryKey[],
): boolean {
  const recipients = sealing?.recipients ?? [];
  if (hmac === null || keyId === null) {
    if (!recipients.some(isSecret)) return false;
    throw new Fail('manifest.tampered', 'The manifest of a sealed set has lost its HMAC.');
  }
  if (!recipients.includes(keyId) || !isSecret(keyId))
    throw new Fail('manifest.malformed', 'The manifest has an HMAC with a key that it is not sealed for.');
  const key = secrets.find((one) => one.keyId === keyId);
  if (key === undefined) return false;
  if (!timingSafeEqual(Buffer.from(hmac, 'hex'), Buffer.from(hmacOf(line, hmacKeyOf(key)), 'hex')))
    throw new Fail('manifest.tampered', 'The manifest was written by somebody who does not have its secret.');
  return true;
}

/** @throws Fail manifest.malformed where an inventory that was sealed does not fit the manifest around it. */
export function demandFitting(inventory: Inventory, body: ManifestBody): void {
  const contradiction = contradictionInInventory(inventory, body);
  if (contradiction !== undefined)
    throw new Fail('manifest.malformed', `The sealed inventory contradicts its manifest: ${contradiction}.`);
}

/** What the schema cannot say: which parts of a manifest have to fit each other. Undefined when all do. */
function contradictionIn(body: ManifestBody): string | undefined {
  if (body.complete !== (body.missing.length === 0))
    return 'it is called complete and says what is missing, or neither';
  const sealed = body.sealing !== null;
  if ((body.inventory.form === 'sealed') !== sealed)
    return 'its inventory is sealed and it is not, or the other way round';
  return (
    (body.sealing === null ? undefined : contradictionInSealing(body.sealing)) ??
    body.artifacts.map((artifact) => contradictionInArtifact(artifact, sealed)).find((found) => found !== undefined) ??
    repeated(
      'artifact number',
      body.artifacts.map((artifact) => artifact.name.slice(0, artifact.name.indexOf('-'))),
    ) ??
    (body.inventory.form === 'plain' ? contradictionInInventory(body.inventory.content, body) : undefined)
  );
}

function contradictionInSealing({ keyId, recipients }: Sealing): string | undefined {
  if (keyId !== recipients[0]) return 'its key is not the first that it is sealed for';
  return repeated('recipient', recipients);
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
