import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type PlaceHealth } from '../../shared/health.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { Bytes, Moment } from '../ui/Time.tsx';
import { placeDetail as words } from '../words/place-detail.ts';
import { counted } from '../words/number.ts';
import css from './Destinations.module.css';

const { room } = words;
const soonDays = 30;

/** How much room there is, how fast it goes, and what lies there that should not. As it was last looked at. */
export function Room({ card: { id } }: { card: DestinationCard }) {
  const { destination } = useApi();
  const [looks, setLooks] = useState(0);
  const health = useAsked(`health ${id} ${looks}`, () => destination.health({ name: id, again: looks > 0 }));
  return (
    <Section
      title={room.heading}
      note={health.value === null ? undefined : <Moment at={health.value.at} form="ago" />}
      actions={
        <Button
          size="small"
          variant="link"
          onPress={() => setLooks(looks + 1)}
          disabled={health.value === null && health.failure === null}
        >
          {room.again}
        </Button>
      }
    >
      {health.failure !== null && <FailureBox failure={health.failure} title={room.failed} quiet />}
      {health.value === null && health.failure === null && <Skeleton width={200} />}
      {health.value !== null && <Known health={health.value} />}
    </Section>
  );
}

/** Further on nobody can say. */
const tenYears = 3_650;

function Known({ health: { freeBytes, sizeBytes, bytesADay, daysLeft, hints } }: { health: PlaceHealth }) {
  return (
    <div className={css.room}>
      <Facts
        facts={[
          freeBytes === null ? null : { name: room.free, value: <Bytes value={freeBytes} /> },
          { name: room.used, value: <Bytes value={sizeBytes} /> },
          bytesADay === null ? null : { name: room.aDay, value: <Bytes value={bytesADay} /> },
          daysLeft === null
            ? null
            : {
                name: room.full,
                value: (
                  <span className={daysLeft < soonDays ? 'attention num' : 'num'}>
                    {daysLeft > tenYears ? room.notForYears : room.in(counted(daysLeft, 'day', 'days'))}
                  </span>
                ),
              },
        ]}
      />
      {hints.map(({ code, words: said }) => (
        <p key={code} className={code === 'unknown-backups' ? 'two small' : 'attention small'}>
          {said}
        </p>
      ))}
    </div>
  );
}
