/** Restores whose earlier database is kept, kept true by announcements. */
import { useCallback, useEffect, useState } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type RestoreRecord } from '../../shared/restore.ts';
import { useAnnouncements, useApi } from '../store/hooks.ts';

/** Newest first; null until asked. One that cannot be asked is an empty list: the proof itself says what was kept. */
export function useKept(): readonly RestoreRecord[] | null {
  const { restore } = useApi();
  const [records, setRecords] = useState<readonly RestoreRecord[] | null>(null);
  const ask = useCallback(() => {
    restore.list({}).then(setRecords, () => setRecords([]));
  }, [restore]);
  useEffect(ask, [ask]);
  const listen = useCallback(({ event }: Announcement) => event === 'restore.changed' && ask(), [ask]);
  useAnnouncements(listen);
  return records;
}
