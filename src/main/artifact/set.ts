/** Where the parts of a backup lie inside a place. Data and manifests have prefixes of their own: rules for one never touch the other. */
import { buffer } from 'node:stream/consumers';
import type { ManifestBody } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { BackupId, ProofId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { ahead } from '../base/ahead.ts';
import { key, type Key } from '../base/key.ts';
import { readManifest } from './manifest.ts';
import type { Keyring } from './unseal.ts';
import type { Shelf } from './shelf.ts';
import { maxFileBytes } from './two-lines.ts';

const ending = '.jsonl';
/** The folder of the manifests, and of the data. */
export const manifests = key('manifests');
export const data = key('data');
/** A place far away answers one by one as slowly as eight at once. */
export const manifestsAtOnce = 8;

export const dataKey = (backupId: BackupId, artifact: string): Key => key('data', backupId, artifact);
export const manifestKey = (backupId: BackupId): Key => key('manifests', `${backupId}${ending}`);
export const proofKey = (backupId: BackupId, proofId: ProofId): Key => key('proofs', backupId, `${proofId}${ending}`);

/** A backup that has a readable manifest, or something under `manifests/` that is none, and why. */
export type ListedSet =
  | {
      key: Key;
      backupId: BackupId;
      body: ManifestBody;
      sha256: string;
      authenticated: boolean;
      signedWith: string | null;
    }
  | { key: Key; why: string };

/**
 * Every backup of a place, oldest first, from manifests alone. One that cannot be used does not hide the others.
 * @throws Fail destination.* when the place itself cannot be read; the signal's reason.
 */
export async function* listSets(shelf: Shelf, signal?: AbortSignal, keyring?: Keyring): AsyncGenerator<ListedSet> {
  yield* ahead(shelf.list(manifests, signal), manifestsAtOnce, (stored) => readListed(shelf, stored, signal, keyring));
}

/** What lies under `manifests/` at this key. @throws as {@link listSets} */
export async function readListed(
  shelf: Shelf,
  stored: { key: Key },
  signal?: AbortSignal,
  keyring?: Keyring,
): Promise<ListedSet> {
  const backupId = manifestIdOf(stored.key);
  if (backupId === undefined) return { key: stored.key, why: 'This is not the name of a manifest.' };
  try {
    // One byte more than is allowed is enough to see that there are too many.
    const stream = await shelf.get(stored.key, { to: maxFileBytes + 1, ...(signal === undefined ? {} : { signal }) });
    return { key: stored.key, backupId, ...readManifest(await buffer(stream), backupId, keyring) };
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof Fail && /^(?:manifest|artifact)[.]|^destination[.]permission$/.test(thrown.code)) {
      return { key: stored.key, why: thrown.message };
    }
    throw thrown;
  }
}

/** The backups whose manifests a place lists, by their names alone. */
export async function listManifests(shelf: Shelf, signal?: AbortSignal): Promise<Set<BackupId>> {
  const listed = new Set<BackupId>();
  for await (const stored of shelf.list(manifests, signal)) {
    const backupId = manifestIdOf(stored.key);
    if (backupId !== undefined) listed.add(backupId);
  }
  return listed;
}

/** The backup whose manifest this key is, by its name alone. */
export function manifestIdOf(name: string): BackupId | undefined {
  const [, file = '', ...deeper] = name.split('/');
  if (!file.endsWith(ending) || deeper.length > 0) return undefined;
  return backupIdIn(file.slice(0, -ending.length));
}

/** The backup that this name is the id of. */
export function backupIdIn(name: string | undefined): BackupId | undefined {
  const parsed = z.safeParse(BackupId, name);
  return parsed.success ? parsed.data : undefined;
}

/** The names of every proof of a place, oldest first within a backup. What has another name is passed over. */
export async function* listProofs(
  shelf: Shelf,
  signal?: AbortSignal,
): AsyncGenerator<{ backupId: BackupId; proofId: ProofId }> {
  for await (const stored of shelf.list(key('proofs'), signal)) {
    const [, folder, name = '', ...deeper] = stored.key.split('/');
    const backupId = z.safeParse(BackupId, folder);
    const proofId = z.safeParse(ProofId, name.slice(0, -ending.length));
    if (deeper.length === 0 && name.endsWith(ending) && backupId.success && proofId.success) {
      yield { backupId: backupId.data, proofId: proofId.data };
    }
  }
}
