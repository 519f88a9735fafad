import { useState } from 'react';
import { type SourceId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { Bar } from '../frame/Bar.tsx';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { useJob, useRunningJobs, useSources } from '../store/hooks.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { LiveText } from '../ui/Live.tsx';
import { Select } from '../ui/Select.tsx';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { activity as words } from '../words/activity.ts';
import css from './Activity.module.css';
import { JobDetail } from './JobDetail.tsx';
import { JobList } from './JobList.tsx';
import { everything, type JobFilter, type KindFilter } from './rows.ts';
import { useHistory } from './use-history.ts';

/** What runs, what waits and why, and what is over. */
export function ActivityScreen({ route }: { route: Extract<Route, { screen: 'activity' }> }) {
  const [filter, setFilter] = useState<JobFilter>(everything);
  const { history, more, retry } = useHistory(filter);
  const unfinished = useRunningJobs();
  const running = unfinished.filter((job) => job.state !== 'queued').length;
  const summary = words.summary(running, unfinished.length - running);
  const first: Job | undefined = unfinished[0] ?? history.jobs[0];
  const chosen = route.jobId ?? first?.id ?? null;
  const live = useJob(chosen);
  const job = live ?? history.jobs.find((one) => one.id === chosen);
  const nothing =
    history.loading === 'nothing' && history.jobs.length === 0 && filter === everything && history.failure === null;
  return (
    <>
      <Bar title={words.title} sub={summary} />
      <LiveText text={summary} />
      {nothing ? (
        <Content>
          <EmptyState
            icon="activity"
            title={words.empty.title}
            actions={
              <LinkButton variant="primary" href={href({ screen: 'sources', name: null })}>
                {words.empty.act}
              </LinkButton>
            }
          >
            {words.empty.text}
          </EmptyState>
        </Content>
      ) : (
        <Content bare>
          <section className={css.jobs} aria-label={words.list}>
            <Filters filter={filter} onChange={setFilter} />
            <JobList
              history={history}
              unfiltered={filter === everything}
              selected={chosen}
              onSelect={(jobId) => navigate({ screen: 'activity', jobId }, 'replace')}
              more={more}
              retry={retry}
              onShowAll={() => setFilter(everything)}
            />
          </section>
          {chosen === null ? (
            <EmptyState icon="activity" title={words.pick} />
          ) : (
            <JobDetail key={chosen} jobId={chosen} known={job} />
          )}
        </Content>
      )}
    </>
  );
}

const anySource = ' any';

function Filters({ filter, onChange }: { filter: JobFilter; onChange: (filter: JobFilter) => void }) {
  const sources = useSources();
  // A filter that asks for nothing is the one that the list begins with.
  const change = (next: JobFilter) => {
    const bare = next.kinds === 'all' && next.sourceId === null && !next.onlyFailed;
    onChange(bare ? everything : next);
  };
  return (
    <div className={css.tools}>
      <SegmentedControl<KindFilter>
        label={words.filter}
        value={filter.kinds}
        onChange={(kinds) => change({ ...filter, kinds })}
        segments={(['all', 'backups', 'proofs', 'restores', 'others'] as const).map((value) => ({
          value,
          title: words.filters[value],
        }))}
      />
      <Select
        label={words.source}
        hideLabel
        className={css.select}
        value={filter.sourceId ?? anySource}
        onChange={(id) => change({ ...filter, sourceId: id === anySource ? null : (id as SourceId) })}
        options={[
          { value: anySource, title: words.anySource },
          ...sources.map((source) => ({ value: source.id as string, title: source.name })),
        ]}
      />
      <span className="push">
        <Checkbox checked={filter.onlyFailed} onChange={(onlyFailed) => change({ ...filter, onlyFailed })}>
          {words.onlyFailed}
        </Checkbox>
      </span>
    </div>
  );
}
