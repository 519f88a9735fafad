import { useState } from 'react';
import { type RetentionLook } from '../../shared/retention.ts';
import { timeZone, useNow } from '../clock.ts';
import { LiftHold } from '../frame/LiftHold.tsx';
import { useUnpin } from '../frame/use-unpin.ts';
import { href } from '../route.ts';
import { Button } from '../ui/Button.tsx';
import { dayOrTime, shortDay } from '../words/moment.ts';
import { retentionWords as words } from '../words/retention.ts';
import css from './Retention.module.css';

type Pinned = RetentionLook['pins'][number];

/** What stays whatever a rule says: why, and until when. */
export function Pins({ pins, source }: { pins: readonly Pinned[]; source: string }) {
  const unpin = useUnpin();
  const [lifting, setLifting] = useState<Pinned | null>(null);
  return (
    <section className={css.pins} aria-label={words.pinned}>
      <h3 className={css.heading}>{words.pinned}</h3>
      {pins.length === 0 && <p className="three small">{words.noPins}</p>}
      <ul>
        {pins.map((pinned) => (
          <Row
            key={pinned.backupId}
            pinned={pinned}
            source={source}
            onUnpin={() => (pinned.pin.hold ? setLifting(pinned) : unpin(pinned.backupId, false))}
          />
        ))}
      </ul>
      <LiftHold
        held={lifting === null ? null : { backupId: lifting.backupId, reason: lifting.pin.reason }}
        onClose={() => setLifting(null)}
      />
    </section>
  );
}

function Row({
  pinned: { backupId, takenAt, pin },
  source,
  onUnpin,
}: {
  pinned: Pinned;
  source: string;
  onUnpin: () => void;
}) {
  const now = useNow();
  const zone = timeZone();
  const end = pin.hold
    ? words.hold
    : pin.until === null
      ? words.pinForever
      : words.pinEnds(dayOrTime(pin.until, now, zone));
  const act = pin.hold ? words.liftHold : words.unpin;
  return (
    <li>
      <a className="num three" href={href({ screen: 'backups', source, backupId })}>
        {shortDay(takenAt, zone)}
      </a>
      <span>
        {pin.reason}
        <span className="three"> {end}</span>
      </span>
      <Button variant="quiet" size="small" icon="x" label={`${act} ${pin.reason}`} onPress={onUnpin} />
    </li>
  );
}
