import { type ReactNode, useId, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { common } from '../words/common.ts';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import css from './Float.module.css';
import { TextField } from './TextField.tsx';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons at the lower right, the main one last. */
  actions?: ReactNode;
  wide?: boolean;
  /** For a question that must be answered by a button. Escape still cancels. */
  alert?: boolean;
}

/** Focus stays inside and goes back where it came from. Escape and a press beside it close it. */
export function Dialog({ open, onClose, title, children, actions, wide, alert }: DialogProps) {
  return (
    <ModalOverlay
      className={css.veil ?? ''}
      isOpen={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      isDismissable={alert !== true}
    >
      <Modal className={classNames(css.dialog, wide === true && css.wide)}>
        <AriaDialog role={alert === true ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className={css.title ?? ''}>
            {title}
          </Heading>
          <div className={css.body}>{children}</div>
          <div className={css.actions}>{actions ?? <Button onPress={onClose}>{common.close}</Button>}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmDialogProps extends Omit<DialogProps, 'actions' | 'alert'> {
  /** Says what will happen and to what: "Remove shop". */
  confirm: string;
  onConfirm: () => void;
  /** Must be typed exactly before the button works. */
  typed?: string;
  destroys?: boolean;
  pending?: boolean;
}

/** What is lost, where it stays, and a button that names the act. Enter never confirms from the typed field alone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, typed } = props;
  const [text, setText] = useState('');
  const [wasOpen, setWasOpen] = useState(open);
  if (open !== wasOpen) {
    setWasOpen(open);
    setText('');
  }
  const why = useId();
  const ready = typed === undefined || text === typed;
  return (
    <Dialog
      {...props}
      alert
      actions={
        <>
          <Button onPress={props.onClose} autoFocus={typed === undefined}>
            {common.cancel}
          </Button>
          <Button
            variant={props.destroys === true ? 'destroy' : 'primary'}
            onPress={props.onConfirm}
            disabled={!ready}
            pending={props.pending}
            describedBy={typed === undefined ? undefined : why}
          >
            {props.confirm}
          </Button>
        </>
      }
    >
      {props.children}
      {typed !== undefined && (
        <div id={why}>
          <TextField label={common.typeToConfirm(typed)} value={text} onChange={setText} mono autoFocus />
        </div>
      )}
    </Dialog>
  );
}
