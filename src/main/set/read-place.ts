/** Everything that a place says of the backups in it, from manifests and proofs alone: nothing there is changed. */
import { buffer } from 'node:stream/consumers';
import type { ManifestBody } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import { openInventory } from '../artifact/inventory.ts';
import type { ReadManifest } from '../artifact/manifest.ts';
import { readProof, type ProofBody } from '../artifact/proof.ts';
import { listProofs, manifests, manifestsAtOnce, proofKey, readListed } from '../artifact/set.ts';
import type { Keyring } from '../artifact/unseal.ts';
import { ahead } from '../base/ahead.ts';
import type { Destination, Stored } from '../destination/destination.ts';

export interface FoundSet {
  /** With its inventory in the open, as the catalog keeps it. */
  manifest: ManifestBody;
  sha256: string;
}

export interface PlaceContents {
  /** Oldest first. */
  sets: FoundSet[];
  /** Whole manifests that nothing in the keyring opens, and the key that they need. */
  closed: { backupId: BackupId; keyId: string; why: string }[];
  proofs: ProofBody[];
  /** What is no manifest or no proof, and why. */
  skipped: { key: string; why: string }[];
}

/** How much of the manifests was read. */
export interface ReadSoFar {
  manifests: number;
  ofManifests: number;
  bytes: number;
  ofBytes: number;
}

/** @throws Fail destination.* when the place itself cannot be read; the signal's reason. */
export async function readPlace(
  destination: Destination,
  keyring: Keyring,
  { signal, onRead = () => {} }: { signal?: AbortSignal; onRead?: (soFar: ReadSoFar) => void } = {},
): Promise<PlaceContents> {
  const contents: PlaceContents = { sets: [], closed: [], proofs: [], skipped: [] };
  const listed: Stored[] = [];
  for await (const stored of destination.list(manifests, signal)) listed.push(stored);
  const soFar: ReadSoFar = {
    manifests: 0,
    ofManifests: listed.length,
    bytes: 0,
    ofBytes: listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
  onRead(soFar);
  const read = ahead(listed, manifestsAtOnce, async (stored) => ({
    ...(await readOne(destination, stored, keyring, signal)),
    sizeBytes: stored.sizeBytes,
  }));
  for await (const { set, closed, skipped, sizeBytes } of read) {
    if (set !== undefined) contents.sets.push(set);
    if (closed !== undefined) contents.closed.push(closed);
    if (skipped !== undefined) contents.skipped.push(skipped);
    soFar.manifests += 1;
    soFar.bytes += sizeBytes;
    onRead(soFar);
  }
  for await (const proof of ahead(listProofs(destination, signal), manifestsAtOnce, readOneProof(destination, signal)))
    if ('why' in proof) contents.skipped.push(proof);
    else contents.proofs.push(proof);
  return contents;
}

interface One {
  set?: FoundSet;
  closed?: PlaceContents['closed'][number];
  skipped?: PlaceContents['skipped'][number];
}

async function readOne(
  destination: Destination,
  stored: Parameters<typeof readListed>[1],
  keyring: Keyring,
  signal: AbortSignal | undefined,
): Promise<One> {
  const found = await readListed(destination, stored, signal, keyring);
  if ('why' in found) return { skipped: found };
  try {
    return { set: { manifest: await withInventory(found, keyring), sha256: found.sha256 } };
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    const why = `${thrown.message} ${thrown.hint}`;
    if (thrown.code !== 'seal.no-key') return { skipped: { key: found.key, why } };
    const keyId = found.signedWith ?? found.body.sealing?.keyId ?? 'unknown';
    return { closed: { backupId: found.backupId, keyId, why } };
  }
}

const readOneProof =
  (destination: Destination, signal: AbortSignal | undefined) =>
  async (at: Parameters<typeof readProof>[1]): Promise<ProofBody | { key: string; why: string }> => {
    const key = proofKey(at.backupId, at.proofId);
    try {
      return readProof(await buffer(await destination.get(key, signal === undefined ? {} : { signal })), at);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof Fail)) throw thrown;
      return { key, why: thrown.message };
    }
  };

/**
 * The manifest as the catalog keeps it. Nothing here remembers this set, so only its HMAC tells that it was not pieced
 * together by somebody without a secret; without secrets among the recipients there is none, and nobody can tell.
 * @throws Fail seal.no-key, manifest.malformed.
 */
export async function withInventory({ body, authenticated }: ReadManifest, keyring: Keyring): Promise<ManifestBody> {
  if (body.sealing === null) return body;
  const content = await openInventory(body, keyring);
  if (!authenticated && body.sealing.recipients.some((recipient) => recipient.startsWith('secret-')))
    throw new Fail('seal.no-key', 'It can be opened, but the secret that its manifest was signed with is not here.');
  return { ...body, inventory: { form: 'plain', content } };
}
