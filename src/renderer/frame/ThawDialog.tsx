import { type ReactNode, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type ThawSpeed } from '../../shared/thaw-report.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { RadioList } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select } from '../ui/Select.tsx';
import { common } from '../words/common.ts';
import { thawWords as words } from '../words/thaw.ts';
import { type Cold } from './use-archived.ts';

export interface ThawChoice {
  speed: ThawSpeed;
  days: number;
}

const dayChoices = ['1', '3', '7', '14', '30'] as const;

/** How fast, and for how long. What follows is the caller's: a choice in `children`, and its own button. */
export function ThawDialog({
  copy,
  title,
  begin,
  children,
  onBegin,
  onClose,
}: {
  /** Null: closed. */
  copy: Cold | null;
  title: string;
  begin: string;
  children: ReactNode;
  onBegin: (choice: ThawChoice) => Promise<unknown>;
  onClose: () => void;
}) {
  if (copy === null) return null;
  return (
    <Open copy={copy} title={title} begin={begin} onBegin={onBegin} onClose={onClose}>
      {children}
    </Open>
  );
}

function Open({
  copy,
  title,
  begin,
  children,
  onBegin,
  onClose,
}: Omit<Parameters<typeof ThawDialog>[0], 'copy'> & { copy: Cold }) {
  const { speeds, sizeBytes, goesBack } = copy;
  const [speed, setSpeed] = useState<ThawSpeed>('standard');
  const [days, setDays] = useState<(typeof dayChoices)[number]>('7');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const start = (): void => {
    setPending(true);
    onBegin({ speed, days: Number(days) }).then(onClose, (thrown: unknown) => {
      setFailure(toFailure(thrown, ''));
      setPending(false);
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" onPress={start} disabled={pending}>
            {begin}
          </Button>
        </>
      }
    >
      {failure !== null && <FailureBox failure={failure} title={words.notBegun} />}
      <RadioList<ThawSpeed>
        label={words.speedLabel}
        value={speed}
        onChange={setSpeed}
        choices={speeds.map((one) => ({
          value: one.speed,
          title: words.speed[one.speed],
          detail: words.speedDetail(one.speed, one.hours),
        }))}
      />
      {goesBack && (
        <Select
          label={words.daysLabel}
          value={days}
          onChange={setDays}
          options={dayChoices.map((value) => ({ value, title: words.days(Number(value)) }))}
        />
      )}
      {children}
      <p className="small two">{words.cost(sizeBytes, goesBack)}</p>
    </Dialog>
  );
}
