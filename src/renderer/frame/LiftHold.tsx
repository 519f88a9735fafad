import { type BackupId } from '../../shared/id.ts';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { pinWords as words } from '../words/pin.ts';
import { useUnpin } from './use-unpin.ts';

/** A hold is lifted by a person who was asked. */
export function LiftHold({
  held,
  onClose,
}: {
  held: { backupId: BackupId; reason: string } | null;
  onClose: () => void;
}) {
  const unpin = useUnpin();
  return (
    <ConfirmDialog
      open={held !== null}
      onClose={onClose}
      title={words.liftTitle}
      confirm={words.lift}
      destroys
      onConfirm={() => {
        if (held !== null) unpin(held.backupId, true);
        onClose();
      }}
    >
      {words.liftText(held?.reason ?? '')}
    </ConfirmDialog>
  );
}
