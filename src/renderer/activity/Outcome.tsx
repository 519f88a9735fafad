import { type Job } from '../../shared/job.ts';
import { DirectOffer } from '../frame/DirectBackup.tsx';
import { href, type Route } from '../route.ts';
import { useApi, useBackup, useSourceById } from '../store/hooks.ts';
import { useJobRun } from '../store/use-job-run.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { activity as words } from '../words/activity.ts';
import css from './Activity.module.css';
import { Pruned } from './Pruned.tsx';

/** What a job came to, what that left untouched, and where to go from here. */
export function Outcome({ job, name }: { job: Job; name: string }) {
  const target = useTarget(job, name);
  const link =
    target === null ? null : (
      <LinkButton size="small" href={href(target.route)}>
        {target.text}
      </LinkButton>
    );
  if (job.failure !== null) {
    return (
      <div className={css.outcome}>
        <FailureBox
          failure={job.failure}
          title={words.failed(job.kind)}
          quiet
          actions={
            <>
              {link}
              <DirectOffer job={job} />
              <Retry job={job} />
            </>
          }
        />
        <p className="small two">{words.safe[job.kind]}</p>
      </div>
    );
  }
  if (job.kind === 'prune' && job.state === 'succeeded')
    return (
      <div className={css.came}>
        <span>{words.succeeded.prune}</span>
        <Pruned job={job} />
      </div>
    );
  return (
    <div className={css.came}>
      <span>{job.state === 'cancelled' ? words.stopped : words.succeeded[job.kind]}</span>
      <span className="push row">
        {job.state === 'cancelled' && <Retry job={job} />}
        {link}
      </span>
    </div>
  );
}

/** The backup that a job made or read, or the source of one that has none. */
function useTarget(job: Job, name: string): { route: Route; text: string } | null {
  const source = useSourceById(job.sourceId);
  const card = useBackup(job.backupId);
  if (job.kind === 'probe' || job.state === 'failed') {
    return job.sourceId === null || source === undefined
      ? null
      : { route: { screen: 'sources', name: source.name }, text: words.toSource(source.name) };
  }
  const text = words.came[job.kind];
  // A backup that was stopped or failed is not there.
  if (
    text === undefined ||
    job.backupId === null ||
    ((job.kind === 'backup' || job.kind === 'reseal') && job.state !== 'succeeded')
  )
    return null;
  return { route: { screen: 'backups', source: card?.source ?? source?.name ?? name, backupId: job.backupId }, text };
}

function Retry({ job }: { job: Job }) {
  const api = useApi();
  const source = useSourceById(job.sourceId);
  const { run, start } = useJobRun();
  const text = words.retry[job.kind];
  const { backupId } = job;
  const ask =
    job.kind === 'backup' && source !== undefined
      ? () => api.backup.start({ name: source.name })
      : job.kind === 'verify' && backupId !== null
        ? () => api.backup.verify({ backup: backupId, level: 'restore' })
        : null;
  if (text === undefined || ask === null) return null;
  return (
    <>
      {run.state === 'refused' && <span className="danger">{run.failure.message}</span>}
      {run.state === 'running' && <a href={href({ screen: 'activity', jobId: run.jobId })}>{words.asAgain}</a>}
      <Button
        size="small"
        onPress={() => start(ask)}
        pending={run.state === 'asking'}
        disabled={run.state === 'running'}
      >
        {text}
      </Button>
    </>
  );
}
