/**
 * Makes the golden sealed backups of format version 1: node test/golden/make-sealed.ts [folder]
 *
 * Run once, when sealing is released; the result is committed and never made again. It refuses to overwrite. What is sealed is the
 * content of the golden backups in `v1`, so that what has to come out is known from there. The secrets and the private key
 * stand beside them: they protect nothing but these files.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as openpgp from 'openpgp';
import { sealInventory } from '../../src/main/artifact/inventory.ts';
import { readManifest, writeManifest } from '../../src/main/artifact/manifest.ts';
import { pack } from '../../src/main/artifact/pack.ts';
import { newRecoveryKey, type RecoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { openSealer } from '../../src/main/artifact/seal.ts';
import { dataKey } from '../../src/main/artifact/set.ts';
import { unpack } from '../../src/main/artifact/unpack.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import type { ArtifactFacts } from '../../src/shared/artifact.ts';
import type { BackupId } from '../../src/shared/id.ts';

const plain = path.join(import.meta.dirname, 'v1');
const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, 'v1-sealed'));
if (existsSync(target)) throw new Error(`${target} is there already. Golden files are never made again.`);
const { signal } = new AbortController();
const place = folderDestination(plain);
const { sets } = JSON.parse(readFileSync(`${plain}.json`, 'utf8')) as { sets: { backupId: BackupId; kind: string }[] };

const secrets = [newRecoveryKey(), newRecoveryKey()];
const { publicKey, privateKey } = await openpgp.generateKey({
  type: 'rsa',
  rsaBits: 2048,
  userIDs: [{ name: 'Golden files', email: 'golden@example.org' }],
});
const recipients: [string, RecoveryKey[], string[]][] = [
  ['a secret', secrets.slice(0, 1), []],
  ['two secrets', secrets, []],
  ['a public key', [], [publicKey]],
];

const made = [];
mkdirSync(path.join(target, 'manifests'), { recursive: true });
for (const [index, [sealedFor, own, publicKeys]] of recipients.entries()) {
  for (const { backupId: from, kind } of sets) {
    const backupId = `${from.slice(0, -8)}sealed0${index + 1}` as BackupId;
    const { body } = readManifest(readFileSync(path.join(plain, 'manifests', `${from}.jsonl`)), from);
    if (body.inventory.form !== 'plain') throw new Error('The golden backups of v1 are not sealed.');
    const sealer = await openSealer({ secrets: own, publicKeys });
    const folder = path.join(target, 'data', backupId);
    mkdirSync(folder, { recursive: true });
    const artifacts: ArtifactFacts[] = [];
    const renamed = new Map<string, string>();
    for (const [number, facts] of body.artifacts.entries()) {
      const content = unpack(place, dataKey(from, facts.name), facts, { signal });
      const head = { number: number + 1, name: 'database', content: facts.content };
      const packed = await pack(head, content, folder, { signal, sealer });
      renameSync(packed.file, path.join(folder, packed.facts.name));
      renamed.set(facts.name, packed.facts.name);
      artifacts.push(packed.facts);
    }
    // The names of artifacts are the only thing in an inventory that sealing changes.
    let text = JSON.stringify(body.inventory.content);
    for (const [before, after] of renamed) text = text.replaceAll(JSON.stringify(before), JSON.stringify(after));
    const inventory = await sealInventory(JSON.parse(text), sealer);
    const sealed = { ...body, backupId, artifacts, inventory, sealing: sealer.facts };
    const { file, sha256 } = writeManifest(sealed, own[0]);
    writeFileSync(path.join(target, 'manifests', `${backupId}.jsonl`), file);
    made.push({ backupId, kind, sealedFor, of: from, manifestSha256: sha256, tables: tablesIn(text) });
  }
}

function tablesIn(inventory: string): number {
  const { databases } = JSON.parse(inventory) as { databases: { tables: unknown[] }[] };
  return databases.reduce((sum, { tables }) => sum + tables.length, 0);
}

const keys = { secrets: secrets.map(({ secret }) => secret.reveal()), privateKey };
writeFileSync(`${target}.json`, `${JSON.stringify({ format: 1, ...keys, sets: made }, null, 2)}\n`);
console.log(`Made ${made.length} sealed sets in ${target}.`);
