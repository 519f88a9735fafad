import { useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type Job } from '../../shared/job.ts';
import { useApi, useSourceById } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Facts } from '../ui/Facts.tsx';
import { direct as words } from '../words/direct.ts';
import { tell } from './shown.ts';

/** Beside a backup that failed for want of room in the data folder: the way that needs none. */
export function DirectOffer({ job }: { job: Job }) {
  const source = useSourceById(job.sourceId);
  const [open, setOpen] = useState(false);
  if (job.kind !== 'backup' || job.failure?.code !== 'spool.full' || source === undefined) return null;
  return (
    <>
      <Button size="small" onPress={() => setOpen(true)}>
        {words.offer}
      </Button>
      <DirectDialog name={source.name} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

/** A backup straight to its place, once it was said what that needs and for how long it holds the database. */
export function DirectDialog({ name, open, onClose }: { name: string; open: boolean; onClose: () => void }) {
  const api = useApi();
  const [pending, setPending] = useState(false);
  const { value: preview, failure } = useAsked(open ? `direct ${name}` : null, () =>
    api.backup.directPreview({ name }),
  );
  const start = async () => {
    setPending(true);
    try {
      await api.backup.start({ name, direct: true });
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      const detail = `${message} ${hint}`;
      tell({ id: `not started ${name}`, state: 'danger', title: words.notStarted(name), detail, stays: true });
    } finally {
      setPending(false);
      onClose();
    }
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.title(name)}
      confirm={words.act(preview?.place ?? '…')}
      onConfirm={() => void start()}
      pending={pending || preview === null}
    >
      {failure !== null && <FailureBox failure={failure} />}
      {preview === null && failure === null && <p className="two">{words.looking}</p>}
      {preview !== null && (
        <>
          <Facts
            facts={[
              { name: words.facts.folder, value: <span className="mono">{preview.folder}</span> },
              { name: words.facts.room, value: words.room(preview) },
              { name: words.facts.place, value: preview.place },
            ]}
          />
          <p className="two">{words.words(preview)}</p>
        </>
      )}
    </ConfirmDialog>
  );
}
