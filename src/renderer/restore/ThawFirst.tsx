import { useState } from 'react';
import { type Job } from '../../shared/job.ts';
import { ReadyBy } from '../frame/ArchivedCopies.tsx';
import { ThawDialog } from '../frame/ThawDialog.tsx';
import { type Archived } from '../frame/use-archived.ts';
import { href } from '../route.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Content, Foot, Lead } from '../ui/Layout.tsx';
import { restoreWords } from '../words/restore.ts';
import { thawWords as words } from '../words/thaw.ts';
import { type Inputs } from './draft.ts';
import { JobProgress, StopJob } from './JobProgress.tsx';
import { type Request } from './request.ts';
import css from './Restore.module.css';
import { useThawFirst } from './use-restore.ts';

/** That the chosen backup cannot be read now. Nothing where it can. */
export function ArchivedNote({ archived: { soonest } }: { archived: Archived }) {
  if (soonest === null) return null;
  const { place, storageClass, files, sizeBytes, speeds, state } = soonest;
  return (
    <div className={css.below}>
      <Banner tone="attention" title={words.wizardNote(place, storageClass ?? '')}>
        <p>{`${words.archivedAlone(files, sizeBytes)} ${state === 'archived' ? words.takes(speeds) : ''}`}</p>
        {state === 'thawing' && <ReadyBy copy={soonest} />}
      </Banner>
    </div>
  );
}

/** In the place of "Rehearse", where nothing can be read before a thaw. */
export function ThawFirstButton({
  archived: { soonest },
  asked,
  inputs,
  describedBy,
}: {
  archived: Archived;
  asked: Request;
  inputs: Inputs;
  describedBy?: string | undefined;
}) {
  const thawFirst = useThawFirst();
  const [open, setOpen] = useState(false);
  if (soonest === null) return null;
  return (
    <>
      <Button
        variant="primary"
        iconAfter="right"
        disabled={!asked.ready}
        describedBy={describedBy}
        onPress={() => setOpen(true)}
      >
        {`${words.beginRestore}…`}
      </Button>
      <ThawDialog
        copy={open ? soonest : null}
        title={words.restoreTitle}
        begin={words.beginRestore}
        onClose={() => setOpen(false)}
        onBegin={async (choice) => {
          if (asked.ready) await thawFirst(asked.request, { ...choice, place: soonest.destination });
        }}
      >
        <p className="small">{inputs.goal === 'undo' ? words.stopsAtPlan : words.goesOn(targetOf(asked))}</p>
      </ThawDialog>
    </>
  );
}

function targetOf(asked: Request): string {
  if (!asked.ready) return '';
  const { target } = asked.request;
  if (target.kind === 'file') return target.file;
  return target.kind === 'original' ? '' : target.database;
}

/** While it is thawed: hours as a rule. */
export function ThawStep({ job, archived: { cold } }: { job: Job | undefined; archived: Archived }) {
  const copy = cold.find(({ destination }) => destination === job?.destinationId);
  return (
    <>
      <Content>
        <div className={css.wrap}>
          <Lead text={words.wizardLead} note={words.wizardSub} />
          {copy?.state === 'thawing' && <ReadyBy copy={copy} />}
          <JobProgress job={job} />
        </div>
      </Content>
      <Foot note={words.stopMeans}>
        {job !== undefined && (
          <LinkButton href={href({ screen: 'activity', jobId: job.id })}>{restoreWords.log}</LinkButton>
        )}
        <StopJob job={job} label={words.stopWaiting} />
      </Foot>
    </>
  );
}
