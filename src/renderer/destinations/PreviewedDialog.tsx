import { type ReactNode } from 'react';
import { type Failure } from '../../shared/failure.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { common } from '../words/common.ts';
import { previewedWords as words } from '../words/place-setup.ts';
import css from './Parts.module.css';

interface Step {
  act: () => void;
  pending: boolean;
  disabled: boolean;
}

/** First what is wished, then what that means, then it is set: never the third without the second. */
export function PreviewedDialog(props: {
  title: string;
  onClose: () => void;
  /** The second step is there. */
  isShown: boolean;
  look: Step;
  set: Step;
  onBack: () => void;
  failure: Failure | null;
  /** What has to be ticked before it can be set; undefined: nothing. */
  accept: { words: string; accepted: boolean; onAccept: (accepted: boolean) => void } | undefined;
  children: ReactNode;
}) {
  const { look, set, accept } = props;
  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={props.title}
      actions={
        props.isShown ? (
          <>
            <Button onPress={props.onBack}>{words.back}</Button>
            <Button
              variant="primary"
              pending={set.pending}
              disabled={set.disabled || accept?.accepted === false}
              onPress={set.act}
            >
              {words.set}
            </Button>
          </>
        ) : (
          <>
            <Button onPress={props.onClose}>{common.cancel}</Button>
            <Button variant="primary" onPress={look.act} pending={look.pending} disabled={look.disabled}>
              {words.preview}
            </Button>
          </>
        )
      }
    >
      <div className={css.form}>
        {props.failure !== null && <FailureBox failure={props.failure} />}
        {props.children}
        {accept !== undefined && (
          <Checkbox checked={accept.accepted} onChange={accept.onAccept}>
            {accept.words}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
}
