/** What the wizard knows of backups: all of a source, and what is inside one. */
import { useCallback, useEffect, useState } from 'react';
import { type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type BackupId } from '../../shared/id.ts';
import { type DatabaseInventory } from '../../shared/inventory.ts';
import { useAnnouncements, useApi, useHeld } from '../store/hooks.ts';

/** More are reached on the screen of backups. */
export const shownAtMost = 1_000;

export type Asked<T> = { state: 'asking' } | { state: 'here'; value: T } | { state: 'failed'; failure: Failure };

/** Names of sources that have a backup, also of removed ones. */
export function useSourcesWithBackups(): string[] {
  const backups = useHeld((state) => state.backups);
  const names = new Set([...backups.values()].flatMap((cards) => cards.slice(0, 1).map((card) => card.source)));
  return [...names].toSorted((a, b) => a.localeCompare(b, 'en'));
}

/** All backups of a source, newest first; asked again when one is added or proven. */
export function useAllBackups(name: string | null): Asked<readonly BackupCard[]> {
  const { backup } = useApi();
  const [asked, setAsked] = useState<{ name: string | null; result: Asked<readonly BackupCard[]> }>({
    name: null,
    result: { state: 'asking' },
  });
  const ask = useCallback(() => {
    if (name === null) return;
    backup.list({ name, limit: shownAtMost }).then(
      (value) => setAsked({ name, result: { state: 'here', value } }),
      (thrown: unknown) => setAsked({ name, result: { state: 'failed', failure: toFailure(thrown, '') } }),
    );
  }, [backup, name]);
  useEffect(ask, [ask]);
  const listen = useCallback(({ event }: Announcement) => event.startsWith('backup.') && ask(), [ask]);
  useAnnouncements(listen);
  return asked.name === name ? asked.result : { state: 'asking' };
}

/** The manifest of a backup. */
export function useManifest(backupId: BackupId | null): Asked<ManifestBody> {
  const { backup } = useApi();
  const [asked, setAsked] = useState<{ backupId: BackupId | null; result: Asked<ManifestBody> }>({
    backupId: null,
    result: { state: 'asking' },
  });
  useEffect(() => {
    if (backupId === null) return undefined;
    let left = false;
    backup.show({ backup: backupId }).then(
      ({ manifest }) => !left && setAsked({ backupId, result: { state: 'here', value: manifest } }),
      (thrown: unknown) => !left && setAsked({ backupId, result: { state: 'failed', failure: toFailure(thrown, '') } }),
    );
    return () => {
      left = true;
    };
  }, [backup, backupId]);
  return asked.backupId === backupId ? asked.result : { state: 'asking' };
}

export const databasesOf = (manifest: ManifestBody): DatabaseInventory[] =>
  manifest.inventory.form === 'plain' ? manifest.inventory.content.databases : [];

export const rowsOf = (database: Pick<DatabaseInventory, 'tables'>): number =>
  database.tables.reduce((sum, table) => sum + table.rows, 0);
