import { type Job } from '../../shared/job.ts';
import { type RestorePlan } from '../../shared/restore.ts';
import { href } from '../route.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Content, Foot, Lead } from '../ui/Layout.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { JobProgress, StopJob } from './JobProgress.tsx';
import { targetName } from './place.ts';
import css from './Restore.module.css';

/** While it runs. */
export function RunStep({ job, plan, source }: { job: Job | undefined; plan: RestorePlan | null; source: string }) {
  return (
    <>
      <Content>
        <div className={css.wrap}>
          <Lead text={words.runningLead(plan === null ? source : targetName(plan.target))} note={words.runningSub} />
          <JobProgress job={job} />
        </div>
      </Content>
      <Foot note={words.stopMeans}>
        {job !== undefined && <LinkButton href={href({ screen: 'activity', jobId: job.id })}>{words.log}</LinkButton>}
        <StopJob job={job} />
      </Foot>
    </>
  );
}
