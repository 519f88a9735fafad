import { type RestoreDraft } from './draft.ts';
import { type Job } from '../../shared/job.ts';
import { timeZone, useNow } from '../clock.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Content, Foot, Lead } from '../ui/Layout.tsx';
import { momentInSentence } from '../words/moment.ts';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch } from './draft-store.ts';
import { JobProgress, StopJob } from './JobProgress.tsx';
import { requestOf } from './request.ts';
import css from './Restore.module.css';
import { ThawFirstButton } from './ThawFirst.tsx';
import { type Facts } from './use-facts.ts';
import { useRehearse } from './use-restore.ts';

/** While the rehearsal reads. */
export function Rehearsing({ job, source }: { job: Job | undefined; source: string }) {
  return (
    <>
      <Content>
        <div className={css.wrap}>
          <Lead text={words.rehearsingLead(source)} note={words.rehearsingSub} />
          <JobProgress job={job} />
        </div>
      </Content>
      <Foot note={words.unchanged}>
        <StopJob job={job} />
      </Foot>
    </>
  );
}

/** A rehearsal that came to nothing: the house could not look, or a person stopped it. */
export function NotRehearsed({
  draft,
  facts,
}: {
  draft: Extract<RestoreDraft, { at: 'not-rehearsed' }>;
  facts: Facts;
}) {
  const rehearse = useRehearse();
  const asked = requestOf(draft.inputs, facts.suggested);
  const { failure } = draft;
  return (
    <>
      <Content>
        <div className={css.wrap}>
          <Lead text={failure === null ? words.notRehearsedStopped : words.notRehearsedLead} note={words.unchanged} />
          {failure !== null && (
            <div className={css.below}>
              <FailureBox failure={failure} />
            </div>
          )}
        </div>
      </Content>
      <Foot>
        <Button icon="left" onPress={() => dispatch({ type: 'went-back' })}>
          {words.back}
        </Button>
        {facts.archived.soonest === null ? (
          <Button variant="primary" disabled={!asked.ready} onPress={() => asked.ready && rehearse(asked.request)}>
            {words.rehearseAgain}
          </Button>
        ) : (
          <ThawFirstButton archived={facts.archived} asked={asked} inputs={draft.inputs} />
        )}
      </Foot>
    </>
  );
}

/** `Thu 19 Nov, 14:03`, as it stands in a sentence now. */
export function useSaid(at: number): string {
  const now = useNow();
  return momentInSentence(at, now, timeZone());
}
