import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { kitWords } from '../words/kit.ts';

const words = kitWords.rotate;

/** A new secret for new backups: what that means is said before it is made. */
export function RotateKit({ card: { id: place, name } }: { card: DestinationCard }) {
  const api = useApi();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const rotate = () => {
    setPending(true);
    api.kit
      .rotate({ name: place })
      .then(
        () => tell({ id: `rotated ${place}`, state: 'attention', title: words.done(name) }),
        (thrown: unknown) => {
          const { message, hint } = toFailure(thrown, '');
          tell({ id: `not rotated ${place}`, state: 'danger', title: message, detail: hint, stays: true });
        },
      )
      .finally(() => {
        setPending(false);
        setOpen(false);
      });
  };
  return (
    <>
      <Button size="small" onPress={() => setOpen(true)}>
        {words.open}
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.title(name)}
        confirm={words.act}
        onConfirm={rotate}
        pending={pending}
      >
        <p className="two">{words.text}</p>
      </ConfirmDialog>
    </>
  );
}
