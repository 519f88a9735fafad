/** How the copies of a backup stand that may be archived: asked of their places, again whenever a thaw of it moves on. */
import { useEffect } from 'react';
import { type ArchivedCopy } from '../../shared/archived.ts';
import { type BackupCard } from '../../shared/artifact.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';

export interface Cold extends ArchivedCopy {
  /** The name of its place. */
  place: string;
}

export interface Archived {
  /** Archived or thawing, as they lie. */
  cold: readonly Cold[];
  /** The place of a copy that can be read at once; null where there is none, or nobody knows. */
  readable: string | null;
  /** The one to thaw: what comes already, or else what comes soonest. Null where nothing has to be. */
  soonest: Cold | null;
}

export const nothingArchived: Archived = { cold: [], readable: null, soonest: null };

export function useArchived(card: Pick<BackupCard, 'backupId' | 'stored'> | undefined): Archived {
  const api = useApi();
  const destinations = useHeld((state) => state.destinations);
  const held = placesOf(card, destinations);
  const asks = held.some(({ settings: { kind } }) => kind === 's3' || kind === 'azure');
  const backupId = asks ? (card?.backupId ?? null) : null;
  const { value, again } = useAsked(backupId === null ? null : `archived ${backupId}`, () =>
    api.backup.archived({ backup: backupId ?? '' }),
  );
  // The place has been asked for it once the job says so, and gave it out once the job has ended.
  const thaws = useHeld((state) =>
    state.jobs
      .filter((job) => job.kind === 'thaw' && job.backupId === backupId)
      .map((job) => `${job.id} ${job.state} ${job.progress?.phase ?? ''}`)
      .join(),
  );
  useEffect(() => {
    if (thaws !== '') again();
  }, [thaws, again]);
  return value === null ? nothingArchived : archivedOf(value, held);
}

function placesOf(
  card: Pick<BackupCard, 'stored'> | undefined,
  destinations: readonly DestinationCard[],
): readonly DestinationCard[] {
  const held = new Set(
    card?.stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination) ?? [],
  );
  return destinations.filter(({ id }) => held.has(id));
}

/** Pure. */
export function archivedOf(
  copies: readonly ArchivedCopy[],
  held: readonly Pick<DestinationCard, 'id' | 'name'>[],
): Archived {
  const nameOf = (id: string): string => held.find((one) => one.id === id)?.name ?? '';
  const cold = copies
    .filter(({ state }) => state === 'archived' || state === 'thawing')
    .map((copy) => ({ ...copy, place: nameOf(copy.destination) }));
  const notReadable = new Set(copies.filter(({ state }) => state !== 'readable').map(({ destination }) => destination));
  const readable = held.find(({ id }) => !notReadable.has(id))?.name ?? null;
  const [soonest] = cold.toSorted((a, b) => waitOf(a) - waitOf(b));
  return { cold, readable, soonest: readable === null ? (soonest ?? null) : null };
}

const waitOf = ({ state, speeds }: ArchivedCopy): number =>
  state === 'thawing' ? 0 : (speeds.find(({ speed }) => speed === 'standard')?.hours ?? Number.MAX_SAFE_INTEGER);
