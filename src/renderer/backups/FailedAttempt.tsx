import { type Job } from '../../shared/job.ts';
import { timeZone, useNow } from '../clock.ts';
import { DirectOffer } from '../frame/DirectBackup.tsx';
import { useBackUp } from '../frame/use-back-up.ts';
import { href } from '../route.ts';
import { useSourceById } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Lead } from '../ui/Layout.tsx';
import { backups as words } from '../words/backups.ts';
import { momentInSentence } from '../words/moment.ts';
import { duration } from '../words/number.ts';
import css from './FailedAttempt.module.css';
import { triedAt } from './timeline.ts';

/** A backup that was tried and is not there: why, what to do, and its job. */
export function FailedAttempt({ job }: { job: Job }) {
  const now = useNow();
  const backUp = useBackUp();
  const source = useSourceById(job.sourceId);
  const at = triedAt(job);
  return (
    <article className={css.attempt} aria-label={words.attempt.title(momentInSentence(at, now, timeZone()))}>
      <Lead
        text={words.attempt.title(momentInSentence(at, now, timeZone()))}
        note={words.attempt.note(job.backupPlanId !== undefined, duration((job.endedAt ?? at) - at))}
      />
      {job.failure !== null && <FailureBox failure={job.failure} quiet />}
      <p className="small two">{words.attempt.safe}</p>
      <div className="row wrap">
        <LinkButton href={href({ screen: 'activity', jobId: job.id })}>{words.attempt.show}</LinkButton>
        <DirectOffer job={job} />
        {source !== undefined && <Button onPress={() => backUp(source.name)}>{words.attempt.again}</Button>}
      </div>
    </article>
  );
}
