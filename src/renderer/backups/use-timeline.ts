import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { BackupCard } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { toFailure } from '../../shared/failure.ts';
import { BackupId, type SourceId } from '../../shared/id.ts';
import { Job } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { timeZone } from '../clock.ts';
import { useAnnouncements, useApi, useHeld } from '../store/hooks.ts';
import { useAsked, type Asked } from '../store/use-asked.ts';
import {
  emptyTimeline,
  isWhole,
  pageSize,
  takeTimeline,
  wholeView,
  type Query,
  type Timeline,
  type TimelineHappening,
  type Told,
  type View,
} from './timeline.ts';

const CardEvent = z.object({ card: BackupCard });
const RemovedEvent = z.object({ backupId: BackupId });

/** Calls with every backup that is made, changes or goes. */
export function useBackupNews(take: (news: Told) => void): void {
  const listen = useCallback(
    ({ event, payload }: Announcement) => {
      if (event === 'backup.added' || event === 'backup.changed') {
        const parsed = z.safeParse(CardEvent, payload);
        if (parsed.success) take({ kind: 'card', card: parsed.data.card });
      }
      if (event === 'backup.removed') {
        const parsed = z.safeParse(RemovedEvent, payload);
        if (parsed.success) take({ kind: 'removed', backupId: parsed.data.backupId });
      }
    },
    [take],
  );
  useAnnouncements(listen);
}

/** The backups of a query, page by page, kept true by what is announced. Another owner means asking anew. */
export function useTimeline(query: Query): { timeline: Timeline; more: () => void; retry: () => void } {
  const api = useApi();
  const snapshots = useHeld((state) => state.snapshots);
  const { source, verdict, view = wholeView } = query;
  const { engine, period } = view;
  const [turn, setTurn] = useState(0);
  const asked = useMemo<Query>(
    () => ({ source, verdict, view: { engine, period }, snapshots, turn }),
    [source, verdict, engine, period, snapshots, turn],
  );
  const [timeline, dispatch] = useReducer(takeTimeline, asked, emptyTimeline);

  const newest = useRef(0);

  const load = useCallback(
    (before: BackupCard['backupId'] | undefined) => {
      newest.current += 1;
      const mine = newest.current;
      // What was told before the newest question was asked is in its answer alone.
      const answered = (happening: TimelineHappening): void => {
        if (mine === newest.current) dispatch(happening);
      };
      const input = {
        limit: pageSize,
        ...(asked.source === null ? {} : { name: asked.source }),
        ...(asked.verdict === 'all' ? {} : { verdict: asked.verdict }),
        ...viewInput(asked.view ?? wholeView),
        ...(before === undefined ? {} : { before }),
      };
      api.backup.list(input).then(
        (cards) => answered({ kind: 'page', query: asked, before, cards }),
        (thrown: unknown) => answered({ kind: 'failed', query: asked, failure: toFailure(thrown, '') }),
      );
    },
    [api, asked],
  );

  const retry = useCallback(() => {
    dispatch({ kind: 'asked', query: asked });
    load(undefined);
  }, [asked, load]);
  useEffect(retry, [retry]);

  const whole = isWhole({ engine, period });
  useBackupNews(
    useCallback(
      (news: Told) => {
        if (whole) dispatch(news);
        else setTurn((before) => before + 1);
      },
      [whole],
    ),
  );

  const last = timeline.cards.at(-1)?.backupId;
  const canAsk = !timeline.complete && timeline.loading === 'nothing' && timeline.failure === null;
  const more = useCallback(() => {
    if (!canAsk || last === undefined) return;
    dispatch({ kind: 'more' });
    load(last);
  }, [canAsk, last, load]);
  return { timeline, more, retry };
}

const JobEvent = z.object({ job: Job });
const attemptsAtMost = 500;

/** Backups that were tried and failed, the newest of them; of one source, or of all. */
export function useAttempts(source: string | null, sourceId: SourceId | undefined): readonly Job[] {
  const api = useApi();
  const key = source !== null && sourceId === undefined ? null : `attempts ${sourceId ?? ''}`;
  const asked = useAsked(key, () =>
    api.job.list({
      kinds: ['backup'],
      state: 'failed',
      limit: attemptsAtMost,
      ...(sourceId === undefined ? {} : { sourceId }),
    }),
  );
  const { again } = asked;
  useAnnouncements(
    useCallback(
      ({ event, payload }: Announcement) => {
        if (event !== 'job.changed') return;
        const parsed = z.safeParse(JobEvent, payload);
        if (parsed.success && parsed.data.job.kind === 'backup' && parsed.data.job.state === 'failed') again();
      },
      [again],
    ),
  );
  return asked.value ?? none;
}
const none: readonly Job[] = [];

function viewInput({ engine, period }: View) {
  return {
    ...(engine === 'all' ? {} : { kind: engine }),
    ...(period === 'pinned' ? { pinned: true as const } : {}),
    ...(period === 'all' || period === 'pinned' ? {} : { by: { period, timeZone: timeZone() } }),
  };
}

export interface Tally {
  all: number;
  proven: number;
  partly: number;
  failed: number;
  unproven: number;
}

/** How many backups there are, by what their proofs came to. */
export function useTally(source: string | null): Asked<Tally> {
  const api = useApi();
  const tally = useAsked(`tally ${source ?? ''}`, () => api.backup.tally(source === null ? {} : { name: source }));
  useBackupNews(tally.again);
  return tally;
}
