import { type Job } from '../../shared/job.ts';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Select.tsx';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { navigate } from '../navigate.ts';
import { useSources, useSourcesWithBackups, useSourceTitle } from '../store/hooks.ts';
import { sourceMeant } from '../store/source-ref.ts';
import { backups as words } from '../words/backups.ts';
import { count } from '../words/number.ts';
import css from './BackupsScreen.module.css';
import { Timeline } from './Timeline.tsx';
import { isWhole, type EngineFilter, type PeriodFilter, type VerdictFilter, type View } from './timeline.ts';
import { type Tally, type useTimeline } from './use-timeline.ts';

export interface ListProps {
  list: ReturnType<typeof useTimeline>;
  tally: Tally | null;
  source: string | null;
  verdict: VerdictFilter;
  onVerdict: (verdict: VerdictFilter) => void;
  onView: (view: 'timeline' | 'table') => void;
  shownAs: View;
  onShownAs: (view: View) => void;
}

/** A number that a narrow column has room for. */
const short = (value: number): string => (value < 10_000 ? count(value) : `${Math.floor(value / 1_000)}k`);

export function VerdictControl({
  tally,
  verdict,
  onVerdict,
  roomy,
}: Pick<ListProps, 'tally' | 'verdict' | 'onVerdict'> & { roomy?: boolean }) {
  const number = (value: number | undefined) =>
    value === undefined ? undefined : roomy === true ? count(value) : short(value);
  return (
    <SegmentedControl
      label={words.show}
      value={verdict}
      onChange={onVerdict}
      segments={[
        { value: 'all', title: words.filters.all, number: number(tally?.all) },
        { value: 'proven', title: words.filters.proven, number: number(tally?.proven) },
        { value: 'failed', title: words.filters.failed, number: number(tally?.failed) },
      ]}
    />
  );
}

const everySource = ' all';

export function SourceSelect({ source }: { source: string | null }) {
  const sources = useSources();
  const title = useSourceTitle(source);
  // A source that was removed, or that is another machine's, has its backups all the same.
  const others = useSourcesWithBackups().filter(({ isHere }) => !isHere);
  const options = [
    ...sources.map(({ name }) => ({ value: name, title: name })),
    ...others.map(({ ref, name }) => ({ value: ref, title: words.notHere(name) })),
  ];
  const chosen = sourceMeant(sources, source)?.name ?? source ?? everySource;
  const isListed = chosen === everySource || options.some(({ value }) => value === chosen);
  return (
    <Select
      label={words.source}
      hideLabel
      className={css.source}
      value={chosen}
      onChange={(name) => navigate({ screen: 'backups', source: name === everySource ? null : name, backupId: null })}
      options={[
        { value: everySource, title: words.allSources },
        ...(isListed ? [] : [{ value: chosen, title }]),
        ...options,
      ]}
    />
  );
}

/** BS-4: by engine, and by the last of each day, week, month or year. */
export function ViewSelects({ source, shownAs, onShownAs }: Pick<ListProps, 'source' | 'shownAs' | 'onShownAs'>) {
  const { engines, periods } = words.views;
  return (
    <>
      <Select<PeriodFilter>
        label={words.views.period}
        hideLabel
        className={css.source}
        value={shownAs.period}
        onChange={(period) => onShownAs({ ...shownAs, period })}
        options={periodFilters.map((value) => ({ value, title: periods[value] }))}
      />
      {source === null && (
        <Select<EngineFilter>
          label={words.views.engine}
          hideLabel
          className={css.source}
          value={shownAs.engine}
          onChange={(engine) => onShownAs({ ...shownAs, engine })}
          options={engineFilters.map((value) => ({ value, title: engines[value] }))}
        />
      )}
    </>
  );
}

const periodFilters = [
  'all',
  'pinned',
  'daily',
  'weekly',
  'monthly',
  'yearly',
] as const satisfies readonly PeriodFilter[];
const engineFilters = ['all', 'postgres', 'sqlite'] as const satisfies readonly EngineFilter[];

/** The column of backups beside one of them. */
export function Rail(
  props: ListProps & {
    attempts: readonly Job[];
    selected: string | null;
    /** A backup, or the job of one that failed. */
    onSelect: (id: string) => void;
  },
) {
  const { list, source, verdict } = props;
  const title = useSourceTitle(source);
  return (
    <section className={css.list} aria-label={source === null ? words.timelineOfAll : words.timelineOf(title)}>
      <div className={css.tools}>
        <SourceSelect source={source} />
        <Button icon="rows" label={words.asTable} onPress={() => props.onView('table')} />
        <ViewSelects {...props} />
        <VerdictControl {...props} />
      </div>
      <Timeline
        timeline={list.timeline}
        attempts={props.attempts}
        label={words.list}
        withSource={source === null}
        selected={props.selected}
        onSelect={props.onSelect}
        more={list.more}
        retry={list.retry}
        empty={isWhole(props.shownAs) ? words.noneHere[verdict] : words.views.none}
      />
    </section>
  );
}
