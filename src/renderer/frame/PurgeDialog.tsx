import { useId, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type DestinationId } from '../../shared/id.ts';
import { type PurgePreview, type PurgeSubject } from '../../shared/purge.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { purgeWords as words } from '../words/purge.ts';
import css from './PurgeDialog.module.css';
import { PurgePlaces, placeName } from './PurgePlaces.tsx';
import { tell } from './shown.ts';

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
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const why = useId();
  const subject = JSON.stringify(what);
  const text = 'source' in what ? words.ofSource : words.ofBackup;
  const [staying, setStaying] = useState<ReadonlySet<DestinationId>>(new Set());
  const everywhere = useAsked(`purge ${subject}`, () => api.backup.purgePreview({ what }));
  const all = everywhere.value?.places ?? [];
  const chosen = all.flatMap(({ destination }) => (staying.has(destination) ? [] : [destination]));
  const isPart = staying.size > 0;
  const some = useAsked(isPart && chosen.length > 0 ? `purge ${subject} ${chosen.join(' ')}` : null, () =>
    api.backup.purgePreview({ what, places: chosen }),
  );
  const { value: preview, failure, asking: looking } = isPart ? some : everywhere;
  const ready = preview !== null && typed === preview.confirm && reason.trim() !== '';
  const destroy = (): void => {
    if (preview === null) return;
    setAsking(true);
    const { token, confirm } = preview;
    api.backup.purge({ what, ...(isPart ? { places: chosen } : {}), token, confirm, reason: reason.trim() }).then(
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
      <p>{isPart ? text.leadPart : text.lead}</p>
      {all.length > 0 && (
        <div className={css.shown}>
          <PurgePlaces
            places={all}
            destinations={destinations}
            staying={staying}
            onChange={(next) => {
              setRefused(null);
              setStaying(next);
            }}
          />
        </div>
      )}
      {looking && (
        <div role="status" aria-label={words.looking}>
          <Skeleton width="60%" />
        </div>
      )}
      {isPart && chosen.length === 0 && (
        <p className="attention small" role="status">
          {words.noPlace}
        </p>
      )}
      {failure !== null && <FailureBox failure={failure} />}
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
  const never = [...new Set(preview.backups.flatMap((one) => one.never))];
  const keeps = preview.places.flatMap((place) =>
    place.keeps.map((line) => `${placeName(destinations, place.destination)}: ${line}`),
  );
  return (
    <>
      {never.length > 0 && (
        <Banner tone="attention" title={title}>
          {`${never.map((why) => inWords[why]).join('. ')}.`}
        </Banner>
      )}
      {keeps.length > 0 && <Lines title={words.keeps} lines={keeps} />}
      <Lines title={words.notCovered} lines={preview.notCovered} />
    </>
  );
}

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
