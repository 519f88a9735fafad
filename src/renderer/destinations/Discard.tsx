import { useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type LateCopy } from '../../shared/health.ts';
import { timeZone, useNow } from '../clock.ts';
import { tell } from '../frame/shown.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { momentInSentence } from '../words/moment.ts';
import { copiesWords } from '../words/place-parts.ts';

const words = copiesWords.discard;

/** Asks before a dump is given up that no place has. `copy` null: nobody asks for it. */
export function Discard({ copy, onClose, onEnd }: { copy: LateCopy | null; onClose: () => void; onEnd: () => void }) {
  const { backup } = useApi();
  const destinations = useHeld((state) => state.destinations);
  const now = useNow();
  const [pending, setPending] = useState(false);
  const giveUp = async ({ backupId, source }: LateCopy) => {
    const id = `discard ${backupId}`;
    setPending(true);
    try {
      const { left } = await backup.discard({ backup: backupId, confirm: backupId });
      const names = left.map((place) => destinations.find((card) => card.id === place)?.name ?? place);
      if (names.length === 0) tell({ id, state: 'stored', title: words.done(source) });
      else tell({ id, state: 'attention', title: words.done(source), detail: words.left(names), stays: true });
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id, state: 'danger', title: message, detail: hint, stays: true });
    }
    setPending(false);
    onClose();
    onEnd();
  };
  return (
    <ConfirmDialog
      open={copy !== null}
      onClose={onClose}
      title={words.title(copy?.source ?? '')}
      confirm={words.yes}
      destroys
      typed={copy?.source ?? ''}
      pending={pending}
      onConfirm={() => copy !== null && void giveUp(copy)}
    >
      {copy !== null && (
        <>
          <p className="two">
            {words.which(copy.source, momentInSentence(copy.takenAt, now, timeZone()), copy.sizeBytes)}
          </p>
          <p className="two">{words.lost(copy.source)}</p>
        </>
      )}
    </ConfirmDialog>
  );
}
