/** The catalog made again: the places are the truth about backups. */
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { ProofBody } from '../artifact/proof.ts';
import { readPlace, type FoundSet, type PlaceContents } from '../set/read-place.ts';
import { withPlace } from './place.ts';
import { recallReseals } from './recall-reseals.ts';
import { wholeKeyring } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { recallDamage } from './settle-scrub.ts';

interface Known {
  manifest: ManifestBody;
  sha256: string;
  stored: StoredState[];
}

export interface Rebuilt {
  backups: number;
  skipped: { key: string; why: string }[];
}

/** Forgets what the catalog knows of backups and reads it again from the manifests (and proofs) of every place. */
export async function rebuild(rooms: Rooms, actor: string): Promise<Rebuilt> {
  const skipped: Rebuilt['skipped'] = [];
  const sets = new Map<BackupId, Known>();
  const proofs: ProofBody[] = [];
  const keyring = await wholeKeyring(rooms);
  for (const card of rooms.catalog.destinations.list()) {
    try {
      const contents = await withPlace(rooms, card, (destination) => readPlace(destination, keyring));
      skipped.push(...skippedIn(contents, card));
      for (const set of contents.sets) note(sets, set, card, skipped);
      proofs.push(...contents.proofs);
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
    learnProofs(rooms, proofs);
    recallReseals(rooms, actor);
  });
  return { backups: inOrder.length, skipped };
}

const skippedIn = ({ skipped, closed }: PlaceContents, card: DestinationCard): Rebuilt['skipped'] =>
  [...skipped, ...closed.map(({ backupId, why }) => ({ key: backupId, why }))].map(({ key, why }) => ({
    key: `${card.name}: ${key}`,
    why,
  }));

function note(
  sets: Map<BackupId, Known>,
  { manifest, sha256 }: FoundSet,
  card: DestinationCard,
  skipped: Rebuilt['skipped'],
): void {
  const known = sets.get(manifest.backupId);
  const state: StoredState = { destination: card.id, state: 'stored', message: null };
  if (known === undefined) sets.set(manifest.backupId, { manifest, sha256, stored: [state] });
  else if (known.sha256 === sha256) known.stored.push(state);
  else
    skipped.push({
      key: `${card.name}: ${manifest.backupId}`,
      why: 'Two places hold different manifests under this id.',
    });
}

/** Of backups that are known, and of the very manifest that is known of them. */
export function learnProofs({ catalog }: Pick<Rooms, 'catalog'>, proofs: readonly ProofBody[]): void {
  for (const { report, manifestSha256 } of proofs) {
    if (catalog.backups.manifestSha256(report.backupId) === manifestSha256) catalog.proofs.put(report);
  }
}
