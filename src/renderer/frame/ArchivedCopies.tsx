import { useState } from 'react';
import { type BackupId } from '../../shared/id.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { useJobRun } from '../store/use-job-run.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { RadioList } from '../ui/Choice.tsx';
import { upcoming } from '../words/moment.ts';
import { thawWords as words } from '../words/thaw.ts';
import { ThawDialog } from './ThawDialog.tsx';
import { type Archived, type Cold } from './use-archived.ts';

/** Which copies of a backup have to be thawed, which come, and the buttons for it. Nothing where all can be read. */
export function ArchivedCopies({ backupId, archived }: { backupId: BackupId; archived: Archived }) {
  return archived.cold.map((copy) =>
    copy.state === 'thawing' ? (
      <Thawing key={copy.destination} backupId={backupId} copy={copy} />
    ) : (
      <InArchive key={copy.destination} backupId={backupId} copy={copy} readable={archived.readable} />
    ),
  );
}

type Next = 'tell' | 'prove';

function InArchive({ backupId, copy, readable }: { backupId: BackupId; copy: Cold; readable: string | null }) {
  const api = useApi();
  const [open, setOpen] = useState(false);
  const [next, setNext] = useState<Next>('tell');
  const { place, storageClass, files, sizeBytes, speeds } = copy;
  const why = readable === null ? words.archivedAlone(files, sizeBytes) : words.archivedBeside(readable);
  return (
    <>
      <Banner
        tone={readable === null ? 'attention' : 'plain'}
        title={words.archivedTitle(place, storageClass ?? '')}
        actions={
          <Button icon="restore" onPress={() => setOpen(true)} disabled={copy.jobId !== null}>
            {words.thaw}
          </Button>
        }
      >
        {`${why} ${words.takes(speeds)}`}
      </Banner>
      <ThawDialog
        copy={open ? copy : null}
        title={words.dialogTitle(place)}
        begin={words.begin}
        onClose={() => setOpen(false)}
        onBegin={(choice) =>
          api.backup.thaw({
            backup: backupId,
            place: copy.destination,
            ...choice,
            ...(next === 'prove' ? { prove: 'restore' as const } : {}),
          })
        }
      >
        <RadioList<Next>
          label={words.nextLabel}
          value={next}
          onChange={setNext}
          choices={(['tell', 'prove'] as const).map((value) => ({
            value,
            title: words.next[value],
            detail: words.nextDetail[value],
          }))}
        />
      </ThawDialog>
    </>
  );
}

function Thawing({ backupId, copy }: { backupId: BackupId; copy: Cold }) {
  const api = useApi();
  const { run, start } = useJobRun();
  const { jobId, place, destination } = copy;
  return (
    <>
      <Banner
        tone="working"
        title={words.thawingTitle(place)}
        actions={
          jobId === null ? (
            <Button
              disabled={run.state === 'asking'}
              onPress={() => start(() => api.backup.thaw({ backup: backupId, place: destination }))}
            >
              {words.waitFor}
            </Button>
          ) : (
            <>
              <LinkButton href={href({ screen: 'activity', jobId })}>{words.look}</LinkButton>
              {/* Where it has ended meanwhile there is nothing to stop. */}
              <Button icon="stop" onPress={() => void api.job.cancel({ jobId }).catch(() => undefined)}>
                {words.stopWaiting}
              </Button>
            </>
          )
        }
      >
        <ReadyBy copy={copy} />
        {jobId === null && <p>{words.nobodyWaits}</p>}
      </Banner>
      {run.state === 'refused' && <FailureBox failure={run.failure} title={words.notBegun} />}
    </>
  );
}

/** When what was asked for can be read. */
export function ReadyBy({ copy: { readyAt } }: { copy: Cold }) {
  const now = useNow();
  if (readyAt === null) return <p>{words.askedElsewhere}</p>;
  return <p>{readyAt <= now ? words.askedLate : words.askedReady(upcoming(readyAt, now, timeZone()))}</p>;
}
