import { useEffect, useRef, useState } from 'react';
import { JobId } from '../../shared/id.ts';
import { type Job, type LogLine } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { timeZone, useNow } from '../clock.ts';
import { useApi, useRunningJobs } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { CopyButton } from '../ui/CodeBlock.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { EmptyState } from '../ui/Layout.tsx';
import { LogLines } from '../ui/LogLines.tsx';
import { logText } from '../ui/log-lines.ts';
import { activity as words } from '../words/activity.ts';
import { momentInSentence } from '../words/moment.ts';
import { duration, percent, percentText } from '../words/number.ts';
import { jobGlyph, jobWord } from '../words/state.ts';
import css from './Activity.module.css';
import { Figures } from './Figures.tsx';
import { useSourceNames } from './JobList.tsx';
import { Outcome } from './Outcome.tsx';
import { Phases } from './Phases.tsx';
import { isOver, tookMs, waitOf } from './rows.ts';
import { useLog } from './use-log.ts';

/** One job: how far it is or what it came to, and its log. */
export function JobDetail({ jobId, known }: { jobId: string; known: Job | undefined }) {
  const api = useApi();
  const parsed = z.safeParse(JobId, jobId);
  // Older than anything in the list: asked for by itself.
  const asked = useAsked(known === undefined && parsed.success ? `job ${jobId}` : null, async () =>
    parsed.success ? (await api.job.show({ jobId: parsed.data })).job : null,
  );
  const job = known ?? asked.value ?? undefined;
  if (job !== undefined) return <Shown job={job} />;
  if (asked.asking) return <div className={css.detail} />;
  return <EmptyState icon="activity" title={words.gone} />;
}

function Shown({ job }: { job: Job }) {
  const nameOf = useSourceNames();
  const now = useNow();
  const over = isOver(job);
  const log = useLog(job.id, over);
  // While the whole log is asked for, the lines there were stay.
  const lines = useKept(log.value);
  const part = job.progress === null ? null : percent(job.progress.bytes, job.progress.totalBytes);
  const took = tookMs(job, now);
  const unfinished = useRunningJobs();
  const wait = waitOf(job, unfinished);
  return (
    <article className={css.detail} aria-label={`${nameOf(job)}, ${words.noun[job.kind]}`}>
      <header className={css.head}>
        <div className={css.title}>
          <h2>
            {nameOf(job)}, {words.noun[job.kind]}
          </h2>
          <span aria-live="polite">
            <Badge state={jobGlyph[job.state]} solid>
              {job.state === 'running' && part !== null ? percentText(part) : jobWord[job.state]}
            </Badge>
          </span>
          {!over && <Stop job={job} name={nameOf(job)} />}
        </div>
        <p className="small three">
          {words.asked(momentInSentence(job.queuedAt, now, timeZone()))}
          {over && took !== null ? words.tookSentence(duration(took)) : ''}
        </p>
        {wait !== null && <p className={css.wait}>{words.wait(wait, nameOf)}</p>}
        {!over && wait === null && (
          <>
            <Phases lines={lines} progress={job.progress} />
            <Figures job={job} />
          </>
        )}
        {over && <Outcome job={job} name={nameOf(job)} />}
      </header>
      {log.failure === null ? (
        <Log key={job.id} lines={lines} live={!over} />
      ) : (
        <div className={css.head}>
          <FailureBox failure={log.failure} title={words.logFailed} />
        </div>
      )}
    </article>
  );
}

const noLines: LogLine[] = [];

function useKept(lines: LogLine[] | null): LogLine[] {
  const [kept, setKept] = useState(noLines);
  if (lines !== null && lines !== kept) setKept(lines);
  return lines ?? kept;
}

function Stop({ job, name }: { job: Job; name: string }) {
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const noun = words.noun[job.kind];
  const stop = () => {
    setAsking(false);
    // Where it has ended meanwhile there is nothing to stop.
    api.job.cancel({ jobId: job.id }).catch(() => undefined);
  };
  return (
    <span className="push">
      <Button size="small" icon="stop" onPress={() => setAsking(true)} disabled={job.state === 'cancelling'}>
        {job.state === 'cancelling' ? words.stopping : words.stop}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.stopTitle(noun, name)}
        confirm={words.stopAct(noun)}
        onConfirm={stop}
      >
        <p className="two">{words.stopText[job.kind]}</p>
      </ConfirmDialog>
    </span>
  );
}

function Log({ lines, live }: { lines: LogLine[]; live: boolean }) {
  const [follow, setFollow] = useState(live);
  const wasLive = useRef(live);
  useEffect(() => {
    wasLive.current = live;
  });
  return (
    <>
      <LogLines
        lines={lines}
        follow={follow}
        onScrolled={(atEnd) => {
          if (wasLive.current) setFollow(atEnd);
        }}
        empty={live ? words.logEmpty : words.logNone}
      />
      <footer className={css.foot}>
        <Checkbox checked={follow} onChange={setFollow}>
          {words.follow}
        </Checkbox>
        <span className="push row small two">
          {words.copyLog}
          <CopyButton text={logText(lines)} label={words.copyLog} />
        </span>
      </footer>
    </>
  );
}
