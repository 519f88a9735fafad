import { type BackupCard } from '../../shared/artifact.ts';
import { type ReactNode } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { diff as words } from '../words/diff.ts';
import { moment, momentInSentence } from '../words/moment.ts';
import { count, percent } from '../words/number.ts';
import { DiffTable } from './DiffTable.tsx';
import css from './Diff.module.css';
import { useDiff, type Comparison } from './use-diff.ts';

/** What changed since a backup, or between it and another. */
export function DiffSection({
  card,
  sealed,
  live,
  against,
  onPick,
  onLive,
}: {
  card: BackupCard;
  /** Its counts cannot be read here. */
  sealed: boolean;
  /** Whether its source is still there. */
  live: boolean;
  /** Null compares with the live database. */
  against: BackupCard | null;
  onPick: () => void;
  onLive: () => void;
}) {
  const now = useNow();
  const zone = timeZone();
  const comparison = useDiff(card.backupId, against);
  const { report, countedAt, run } = comparison;
  const title = against === null ? words.againstLive : words.againstBackup(moment(against.takenAt, now, zone));
  const counting = run.state === 'asking' || run.state === 'running';
  const possible = !sealed && (live || against !== null);
  const others = (
    <>
      {against !== null && live && (
        <Button size="small" variant="quiet" onPress={onLive}>
          {words.backToLive}
        </Button>
      )}
      {!sealed && (
        <Button size="small" variant="quiet" onPress={onPick}>
          {words.compareWith}
        </Button>
      )}
    </>
  );
  return (
    <Section
      title={title}
      note={report === null || countedAt === null ? undefined : words.counted(momentInSentence(countedAt, now, zone))}
    >
      {counting && <Counting comparison={comparison} />}
      <Outcome comparison={comparison} />
      {report === null ? (
        !counting && <Idle comparison={comparison} sealed={sealed} live={live} against={against} actions={others} />
      ) : (
        <DiffTable
          tables={report.tables}
          other={against === null ? words.live : words.other}
          moment={momentInSentence(card.takenAt, now, zone)}
          actions={
            <>
              {others}
              {possible && against === null && (
                <Button size="small" onPress={comparison.count} disabled={counting}>
                  {words.again}
                </Button>
              )}
            </>
          }
        />
      )}
    </Section>
  );
}

function Idle({
  comparison,
  sealed,
  live,
  against,
  actions,
}: {
  comparison: Comparison;
  sealed: boolean;
  live: boolean;
  against: BackupCard | null;
  actions: ReactNode;
}) {
  if (sealed) return <p className="three">{words.sealed}</p>;
  if (!live && against === null)
    return (
      <div className={css.idle}>
        <p className="three">{words.noLive}</p>
        {actions}
      </div>
    );
  return (
    <div className={css.idle}>
      <p className="two">{against === null ? words.idle : words.idleBackup}</p>
      <div className="row">
        <Button onPress={comparison.count} disabled={comparison.looking}>
          {against === null ? words.count : words.compare}
        </Button>
        {actions}
      </div>
    </div>
  );
}

function Counting({ comparison: { run, stop } }: { comparison: Comparison }) {
  const job = run.state === 'running' ? run.job : null;
  const progress = job?.progress ?? null;
  const said = job?.state === 'queued' ? words.queued : (progress?.phase ?? words.running);
  return (
    <div className={css.counting} role="status">
      <div className="row">
        <span>{said}</span>
        {progress !== null && (
          <span className="three num cut">
            {progress.table ?? ''}
            {progress.rows > 0 ? ` ${words.rowsSoFar(count(progress.rows))}` : ''}
          </span>
        )}
        <span className="push">
          <Button size="small" icon="stop" onPress={stop} disabled={job === null || job.state === 'cancelling'}>
            {words.stop}
          </Button>
        </span>
      </div>
      <ProgressBar
        label={words.running}
        value={progress === null ? null : percent(progress.bytes, progress.totalBytes)}
      />
    </div>
  );
}

/** What the last try came to, where it came to nothing. */
function Outcome({ comparison: { run, count: again } }: { comparison: Comparison }) {
  const failure = run.state === 'refused' ? run.failure : run.state === 'over' ? run.result.job.failure : null;
  if (failure !== null) {
    return (
      <div className={css.outcome}>
        <FailureBox
          failure={failure}
          title={words.failed}
          actions={
            <Button size="small" onPress={again}>
              {words.again}
            </Button>
          }
        />
      </div>
    );
  }
  if (run.state === 'over' && run.result.job.state === 'cancelled') return <p className="three">{words.stopped}</p>;
  return null;
}
