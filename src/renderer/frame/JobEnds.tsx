import { useCallback, useEffect, useRef } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type JobId } from '../../shared/id.ts';
import { type Job, type JobKind } from '../../shared/job.ts';
import { useRoute } from '../navigate.ts';
import { href } from '../route.ts';
import { hasEnded, useAnnouncements, useApi, useHeld } from '../store/hooks.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Notices } from '../ui/Notices.tsx';
import { frame } from '../words/frame.ts';
import { type EndWords, endWords, resultWords } from '../words/job-end.ts';
import { dismiss, isWatched, tell, useShown } from './shown.ts';

/** Their own screens wait for these and show what they came to. */
const shownElsewhere: ReadonlySet<JobKind> = new Set(['probe', 'rehearse', 'diff', 'sweep']);

/** Says once that a job has ended, to the eye and to a screen reader. */
export function JobEnds() {
  const api = useApi();
  const { screen } = useRoute();
  const notices = useShown((shown) => shown.notices);
  const sources = useHeld((state) => state.sources);
  const destinations = useHeld((state) => state.destinations);
  const jobs = useHeld((state) => state.jobs);
  const names = useRef(new Map<string, string>());
  const open = useRef(new Set<JobId>());
  useEffect(() => {
    names.current = new Map<string, string>([...sources, ...destinations].map(({ id, name }) => [id, name]));
  }, [sources, destinations]);
  useEffect(() => {
    for (const job of jobs) if (!hasEnded(job)) open.current.add(job.id);
  }, [jobs]);
  const listen = useCallback(
    ({ event, payload }: Announcement) => {
      if (event !== 'job.changed') return;
      const { job } = payload as { job: Job };
      if (!hasEnded(job)) {
        open.current.add(job.id);
        return;
      }
      // A job that had ended before is only told of again, e.g. by its proof.
      if (!open.current.delete(job.id) || (shownElsewhere.has(job.kind) && job.after === undefined)) return;
      // A copy that did not come through is tried again by itself; its place and its backup say how it stands.
      if (job.kind === 'carry' && job.state === 'failed') return;
      // One of many: the place says how many are left, and which stay.
      if (job.kind === 'reseal') return;
      const source = names.current.get(job.sourceId ?? job.destinationId ?? '') ?? frame.withoutSource;
      // A failure is read aloud where it stands; what was stopped is told here.
      if (isWatched(job.id) && job.state !== 'cancelled') return;
      if (job.state !== 'succeeded') {
        tellEnd(job, endWords(job, source));
        return;
      }
      // This screen says itself what its jobs came to, where a notice would lie over it.
      if (screen === 'first-run') return;
      // That a job ended well does not say what it found.
      api.job.show({ jobId: job.id }).then(
        (result) => {
          // Its restore has begun.
          if (job.kind === 'rehearse' && result.next !== undefined) return;
          tellEnd(job, resultWords(result, source));
        },
        () => tellEnd(job, endWords(job, source)),
      );
    },
    [api, screen],
  );
  useAnnouncements(listen);
  return <Notices notices={notices} onDismiss={dismiss} />;
}

function tellEnd(job: Job, said: EndWords): void {
  tell({
    id: job.id,
    ...said,
    action: (
      <LinkButton size="small" href={href({ screen: 'activity', jobId: job.id })}>
        {frame.look}
      </LinkButton>
    ),
    stays: said.state === 'danger',
  });
}
