import { useEffect, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { type Behind as BehindBackup, type BehindReport } from '../../shared/reseal.ts';
import { tell } from '../frame/shown.ts';
import { href } from '../route.ts';
import { useApi, useRunningJobs } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Fold } from '../ui/Fold.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.behind;

/** Backups that lie there sealed as the place was sealed before, and what is being done about them. Nothing where there are none. */
export function Behind({ card }: { card: DestinationCard }) {
  const api = useApi();
  const { id: place, seal, recovery, sealKeys = [], keysAlone } = card;
  const keys = [recovery?.keyId, keysAlone === true, ...sealKeys.map(({ fingerprint }) => fingerprint)].join();
  const jobs = useRunningJobs()
    .map(({ id, state }) => `${id} ${state}`)
    .join();
  const { value, failure, again } = useAsked(seal === true ? `behind ${place} ${keys}` : null, () =>
    api.kit.behind({ name: place }),
  );
  useEffect(again, [again, jobs]);
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const run = (work: Promise<BehindReport>) => {
    setPending(true);
    work
      .then(again, (thrown: unknown) => {
        const { message, hint } = toFailure(thrown, '');
        tell({ id: `reseal ${place}`, state: 'danger', title: message, detail: hint, stays: true });
      })
      .finally(() => {
        setPending(false);
        setOpen(false);
      });
  };
  if (seal !== true) return null;
  if (failure !== null) return <FailureBox failure={failure} quiet />;
  if (value === null || value.count === 0) return null;
  const isAtWork = value.asked > 0;
  return (
    <div className={css.notice}>
      <Banner
        tone={isAtWork ? 'working' : 'attention'}
        title={isAtWork ? words.working(value.asked) : words.title(value)}
        actions={
          isAtWork ? (
            <Button size="small" onPress={() => run(api.kit.stopReseal({ name: place }))} pending={pending}>
              {words.stop}
            </Button>
          ) : (
            <Button size="small" onPress={() => setOpen(true)}>
              {words.open}
            </Button>
          )
        }
      >
        <p>{isAtWork ? words.workingText : words.text(value)}</p>
        <Fold title={words.which} small>
          <ul className={css.behind}>
            {value.backups.map((one) => (
              <Line key={one.backupId} backup={one} />
            ))}
          </ul>
        </Fold>
      </Banner>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.ask(value)}
        confirm={words.act}
        pending={pending}
        onConfirm={() => run(api.kit.reseal({ name: place }))}
      >
        <p className="two">{words.askText(value)}</p>
        <p className="two">{words.askAfter}</p>
      </ConfirmDialog>
    </div>
  );
}

function Line({ backup: { backupId, source, why, step, message } }: { backup: BehindBackup }) {
  return (
    <li>
      <a className="mono" href={href({ screen: 'backups', source, backupId })}>
        {backupId}
      </a>{' '}
      <span className={step === 'stays' ? 'attention' : 'two'}>
        {step === null ? words.why[why] : words.step[step]}
      </span>
      {message !== null && <p className="two small">{message}</p>}
    </li>
  );
}
