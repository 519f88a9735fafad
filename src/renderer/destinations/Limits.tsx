import { useState } from 'react';
import { type DestinationCard, MaxBytesPerSecond, MaxFileBytes } from '../../shared/destination.ts';
import { z } from '../../shared/schema.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { limitWords as words } from '../words/place-parts.ts';
import css from './Parts.module.css';
import { useSaved } from './use-saved.ts';

const megabyte = 1_000_000;

/** How fast backups go there, and how large a file may be. */
export function Limits({ card }: { card: DestinationCard }) {
  const [open, setOpen] = useState(false);
  const { maxBytesPerSecond, maxFileBytes } = card;
  return (
    <Section
      title={words.title}
      actions={
        <Button size="small" variant="link" label={words.changeLabel(card.name)} onPress={() => setOpen(true)}>
          {words.change}
        </Button>
      }
    >
      <Facts
        facts={[
          {
            name: words.speed,
            value: maxBytesPerSecond === undefined ? words.noSpeed : words.speedIs(maxBytesPerSecond),
          },
          { name: words.file, value: maxFileBytes === undefined ? words.noFile : words.fileIs(maxFileBytes) },
        ]}
      />
      {open && <Form card={card} onClose={() => setOpen(false)} />}
    </Section>
  );
}

/** Null where nothing was typed, undefined where it is no such number. */
function typed(text: string, schema: typeof MaxFileBytes): number | null | undefined {
  if (text.trim() === '') return null;
  const bytes = Math.round(Number(text.trim().replace(',', '.')) * megabyte);
  return z.safeParse(schema, bytes).data;
}

const shown = (bytes: number | undefined): string => (bytes === undefined ? '' : String(bytes / megabyte));

function Form({ card, onClose }: { card: DestinationCard; onClose: () => void }) {
  const { destination } = useApi();
  const [speed, setSpeed] = useState(shown(card.maxBytesPerSecond));
  const [file, setFile] = useState(shown(card.maxFileBytes));
  const { save, saving, failure } = useSaved(() => {
    tell({ id: `limits ${card.name}`, state: 'stored', title: words.done(card.name) });
    onClose();
  });
  const maxBytesPerSecond = typed(speed, MaxBytesPerSecond);
  const maxFileBytes = typed(file, MaxFileBytes);
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.dialogTitle(card.name)}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            pending={saving}
            disabled={maxBytesPerSecond === undefined || maxFileBytes === undefined}
            onPress={() => {
              if (maxBytesPerSecond === undefined || maxFileBytes === undefined) return;
              save(() => destination.change({ name: card.id, maxBytesPerSecond, maxFileBytes }));
            }}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {failure !== null && <FailureBox failure={failure} />}
        <TextField
          label={words.speedField}
          hint={words.speedHint}
          value={speed}
          onChange={setSpeed}
          maxLength={12}
          autoFocus
          {...(maxBytesPerSecond === undefined ? { wrong: words.speedWrong } : {})}
        />
        <TextField
          label={words.fileField}
          hint={words.fileHint}
          value={file}
          onChange={setFile}
          maxLength={12}
          {...(maxFileBytes === undefined ? { wrong: words.fileWrong } : {})}
        />
      </div>
    </Dialog>
  );
}
