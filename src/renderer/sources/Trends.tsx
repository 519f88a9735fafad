import { useCallback } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { type TrendPoint } from '../../shared/overview.ts';
import { timeZone } from '../clock.ts';
import { useAnnouncements, useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { LineChart } from '../ui/chart/LineChart.tsx';
import { Section } from '../ui/Layout.tsx';
import { shortDay } from '../words/moment.ts';
import { count, counted, duration, sizeOf } from '../words/number.ts';
import { sources as words } from '../words/sources.ts';
import css from './Sources.module.css';
import { seriesOf, type Series } from './series.ts';

const shown = 365;

/** Size, duration and rows of the last backups. */
export function Trends({ name }: { name: string }) {
  const api = useApi();
  const trend = useAsked(`trend ${name}`, () => api.backup.trend({ name, limit: shown }));
  const { again } = trend;
  useAnnouncements(
    useCallback(
      ({ event, payload }: Announcement) => {
        if (event === 'backup.added' && (payload as { card: BackupCard }).card.source === name) again();
      },
      [name, again],
    ),
  );
  const points = trend.value ?? [];
  return (
    <Section
      title={words.charts.heading}
      note={points.length < 2 ? undefined : counted(points.length, 'backup', 'backups')}
    >
      {trend.failure !== null && <FailureBox failure={trend.failure} title={words.charts.failed} />}
      {trend.value !== null && points.length < 2 && <p className="three">{words.charts.few}</p>}
      {points.length >= 2 && <Charts points={points} />}
    </Section>
  );
}

function Charts({ points }: { points: readonly TrendPoint[] }) {
  return (
    <div className={css.charts}>
      <Chart title={words.charts.size} series={seriesOf(points, (point) => point.sizeBytes)} text={sizeOf} />
      <Chart title={words.charts.duration} series={seriesOf(points, (point) => point.durationMs)} text={duration} />
      <Chart title={words.charts.rows} series={seriesOf(points, (point) => point.rows)} text={count} />
    </div>
  );
}

function Chart({ title, series, text }: { title: string; series: Series | null; text: (value: number) => string }) {
  const zone = timeZone();
  if (series === null) return null;
  const finding = words.charts.range(
    title,
    series.points.length,
    text(series.least),
    text(series.most),
    text(series.last),
  );
  return (
    <figure>
      <h4>{title}</h4>
      <LineChart points={series.points} label={finding} valueText={text} momentText={(at) => shortDay(at, zone)} />
      <figcaption>{words.charts.now(text(series.last), text(series.least), text(series.most))}</figcaption>
    </figure>
  );
}
