import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { destinations as words } from '../words/destinations.ts';
import { type PlaceActs } from './use-place-acts.ts';

export type Asking = 'seal' | 'remove' | null;

/** What is asked before a place is sealed, no longer sealed, or forgotten. */
export function PlaceDialogs({
  card,
  asking,
  onClose,
  acts,
  onRemoved,
}: {
  card: DestinationCard;
  asking: Asking;
  onClose: () => void;
  acts: PlaceActs;
  onRemoved?: () => void;
}) {
  const [pending, setPending] = useState(false);
  const { name, seal = false } = card;
  const run = async (act: () => Promise<boolean>, then?: () => void) => {
    setPending(true);
    const done = await act();
    setPending(false);
    onClose();
    if (done) then?.();
  };
  const { sealing, removal } = words;
  return (
    <>
      <ConfirmDialog
        open={asking === 'seal'}
        onClose={onClose}
        title={seal ? sealing.offTitle(name) : sealing.title(name)}
        confirm={seal ? sealing.offAct : sealing.act}
        destroys={seal}
        pending={pending}
        onConfirm={() => void run(() => acts.seal(card, !seal))}
      >
        <p className="two">{seal ? sealing.offText : sealing.text}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'remove'}
        onClose={onClose}
        title={removal.title(name)}
        confirm={removal.act(name)}
        destroys
        pending={pending}
        onConfirm={() => void run(() => acts.remove(card), onRemoved)}
      >
        <p className="two">{removal.text}</p>
      </ConfirmDialog>
    </>
  );
}
