/** The inventory of a sealed set: what the databases held is nobody's business but of those who can open it. */
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { ManifestBody } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { Inventory } from '../../shared/inventory.ts';
import { z } from '../../shared/schema.ts';
import { demandFitting } from './manifest.ts';
import type { Sealer } from './seal.ts';
import { unseal, type Keyring } from './unseal.ts';

/** More than any manifest can hold in the open; a sealed one that expands further is not ours. */
const maxInventoryBytes = 256 * 1024 * 1024;

export async function sealInventory(content: Inventory, sealer: Sealer): Promise<ManifestBody['inventory']> {
  const compressed = await promisify(zstdCompress)(JSON.stringify(content));
  const sealed = await buffer(sealer.seal(inOne(compressed)));
  return { form: 'sealed', content: sealed.toString('base64') };
}

/**
 * The inventory of a manifest, opened where it is sealed.
 * @throws Fail seal.no-key where nothing in the keyring opens it, manifest.malformed where what is inside is no inventory.
 */
export async function openInventory(body: ManifestBody, keyring: Keyring): Promise<Inventory> {
  const { inventory, sealing } = body;
  if (inventory.form === 'plain') return inventory.content;
  if (sealing === null) throw new Error('A sealed inventory came through without its sealing.');
  const sealed = Buffer.from(inventory.content, 'base64');
  // Node passes over what is no base64.
  if (sealed.toString('base64') !== inventory.content)
    throw new Fail(
      'manifest.malformed',
      'What is sealed in the manifest is not written the one way it can be written.',
    );
  const content = await open(sealed, sealing, keyring);
  demandFitting(content, body);
  return content;
}

async function open(
  sealed: Buffer,
  sealing: NonNullable<ManifestBody['sealing']>,
  keyring: Keyring,
): Promise<Inventory> {
  try {
    const compressed = await buffer(unseal(inOne(sealed), sealing, keyring));
    const text = await promisify(zstdDecompress)(compressed, { maxOutputLength: maxInventoryBytes });
    return z.parse(Inventory, JSON.parse(text.toString('utf8')));
  } catch (thrown) {
    if (thrown instanceof Fail && thrown.code !== 'artifact.unreadable') throw thrown;
    throw new Fail('manifest.malformed', 'What is sealed in the manifest is not an inventory.', { cause: thrown });
  }
}

async function* inOne(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
