import { useEffect, useId, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type PurgePreview, type PurgeSubject } from '../../shared/purge.ts';
import { useApi } from '../store/hooks.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { TextField } from '../ui/TextField.tsx';
import { backups } from '../words/backups.ts';
import { common } from '../words/common.ts';
import { purgeWords as words } from '../words/purge.ts';
import css from './PurgeDialog.module.css';
import { tell } from './shown.ts';

type Looked = { state: 'looking' } | { state: 'here'; preview: PurgePreview } | { state: 'failed'; failure: Failure };

interface Props {
  /** One backup, or every backup of a source by the source's id. */
  what: PurgeSubject;
  /** The name of the source. */
  source: string;
  destinations: readonly DestinationCard[];
  onClose: () => void;
}

/** BS-18: what would be destroyed, what keeps it all the same, and the words that have to be typed. */
export function PurgeDialog({ open, ...props }: Props & { open: boolean }) {
  return open ? <Open {...props} /> : null;
}

function Open({ what, source, destinations, onClose }: Props) {
  const api = useApi();
  const [looked, setLooked] = useState<Looked>({ state: 'looking' });
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const why = useId();
  const subject = JSON.stringify(what);
  const text = 'source' in what ? words.ofSource : words.ofBackup;
  useEffect(() => {
    let current = true;
    api.backup.purgePreview({ what: JSON.parse(subject) as PurgeSubject }).then(
      (preview) => current && setLooked({ state: 'here', preview }),
      (thrown: unknown) => current && setLooked({ state: 'failed', failure: toFailure(thrown, '') }),
    );
    return () => {
      current = false;
    };
  }, [api, subject]);
  const preview = looked.state === 'here' ? looked.preview : null;
  const ready = preview !== null && typed === preview.confirm && reason.trim() !== '';
  const destroy = (): void => {
    if (preview === null) return;
    setAsking(true);
    const { token, confirm } = preview;
    api.backup.purge({ what, token, confirm, reason: reason.trim() }).then(
      ({ jobId }) => {
        tell({ id: jobId, state: 'working', title: text.begun(source) });
        onClose();
      },
      (thrown: unknown) => {
        setAsking(false);
        setRefused(toFailure(thrown, ''));
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={text.title(source)}
      wide
      alert
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="destroy" onPress={destroy} disabled={!ready} pending={asking} describedBy={why}>
            {text.destroy}
          </Button>
        </>
      }
    >
      <p>{text.lead}</p>
      {looked.state === 'looking' && (
        <div role="status" aria-label={words.looking}>
          <Skeleton width="60%" />
        </div>
      )}
      {looked.state === 'failed' && <FailureBox failure={looked.failure} />}
      {preview !== null && (
        <div className={css.shown}>
          <Shown preview={preview} destinations={destinations} title={text.neverTitle} never={text.never} />
          <TextField label={words.reason} hint={words.reasonHint} value={reason} onChange={setReason} maxLength={500} />
          <div id={why}>
            <TextField label={words.type(preview.confirm)} value={typed} onChange={setTyped} mono />
          </div>
        </div>
      )}
      {refused !== null && <FailureBox failure={refused} />}
    </Dialog>
  );
}

type Never = PurgePreview['backups'][number]['never'][number];

function Shown({
  preview,
  destinations,
  title,
  never: inWords,
}: {
  preview: PurgePreview;
  destinations: readonly DestinationCard[];
  title: string;
  never: Record<Never, string>;
}) {
  const nameOf = (id: string): string => destinations.find((one) => one.id === id)?.name ?? backups.unknownPlace;
  const never = [...new Set(preview.backups.flatMap((one) => one.never))];
  const keeps = preview.places.flatMap((place) => place.keeps.map((line) => `${nameOf(place.destination)}: ${line}`));
  return (
    <>
      {never.length > 0 && (
        <Banner tone="attention" title={title}>
          {`${never.map((why) => inWords[why]).join('. ')}.`}
        </Banner>
      )}
      <Table
        label={words.places}
        columns={columnsOf(nameOf)}
        rows={preview.places}
        rowId={(one) => one.destination}
        rowText={(one) => nameOf(one.destination)}
      />
      {keeps.length > 0 && <Lines title={words.keeps} lines={keeps} />}
      <Lines title={words.notCovered} lines={preview.notCovered} />
    </>
  );
}

type PreviewPlace = PurgePreview['places'][number];

const columnsOf = (nameOf: (id: string) => string): TableColumn<PreviewPlace>[] => [
  { id: 'place', title: words.columns.place, cell: (one) => nameOf(one.destination) },
  {
    id: 'size',
    title: words.columns.size,
    align: 'end',
    width: 170,
    cell: (one) => words.size(one.backups, one.sizeBytes),
  },
  {
    id: 'state',
    title: words.columns.state,
    cell: (one) => (one.unreachable === null ? words.there : words.away(one.unreachable.message)),
  },
];

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <Fold title={title} small>
      <ul className={css.lines}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Fold>
  );
}
