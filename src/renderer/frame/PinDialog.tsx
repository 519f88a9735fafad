import { useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { toFailure, type Failure } from '../../shared/failure.ts';
import { pinBeaten } from '../../shared/place-rules.ts';
import { timeZone, useNow } from '../clock.ts';
import { useApi, useBackup, useHeld } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { RadioList } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { dayOrTime, momentInSentence } from '../words/moment.ts';
import { pinWords as words } from '../words/pin.ts';
import { PinBeatenNote } from './PinBeatenNote.tsx';
import { tell } from './shown.ts';
import { pinChoices, pinUntil, type PinChoice } from './pin.ts';

export type PinTarget = Pick<BackupCard, 'backupId' | 'takenAt'>;

/** Why a backup is kept whatever a rule says, and until when. */
export function PinDialog({ target, onClose }: { target: PinTarget | null; onClose: () => void }) {
  if (target === null) return null;
  return <Open key={target.backupId} target={target} onClose={onClose} />;
}

function Open({ target, onClose }: { target: PinTarget; onClose: () => void }) {
  const api = useApi();
  const now = useNow();
  const zone = timeZone();
  const [reason, setReason] = useState(words.critical);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const choices = pinChoices.map((value) => choiceOf(value, target, now, zone));
  const [choice, setChoice] = useState<PinChoice>(choices.find(({ disabled }) => !disabled)?.value ?? 'always');
  const empty = reason.trim() === '';
  const destinations = useHeld((state) => state.destinations);
  // An old backup may not be at hand: then the answer says what beats the pin.
  const stored = useBackup(target.backupId)?.stored ?? [];
  const wanted = { until: pinUntil(choice, target.takenAt, now), hold: choice === 'hold', reason, since: now, by: '' };
  const pin = (): void => {
    setAsked(true);
    if (empty) return;
    setPending(true);
    const { backupId, takenAt } = target;
    api.backup
      .pin({ backup: backupId, reason: reason.trim(), until: pinUntil(choice, takenAt, now), hold: choice === 'hold' })
      .then(
        ({ beaten = [] }) => {
          const [first] = beaten;
          if (first !== undefined)
            tell({
              id: `pin ${backupId}`,
              state: 'attention',
              title: words.beatenTitle,
              detail: `${words.beaten(first.place, dayOrTime(first.at, now, zone))} ${words.beatenHow}`,
              stays: true,
            });
          onClose();
        },
        (thrown: unknown) => {
          setFailure(toFailure(thrown, ''));
          setPending(false);
        },
      );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title(momentInSentence(target.takenAt, now, zone))}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" onPress={pin} pending={pending}>
            {words.pin}
          </Button>
        </>
      }
    >
      {failure !== null && <FailureBox failure={failure} title={words.notPinned} />}
      <TextField
        label={words.reason}
        value={reason}
        onChange={setReason}
        hint={words.reasonHint}
        maxLength={200}
        autoFocus
        {...(asked && empty ? { wrong: words.reasonMissing } : {})}
      />
      <RadioList<PinChoice> label={words.howLong} value={choice} onChange={setChoice} choices={choices} />
      <PinBeatenNote beaten={pinBeaten({ ...target, stored, pin: wanted }, destinations, now)} />
    </Dialog>
  );
}

function choiceOf(value: PinChoice, { takenAt }: PinTarget, now: number, zone: string) {
  const until = pinUntil(value, takenAt, now);
  const titles: Record<PinChoice, string> = {
    days30: words.for(30),
    days90: words.for(90),
    year: words.forYear,
    always: words.always,
    hold: words.hold,
  };
  const over = until !== null && until <= now;
  const at = until === null ? undefined : over ? words.over : words.until(dayOrTime(until, now, zone));
  return {
    value,
    title: titles[value],
    disabled: over,
    ...(at === undefined ? {} : { detail: at }),
    ...(value === 'hold' ? { detail: words.holdDetail } : {}),
  };
}
