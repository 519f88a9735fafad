import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type JobId, type RestoreId } from '../../shared/id.ts';
import { type RestoreRecord } from '../../shared/restore.ts';
import { type Source } from '../../shared/source.ts';
import { hasEnded, useApi, useJob, useSourceById } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { LiveText } from '../ui/Live.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { useSaid } from './RehearsalStep.tsx';
import css from './Restore.module.css';
import { fileNameOf } from './suggest.ts';
import { useKept } from './use-kept.ts';

/** What can still be undone, of one source; nothing where there is nothing. */
export function KeptList({ source }: { source: Source | undefined }) {
  const records = useKept();
  const kept = records?.filter((record) => record.state === 'kept' && record.sourceId === source?.id) ?? [];
  if (kept.length === 0) return null;
  return (
    <div className={css.moment}>
      <Section title={words.recordsHeading}>
        {kept.map((record) => (
          <Kept key={record.restoreId} record={record} />
        ))}
      </Section>
    </div>
  );
}

/** The same of one restore, under its proof. */
export function KeptRestore({ restoreId }: { restoreId: RestoreId }) {
  const record = useKept()?.find((one) => one.restoreId === restoreId);
  return <div className={css.keptPlace}>{record !== undefined && <Kept record={record} />}</div>;
}

type Act = 'undo' | 'release';

function Kept({ record }: { record: RestoreRecord }) {
  const { restore } = useApi();
  const [asking, setAsking] = useState<Act | null>(null);
  const [jobId, setJobId] = useState<JobId | null>(null);
  const [refused, setRefused] = useState<Failure | null>(null);
  const job = useJob(jobId);
  const running = jobId !== null && (job === undefined || !hasEnded(job));
  const begin = (act: Act) => {
    setAsking(null);
    setRefused(null);
    restore[act]({ restoreId: record.restoreId }).then(
      (asked) => setJobId(asked.jobId),
      (thrown: unknown) => setRefused(toFailure(thrown, '')),
    );
  };
  const failure = refused ?? (running ? null : (job?.failure ?? null));
  return (
    <>
      <section className={css.undo} aria-label={words.undoLabel(fileNameOf(record.target))}>
        <Icon name="undo" />
        <KeptText record={record} />
        {record.state === 'kept' && (
          <span className="row wrap">
            <Button variant="quiet" size="small" disabled={running} onPress={() => setAsking('release')}>
              {words.release}
            </Button>
            <Button pending={running} onPress={() => setAsking('undo')}>
              {words.undoAct}
            </Button>
          </span>
        )}
        {running && (
          <div className={css.undoProgress}>
            <ProgressBar label={words.undoing} value={null} />
          </div>
        )}
      </section>
      <LiveText text={running ? words.undoing : ''} />
      {failure !== null && <FailureBox failure={failure} />}
      <Ask record={record} asking={asking} onClose={() => setAsking(null)} onYes={begin} />
    </>
  );
}

function KeptText({ record }: { record: RestoreRecord }) {
  const until = useSaid(record.keepUntil);
  const target = fileNameOf(record.target);
  const keptAs = fileNameOf(record.keptAs);
  if (record.state === 'undone') return <b>{words.undone(target)}</b>;
  if (record.state === 'released') return <b>{words.released(keptAs)}</b>;
  return (
    <div>
      <b className="strong">{words.undoTitle(until)}</b>
      <p>{words.undoText(keptAs, target)}</p>
    </div>
  );
}

function Ask(props: { record: RestoreRecord; asking: Act | null; onClose: () => void; onYes: (act: Act) => void }) {
  const { record, asking, onClose, onYes } = props;
  const restored = useSaid(record.restoredAt);
  const source = useSourceById(record.sourceId);
  const keptAs = fileNameOf(record.keptAs);
  const target = fileNameOf(record.target);
  return (
    <>
      <ConfirmDialog
        open={asking === 'undo'}
        onClose={onClose}
        title={words.undoAsk(restored)}
        confirm={words.undoYes}
        destroys
        onConfirm={() => onYes('undo')}
        {...(source?.production === true ? { typed: source.name } : {})}
      >
        {words.undoCost(target)}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'release'}
        onClose={onClose}
        title={words.releaseAsk(keptAs)}
        confirm={words.releaseYes}
        destroys
        onConfirm={() => onYes('release')}
      >
        {words.releaseText}
      </ConfirmDialog>
    </>
  );
}
