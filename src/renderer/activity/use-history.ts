import { useCallback, useEffect, useReducer, useRef } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { toFailure } from '../../shared/failure.ts';
import { type JobId } from '../../shared/id.ts';
import { Job } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { useAnnouncements, useApi, useHeld } from '../store/hooks.ts';
import { emptyHistory, historyPage, takeHistory, type History, type HistoryHappening } from './history.ts';
import { kindsOf, type JobFilter } from './rows.ts';

const JobEvent = z.object({ job: Job });

/** The jobs of a filter, page by page, kept true by what is announced. */
export function useHistory(filter: JobFilter): { history: History; more: () => void; retry: () => void } {
  const api = useApi();
  const snapshots = useHeld((state) => state.snapshots);
  const [history, dispatch] = useReducer(takeHistory, filter, emptyHistory);

  const newest = useRef(0);

  const load = useCallback(
    (before: JobId | undefined) => {
      newest.current += 1;
      const mine = newest.current;
      // What was told before the newest question was asked is in its answer alone.
      const answered = (happening: HistoryHappening): void => {
        if (mine === newest.current) dispatch(happening);
      };
      const kinds = kindsOf[filter.kinds];
      const input = {
        limit: historyPage,
        ...(kinds === undefined ? {} : { kinds }),
        ...(filter.sourceId === null ? {} : { sourceId: filter.sourceId }),
        ...(filter.onlyFailed ? { state: 'failed' as const } : {}),
        ...(before === undefined ? {} : { before }),
      };
      api.job.list(input).then(
        (jobs) => answered({ kind: 'page', filter, before, jobs }),
        (thrown: unknown) => answered({ kind: 'failed', filter, failure: toFailure(thrown, '') }),
      );
    },
    [api, filter],
  );
  const retry = useCallback(() => {
    dispatch({ kind: 'asked', filter });
    load(undefined);
  }, [filter, load]);
  useEffect(retry, [retry, snapshots]);

  useAnnouncements(
    useCallback(({ event, payload }: Announcement) => {
      if (event !== 'job.changed') return;
      const parsed = z.safeParse(JobEvent, payload);
      if (parsed.success) dispatch({ kind: 'job', job: parsed.data.job });
    }, []),
  );

  const last = history.jobs.at(-1)?.id;
  const canAsk =
    !history.complete && history.loading === 'nothing' && history.failure === null && history.filter === filter;
  const more = useCallback(() => {
    if (!canAsk || last === undefined) return;
    dispatch({ kind: 'more' });
    load(last);
  }, [canAsk, last, load]);
  return { history, more, retry };
}
