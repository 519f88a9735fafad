import { useCallback, useMemo } from 'react';
import { type Job } from '../../shared/job.ts';
import { timeZone, useNow } from '../clock.ts';
import { useBackup, useHeld, useRunningJobs } from '../store/hooks.ts';
import { useJobNames } from '../frame/use-job-names.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Glyph } from '../ui/Icon.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { LongList } from '../ui/LongList.tsx';
import { activity as words } from '../words/activity.ts';
import { clockTime } from '../words/moment.ts';
import { duration } from '../words/number.ts';
import { backupGlyph, jobGlyph, jobWord } from '../words/state.ts';
import css from './Activity.module.css';
import { type History } from './history.ts';
import { cameOf, isOver, jobItems, tookMs, type JobItem } from './rows.ts';

const itemId = (item: JobItem): string => item.key;
const isHeading = (item: JobItem): boolean => item.kind === 'heading';
const itemHeight = (item: JobItem): number => (item.kind === 'heading' ? 28 : 34);

/** The name of what a job is about, with a word for what has none. */
export function useSourceNames(): (job: Job) => string {
  const nameOf = useJobNames();
  return useCallback((job) => nameOf(job) ?? (job.sourceId === null ? words.noSource : words.removedSource), [nameOf]);
}

/** Who asked: the name of the plan, or a person. */
function usePlanNames(): (job: Job) => string {
  const plans = useHeld((state) => state.plans);
  return (job) =>
    job.backupPlanId === undefined
      ? words.byHand
      : (plans.find((card) => card.plan.id === job.backupPlanId)?.plan.name ?? words.schedule);
}

export function JobList({
  history,
  unfiltered,
  selected,
  onSelect,
  more,
  retry,
  onShowAll,
}: {
  history: History;
  /** What runs is then known from the store too, with its progress. */
  unfiltered: boolean;
  selected: string | null;
  onSelect: (jobId: string) => void;
  more: () => void;
  retry: () => void;
  onShowAll: () => void;
}) {
  const now = useNow();
  const zone = timeZone();
  const nameOf = useSourceNames();
  const byOf = usePlanNames();
  const unfinished = useRunningJobs();
  const items = useMemo(() => {
    const live = new Map(unfinished.map((job) => [job.id, job]));
    const listed = history.jobs.map((job) => live.get(job.id) ?? job);
    const known = new Set(listed.map((job) => job.id));
    const missing = unfiltered ? unfinished.filter((job) => !known.has(job.id)) : [];
    return jobItems([...missing, ...listed], now, zone, words.now);
  }, [history.jobs, unfinished, unfiltered, now, zone]);
  if (history.loading === 'first' && items.length === 0) {
    return (
      <div className={css.loading} role="status" aria-label={words.loading}>
        <Skeleton width="60%" />
        <Skeleton width="70%" />
        <Skeleton width="55%" />
      </div>
    );
  }
  return (
    <>
      <div className={css.columns} aria-hidden="true">
        <span />
        <span>{words.columns.job}</span>
        <span className="only-wide">{words.columns.by}</span>
        <span>{words.columns.started}</span>
        <span className="end">{words.columns.took}</span>
      </div>
      <LongList
        label={words.list}
        items={items}
        itemId={itemId}
        itemHeight={itemHeight}
        isHeading={isHeading}
        selected={selected}
        onSelect={onSelect}
        onEnd={more}
        empty={
          history.failure === null ? (
            <p>
              {words.empty.filtered}{' '}
              <Button variant="link" size="small" onPress={onShowAll}>
                {words.empty.showAll}
              </Button>
            </p>
          ) : (
            <FailureBox
              failure={history.failure}
              title={words.notLoaded}
              actions={
                <Button size="small" onPress={retry}>
                  {words.tryAgain}
                </Button>
              }
            />
          )
        }
      >
        {(item) =>
          item.kind === 'heading' ? (
            <div className={css.heading}>{item.text}</div>
          ) : (
            <Row job={item.job} name={nameOf(item.job)} by={byOf(item.job)} now={now} zone={zone} />
          )
        }
      </LongList>
    </>
  );
}

function Row({ job, name, by, now, zone }: { job: Job; name: string; by: string; now: number; zone: string }) {
  const clock = clockTime(job.startedAt ?? job.queuedAt, zone).slice(0, 5);
  const took = tookMs(job, now);
  const left = job.progress?.leftMs ?? null;
  const came = cameOf(job, useBackup(job.backupId));
  return (
    <div className={css.row}>
      <Glyph state={came?.kind === 'verdict' ? backupGlyph(came) : jobGlyph[job.state]} label={jobWord[job.state]} />
      <span className="cut">
        <b className="medium">{name}</b> {words.what(job)}
        {came === null ? '' : `, ${words.cameTo(came)}`}
      </span>
      <span className="two only-wide cut">{by}</span>
      <span className="two num nowrap">{job.state === 'queued' ? words.since(clock) : clock}</span>
      <span className={classNames('end num nowrap', isOver(job) ? 'two' : left === null ? 'three' : 'working')}>
        {!isOver(job) && left !== null ? words.left(left) : took === null || !isOver(job) ? words.none : duration(took)}
      </span>
    </div>
  );
}
