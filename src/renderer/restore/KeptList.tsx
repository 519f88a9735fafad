import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type JobId } from '../../shared/id.ts';
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
import { type UndoCost, useUndoCost } from './use-undo-cost.ts';

/** What can still be undone, of one source; nothing where there is nothing. */
export function KeptList({ source }: { source: Source | undefined }) {
  const records = useKept();
  const kept = records?.filter((record) => record.state !== 'released' && record.sourceId === source?.id) ?? [];
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

type Act = 'undo' | 'release';

/** One of them: until when, what undoing does, and its buttons. */
export function Kept({ record }: { record: RestoreRecord }) {
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
        {record.state !== 'released' && (
          <span className="row wrap">
            <Button variant="quiet" size="small" disabled={running} onPress={() => setAsking('release')}>
              {words.release}
            </Button>
            <Button pending={running} onPress={() => setAsking('undo')}>
              {record.state === 'undone' ? words.redoAct : words.undoAct}
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
  if (record.state === 'released') return <b>{words.released(keptAs)}</b>;
  const undone = record.state === 'undone';
  return (
    <div>
      <b className="strong">{undone ? words.redoTitle(until) : words.undoTitle(until)}</b>
      <p>{undone ? words.redoText(keptAs, target) : words.undoText(keptAs, target)}</p>
    </div>
  );
}

function Ask(props: { record: RestoreRecord; asking: Act | null; onClose: () => void; onYes: (act: Act) => void }) {
  const { record, asking, onClose, onYes } = props;
  const restored = useSaid(record.restoredAt);
  const source = useSourceById(record.sourceId);
  const keptAs = fileNameOf(record.keptAs);
  const target = fileNameOf(record.target);
  const undone = record.state === 'undone';
  const cost = useUndoCost(record, asking === 'undo');
  return (
    <>
      <ConfirmDialog
        open={asking === 'undo'}
        onClose={onClose}
        title={undone ? words.redoAsk(restored) : words.undoAsk(restored)}
        confirm={undone ? words.redoYes : words.undoYes}
        destroys
        onConfirm={() => onYes('undo')}
        {...(source?.production === true ? { typed: source.name } : {})}
      >
        <p>{undone ? words.redoCost(target) : words.undoCost(target)}</p>
        {!undone && (
          <p className="medium" aria-live="polite">
            {costText(cost)}
          </p>
        )}
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

function costText(cost: UndoCost): string {
  if (cost.state === 'counting') return words.counting;
  return cost.state === 'unknown' ? words.notCounted : words.writtenSince(cost.rows, cost.tables);
}
