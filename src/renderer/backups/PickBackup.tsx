import { useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { common } from '../words/common.ts';
import { backups as words } from '../words/backups.ts';
import { diff } from '../words/diff.ts';
import css from './PickBackup.module.css';
import { Timeline } from './Timeline.tsx';
import { useTimeline } from './use-timeline.ts';

/** Chooses the backup that another one is compared with. */
export function PickBackup({
  open,
  card,
  onClose,
  onPick,
}: {
  open: boolean;
  card: BackupCard;
  onClose: () => void;
  onPick: (other: BackupCard) => void;
}) {
  return <>{open && <Picker card={card} onClose={onClose} onPick={onPick} />}</>;
}

function Picker({
  card,
  onClose,
  onPick,
}: {
  card: BackupCard;
  onClose: () => void;
  onPick: (other: BackupCard) => void;
}) {
  const { timeline, more, retry } = useTimeline({ source: card.source, verdict: 'all' });
  const [chosen, setChosen] = useState<string | null>(null);
  const others = { ...timeline, cards: timeline.cards.filter((one) => one.backupId !== card.backupId) };
  const pick = (id: string | null) => {
    const other = others.cards.find((one) => one.backupId === id);
    if (other !== undefined) onPick(other);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={diff.pickTitle}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" disabled={chosen === null} onPress={() => pick(chosen)}>
            {diff.compare}
          </Button>
        </>
      }
    >
      <p className="two">{diff.pickHint}</p>
      <div className={css.list}>
        <Timeline
          timeline={others}
          label={words.list}
          withSource={false}
          selected={chosen}
          onSelect={setChosen}
          onOpen={pick}
          more={more}
          retry={retry}
          empty={diff.noOther}
        />
      </div>
    </Dialog>
  );
}
