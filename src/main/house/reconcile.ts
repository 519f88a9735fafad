/** The places are the truth about backups: what is whole there exists, what is not whole is swept. */
import { buffer } from 'node:stream/consumers';
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, ProofId } from '../../shared/id.ts';
import { openInventory } from '../artifact/inventory.ts';
import type { ReadManifest } from '../artifact/manifest.ts';
import { readProof } from '../artifact/proof.ts';
import { listProofs, listSets, proofKey } from '../artifact/set.ts';
import type { Keyring } from '../artifact/unseal.ts';
import type { Destination } from '../destination/destination.ts';
import { removeSet } from '../set/remove.ts';
import { wholeSet } from '../set/whole.ts';
import { openPlace, withPlace } from './place.ts';
import { wholeKeyring } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { recallDamage } from './settle-scrub.ts';

interface Found {
  manifest: ManifestBody;
  sha256: string;
  stored: StoredState[];
}

/**
 * After a backup job that was killed: a place with a whole set keeps it, and the catalog learns of it; anything less is
 * removed there.
 * @returns whether the backup exists after all.
 */
export async function reconcile(rooms: Rooms, backupId: BackupId, cards: readonly DestinationCard[]): Promise<boolean> {
  let found: Found | undefined;
  const keyring = await wholeKeyring(rooms);
  for (const card of cards) {
    try {
      const set = await withPlace(rooms, card, async (destination) => {
        const whole = await wholeSet(destination, backupId, keyring);
        if (whole === undefined) await removeSet(destination, backupId);
        return whole;
      });
      if (set !== undefined) {
        found ??= { manifest: await withInventory(set, keyring), sha256: set.sha256, stored: [] };
        found.stored.push({ destination: card.id, state: 'stored', message: null });
      }
    } catch (thrown) {
      rooms.log.warn('A place could not be put right after a failed backup.', {
        destination: card.id,
        backupId,
        thrown,
      });
    }
  }
  if (found === undefined) return false;
  rooms.catalog.backups.put({ manifest: found.manifest, manifestSha256: found.sha256, stored: found.stored });
  const card = rooms.catalog.backups.card(backupId);
  if (card !== undefined) rooms.announce.backup.added({ card });
  return true;
}

/**
 * The manifest as the catalog keeps it. Nothing here remembers this set, so only its HMAC tells that it was not pieced
 * together by somebody without a secret; without secrets among the recipients there is none, and nobody can tell.
 * @throws Fail seal.no-key, manifest.malformed.
 */
async function withInventory({ body, authenticated }: ReadManifest, keyring: Keyring): Promise<ManifestBody> {
  if (body.sealing === null) return body;
  const content = await openInventory(body, keyring);
  if (!authenticated && body.sealing.recipients.some((recipient) => recipient.startsWith('secret-')))
    throw new Fail('seal.no-key', 'It can be opened, but the secret that its manifest was signed with is not here.');
  return { ...body, inventory: { form: 'plain', content } };
}

export interface Rebuilt {
  backups: number;
  skipped: { key: string; why: string }[];
}

/** Forgets what the catalog knows of backups and reads it again from the manifests (and proofs) of every place. */
export async function rebuild(rooms: Rooms): Promise<Rebuilt> {
  const opened: Destination[] = [];
  try {
    return await readAgain(rooms, opened);
  } finally {
    for (const destination of opened) await destination.close();
  }
}

async function readAgain(rooms: Rooms, opened: Destination[]): Promise<Rebuilt> {
  const skipped: Rebuilt['skipped'] = [];
  const sets = new Map<BackupId, Found>();
  const proofs: { destination: Destination; backupId: BackupId; proofId: ProofId }[] = [];
  const keyring = await wholeKeyring(rooms);
  for (const card of rooms.catalog.destinations.list()) {
    try {
      const destination = await openPlace(rooms, card);
      opened.push(destination);
      for await (const listed of listSets(destination, undefined, keyring)) {
        if ('why' in listed) skipped.push({ key: `${card.name}: ${listed.key}`, why: listed.why });
        else await noteOpened(sets, listed, card, keyring, skipped);
      }
      for await (const proof of listProofs(destination)) proofs.push({ destination, ...proof });
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      skipped.push({ key: card.name, why: thrown.message });
    }
  }
  const inOrder = [...sets.values()].toSorted((a, b) => a.manifest.takenAt - b.manifest.takenAt);
  rooms.catalog.together(() => {
    rooms.catalog.backups.clear();
    for (const { manifest, sha256, stored } of inOrder)
      rooms.catalog.backups.put({ manifest, manifestSha256: sha256, stored });
    recallDamage(rooms);
  });
  for (const proof of proofs) await learnProof(rooms, proof, skipped);
  return { backups: inOrder.length, skipped };
}

/** A set that nothing here opens is told, and hides no other. */
async function noteOpened(
  sets: Map<BackupId, Found>,
  listed: ReadManifest & { backupId: BackupId },
  card: DestinationCard,
  keyring: Keyring,
  skipped: Rebuilt['skipped'],
): Promise<void> {
  try {
    note(sets, { ...listed, body: await withInventory(listed, keyring) }, card, skipped);
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    skipped.push({ key: `${card.name}: ${listed.backupId}`, why: `${thrown.message} ${thrown.hint}` });
  }
}

function note(
  sets: Map<BackupId, Found>,
  listed: { backupId: BackupId; body: ManifestBody; sha256: string },
  card: DestinationCard,
  skipped: Rebuilt['skipped'],
): void {
  const known = sets.get(listed.backupId);
  const state: StoredState = { destination: card.id, state: 'stored', message: null };
  if (known === undefined) sets.set(listed.backupId, { manifest: listed.body, sha256: listed.sha256, stored: [state] });
  else if (known.sha256 === listed.sha256) known.stored.push(state);
  else
    skipped.push({
      key: `${card.name}: ${listed.backupId}`,
      why: 'Two places hold different manifests under this id.',
    });
}

async function learnProof(
  rooms: Rooms,
  at: { destination: Destination; backupId: BackupId; proofId: ProofId },
  skipped: Rebuilt['skipped'],
): Promise<void> {
  const name = proofKey(at.backupId, at.proofId);
  try {
    const { report, manifestSha256 } = readProof(await buffer(await at.destination.get(name)), at);
    if (rooms.catalog.backups.manifestSha256(at.backupId) === manifestSha256) rooms.catalog.proofs.put(report);
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    skipped.push({ key: name, why: thrown.message });
  }
}
