import { useEffect, useState } from 'react';
import { type Job, type LogLine } from '../../shared/job.ts';
import { timeZone } from '../clock.ts';
import { hasEnded, useApi } from '../store/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { clockTime } from '../words/moment.ts';
import { count, percent, percentText, rateOf, roughly, sizeOf } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import css from './Restore.module.css';

/** Phase, share, bytes and rows as they are sampled, with the job's log under it. */
export function JobProgress({ job }: { job: Job | undefined }) {
  const progress = job?.progress ?? null;
  const value = progress === null ? null : percent(progress.bytes, progress.totalBytes);
  const phase = progress?.phase ?? (job?.state === 'queued' ? words.queued : words.starting);
  return (
    <div className={css.progress}>
      <div className="row">
        <span className="medium">{phase}</span>
        {progress?.table !== null && progress?.table !== undefined && (
          <span className="mono small two cut">{progress.table}</span>
        )}
        <span className="push num two">{value === null ? '' : percentText(value)}</span>
      </div>
      <ProgressBar label={phase} value={value} />
      <div className="row small three num">
        <span>{progress === null || progress.bytes === 0 ? '' : sizeOf(progress.bytes)}</span>
        <span>{progress === null || progress.rows === 0 ? '' : words.rowsSoFar(count(progress.rows))}</span>
        <span>{progress === null || progress.rate === 0 ? '' : rateOf(progress.rate)}</span>
        <span className="push">
          {progress?.leftMs === null || progress === null ? '' : words.left(roughly(progress.leftMs))}
        </span>
      </div>
      {job !== undefined && <JobLog job={job} />}
    </div>
  );
}

/** Asks the running job to stop. It takes back what it made; that may last a moment. */
export function StopJob({ job, label = words.stop }: { job: Job | undefined; label?: string }) {
  const { job: jobs } = useApi();
  const [asked, setAsked] = useState(false);
  const stopping = asked || job?.state === 'cancelling';
  return (
    <Button
      icon="stop"
      disabled={job === undefined || hasEnded(job)}
      pending={stopping}
      onPress={() => {
        if (job === undefined) return;
        setAsked(true);
        jobs.cancel({ jobId: job.id }).catch(() => setAsked(false));
      }}
    >
      {stopping ? words.stopping : label}
    </Button>
  );
}

const logEveryMs = 1_000;
const shownLines = 8;

/** The newest lines of a running job; all of them are in Activity. */
function JobLog({ job }: { job: Job }) {
  const { job: jobs } = useApi();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const ended = hasEnded(job);
  useEffect(() => {
    let left = false;
    const ask = () => {
      jobs.log({ jobId: job.id }).then(
        (all) => !left && setLines(all.filter((line) => line.level !== 'debug').slice(-shownLines)),
        () => undefined,
      );
    };
    ask();
    const timer = ended ? undefined : setInterval(ask, logEveryMs);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [jobs, job.id, ended]);
  return (
    <div className={css.log}>
      <Section title={words.logHeading}>
        <ol className="mono small two">
          {lines.length === 0 && <li className="three">{words.logEmpty}</li>}
          {lines.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line of a log has no other name than its place
            <li key={`${line.at} ${index}`}>
              <span className="three num">{clockTime(line.at, timeZone())}</span> {line.message}
            </li>
          ))}
        </ol>
      </Section>
    </div>
  );
}
