/** What an undo would cost now: the live database is counted against the backup that was restored into it. */
import { useEffect, useState } from 'react';
import { type DiffReport } from '../../shared/diff.ts';
import { type RestoreRecord } from '../../shared/restore.ts';
import { useApi } from '../store/hooks.ts';
import { effectOf } from './effect.ts';

export type UndoCost =
  | { state: 'counting' }
  | { state: 'unknown' }
  | { state: 'counted'; rows: number; tables: number };

/** Counted again at every look: `asked` begins one. An undone restore is not the backup, so nothing can be said of it. */
export function useUndoCost(record: RestoreRecord, asked: boolean): UndoCost {
  const { backup, job } = useApi();
  const [cost, setCost] = useState<UndoCost>({ state: 'counting' });
  const { backupId, state, target } = record;
  useEffect(() => {
    if (!asked || state !== 'kept') return undefined;
    let left = false;
    const count = async (): Promise<UndoCost> => {
      const { jobId } = await backup.diff({ backup: backupId, against: 'live' });
      const { diff } = await job.wait({ jobId });
      return diff === null ? { state: 'unknown' } : costOf(diff, target);
    };
    count().then(
      (counted) => !left && setCost(counted),
      () => !left && setCost({ state: 'unknown' }),
    );
    return () => {
      left = true;
      setCost({ state: 'counting' });
    };
  }, [backup, job, backupId, state, target, asked]);
  return state === 'kept' ? cost : { state: 'unknown' };
}

/** Rows by count, and tables that changed without a count that tells; of a set of several databases only this one's. */
function costOf({ tables }: DiffReport, database: string): UndoCost {
  const own = tables.filter((table) => table.name.startsWith(`${database}:`));
  const { disappear, olderValues } = effectOf(own.length > 0 ? own : tables);
  return { state: 'counted', rows: disappear, tables: olderValues };
}
