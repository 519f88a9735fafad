import { useCallback, useEffect, useRef } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type JobId } from '../../shared/id.ts';
import { type Job, type JobKind } from '../../shared/job.ts';
import { href } from '../route.ts';
import { hasEnded, useAnnouncements, useHeld } from '../store/hooks.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Notices } from '../ui/Notices.tsx';
import { frame } from '../words/frame.ts';
import { dismiss, tell, useShown } from './shown.ts';

/** Their own screens wait for these and show what they came to. */
const shownElsewhere: ReadonlySet<JobKind> = new Set(['probe', 'rehearse', 'diff', 'sweep']);

/** Says once that a job has ended, to the eye and to a screen reader. */
export function JobEnds() {
  const notices = useShown((shown) => shown.notices);
  const sources = useHeld((state) => state.sources);
  const jobs = useHeld((state) => state.jobs);
  const names = useRef(new Map<string, string>());
  const open = useRef(new Set<JobId>());
  useEffect(() => {
    names.current = new Map(sources.map((source) => [source.id, source.name]));
  }, [sources]);
  useEffect(() => {
    for (const job of jobs) if (!hasEnded(job)) open.current.add(job.id);
  }, [jobs]);
  const listen = useCallback(({ event, payload }: Announcement) => {
    if (event !== 'job.changed') return;
    const { job } = payload as { job: Job };
    if (!hasEnded(job)) {
      open.current.add(job.id);
      return;
    }
    // A job that had ended before is only told of again, e.g. by its proof.
    if (!open.current.delete(job.id) || shownElsewhere.has(job.kind)) return;
    tellOf(job, names.current.get(job.sourceId ?? '') ?? frame.withoutSource);
  }, []);
  useAnnouncements(listen);
  return <Notices notices={notices} onDismiss={dismiss} />;
}

function tellOf(job: Job, source: string): void {
  if (job.state !== 'succeeded' && job.state !== 'failed' && job.state !== 'cancelled') return;
  const states = { succeeded: 'stored', failed: 'danger', cancelled: 'none' } as const;
  tell({
    id: job.id,
    state: states[job.state],
    title: frame.ended[job.state](job.kind, source),
    ...(job.failure === null ? {} : { detail: job.failure.message }),
    action: (
      <LinkButton size="small" href={href({ screen: 'activity', jobId: job.id })}>
        {frame.ended.look}
      </LinkButton>
    ),
    stays: job.state === 'failed',
  });
}
