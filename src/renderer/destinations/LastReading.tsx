import { type DestinationId } from '../../shared/id.ts';
import { type ScrubReport } from '../../shared/scrub.ts';
import { href } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { readingWords } from '../words/place-parts.ts';

const words = readingWords.result;
/** Each place has its run a day: those of all places for some days are among so many. */
const lookedAt = 100;

/** What the last run of a place came to, with the job that tells more. */
export function LastReading({ place }: { place: DestinationId }) {
  const { job } = useApi();
  const last = useAsked(`last reading ${place}`, async () => {
    const runs = await job.list({ limit: lookedAt, kinds: ['scrub'] });
    const run = runs.find(({ destinationId, endedAt }) => destinationId === place && endedAt !== null);
    return run === undefined ? null : job.show({ jobId: run.id });
  });
  if (last.value === null) return null;
  const { job: run, scrub } = last.value;
  return (
    <>
      {run.failure !== null && <span className="danger">{run.failure.message}</span>}
      {scrub !== undefined && <Found report={scrub} />}{' '}
      <a href={href({ screen: 'activity', jobId: run.id })}>{words.look}</a>
    </>
  );
}

function Found({ report: { readBytes, whole, left, damaged, unread } }: { report: ScrubReport }) {
  const [first] = unread;
  return (
    <>
      <span className="col">{words.whole(readBytes, whole, left)}</span>
      {damaged.length > 0 && <span className="col danger">{words.damaged(damaged.length)}</span>}
      {first !== undefined && (
        <span className="col attention">{words.unread(unread.length, first.failure.message)}</span>
      )}
    </>
  );
}
