/** Restores whose earlier database is kept, kept true by announcements. */
import { useCallback } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type RestoreRecord } from '../../shared/restore.ts';
import { useAnnouncements, useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';

const none: readonly RestoreRecord[] = [];

/** Newest first; null until asked. One that cannot be asked is an empty list: the proof itself says what was kept. */
export function useKept(): readonly RestoreRecord[] | null {
  const { restore } = useApi();
  const { value, failure, again } = useAsked('kept', () => restore.list({}));
  useAnnouncements(useCallback(({ event }: Announcement) => event === 'restore.changed' && again(), [again]));
  return failure === null ? value : none;
}
