/** What screens ask of the store. */
import { createContext, use, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { type BackupCard } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { type BackupId, type SourceId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { type SourceStanding } from '../../shared/overview.ts';
import { type Source } from '../../shared/source.ts';
import { hasEnded } from './apply.ts';
import { sourceMeant, sourcesWithBackups, sourceTitle } from './source-ref.ts';
import { type Client, held, type Held } from './store.ts';

const Connection = createContext<Client | null>(null);
export const ConnectionProvider = Connection;

function useConnection(): Client {
  const connection = use(Connection);
  if (connection === null) throw new Error('No connection around this component.');
  return connection;
}

/** Every call of the house. They throw `Fail`; `toFailure(thrown, '')` makes it fit for a FailureBox. */
export const useApi = (): Client['api'] => useConnection().api;
/** What the window asks of its own door: dialogs, login item, links. */
export const useDoor = (): Client['door'] => useConnection().door;

/** Any part of what is known. Select something stable, or the component draws at every announcement. */
export const useHeld = <T>(select: (state: Held) => T): T => useStore(held, select);

/** Listens to announcements, each once and in its order, after the store took it. */
export function useAnnouncements(listen: (announcement: Announcement) => void): void {
  const { onApplied } = useConnection();
  useEffect(() => onApplied(listen), [onApplied, listen]);
}

export const useSources = (): readonly Source[] => useHeld((state) => state.sources);
/** By its name or its id. */
export const useSource = (ref: string | null): Source | undefined =>
  useHeld((state) => sourceMeant(state.sources, ref));
/** What a source is called, that an address names by its name or its id. */
export const useSourceTitle = (ref: string | null): string =>
  useHeld((state) => (ref === null ? '' : sourceTitle(state.sources, state.backups, ref)));
/** Every source that has a backup: those that are set up here, and others. */
export function useSourcesWithBackups(): ReturnType<typeof sourcesWithBackups> {
  const sources = useSources();
  const backups = useHeld((state) => state.backups);
  return useMemo(() => sourcesWithBackups(sources, backups), [sources, backups]);
}
export const useSourceById = (sourceId: SourceId | null): Source | undefined =>
  useHeld((state) => state.sources.find((source) => source.id === sourceId));

export const useBackup = (backupId: BackupId | string | null): BackupCard | undefined =>
  useHeld((state) => {
    for (const cards of state.backups.values()) {
      const found = cards.find((card) => card.backupId === backupId);
      if (found !== undefined) return found;
    }
    return undefined;
  });

/** The newest state of a job, with its newest progress. */
export const useJob = (jobId: string | null | undefined): Job | undefined =>
  useHeld((state) => state.jobs.find((job) => job.id === jobId));

/** Unfinished ones, oldest first. */
export const useRunningJobs = (): readonly Job[] =>
  useHeld(useShallow((state) => state.jobs.filter((job) => !hasEnded(job)).toReversed()));

/** By the name or the id of its source. */
export const useStanding = (ref: string | null): SourceStanding | undefined =>
  useHeld((state) => state.overview?.sources.find(({ name, sourceId }) => name === ref || sourceId === ref));

export { hasEnded };
