/** What the wizard knows of backups: all of a source, and what is inside one. */
import { useCallback } from 'react';
import { type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { type Failure } from '../../shared/failure.ts';
import { type BackupId } from '../../shared/id.ts';
import { type DatabaseInventory } from '../../shared/inventory.ts';
import { useAnnouncements, useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';

/** More are reached on the screen of backups. */
export const shownAtMost = 1_000;

export type Asked<T> = { state: 'asking' } | { state: 'here'; value: T } | { state: 'failed'; failure: Failure };

/** All backups of a source, newest first; asked again when one is added or proven. */
export function useAllBackups(name: string | null): Asked<readonly BackupCard[]> {
  const { backup } = useApi();
  const asked = useAsked<readonly BackupCard[]>(name === null ? null : `backups ${name}`, () =>
    backup.list({ ...(name === null ? {} : { name }), limit: shownAtMost }),
  );
  const { again } = asked;
  useAnnouncements(useCallback(({ event }: Announcement) => event.startsWith('backup.') && again(), [again]));
  return stateOf(asked);
}

/** The manifest of a backup. */
export function useManifest(backupId: BackupId | null): Asked<ManifestBody> {
  const { backup } = useApi();
  return stateOf(
    useAsked<ManifestBody>(backupId === null ? null : `manifest ${backupId}`, async () => {
      const { manifest } = await backup.show({ backup: backupId ?? '' });
      return manifest;
    }),
  );
}

function stateOf<T>({ value, failure }: { value: T | null; failure: Failure | null }): Asked<T> {
  if (failure !== null) return { state: 'failed', failure };
  return value === null ? { state: 'asking' } : { state: 'here', value };
}

export const databasesOf = (manifest: ManifestBody): DatabaseInventory[] =>
  manifest.inventory.form === 'plain' ? manifest.inventory.content.databases : [];

export const rowsOf = (database: Pick<DatabaseInventory, 'tables'>): number =>
  database.tables.reduce((sum, table) => sum + table.rows, 0);
