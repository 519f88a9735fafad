/** Pure: where the backups of a source go, as its form shows it. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { FinishDraft } from './draft.ts';

type Places = Pick<FinishDraft, 'folders' | 'places'>;

/** Where nothing is chosen the house takes the data folder's own place, which is the first that it made. */
export function chosenPlaces({ folders, places }: Places, destinations: readonly DestinationCard[]): Places {
  const [own] = destinations;
  if (folders.length + places.length > 0 || own?.settings.kind !== 'folder') return { folders, places };
  return { folders: [own.settings.path], places };
}
