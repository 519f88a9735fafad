import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { RadioList } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { common } from '../words/common.ts';
import { plansWords as words } from '../words/plans.ts';
import { type PauseChoice, pauseChoices } from './pause.ts';

/** For how long. */
export function PauseDialog(props: {
  open: boolean;
  title: string;
  onClose: () => void;
  onPause: (choice: PauseChoice) => void;
}) {
  const [choice, setChoice] = useState<PauseChoice>('hour');
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      actions={
        <>
          <Button onPress={props.onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            onPress={() => {
              props.onClose();
              props.onPause(choice);
            }}
          >
            {words.pauseYes}
          </Button>
        </>
      }
    >
      <RadioList<PauseChoice>
        label={words.pauseFor}
        value={choice}
        onChange={setChoice}
        choices={pauseChoices.map((value) => ({ value, title: words.pauseChoices[value] }))}
      />
    </Dialog>
  );
}
