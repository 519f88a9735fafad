import { type PinBeaten } from '../../shared/place-rules.ts';
import { timeZone, useNow } from '../clock.ts';
import { Banner } from '../ui/Banner.tsx';
import { dayOrTime } from '../words/moment.ts';
import { pinWords as words } from '../words/pin.ts';

/** Places that delete their copy before the pin ends. Nothing where none does, as far as their rules were read. */
export function PinBeatenNote({ beaten }: { beaten: readonly PinBeaten[] }) {
  const now = useNow();
  if (beaten.length === 0) return null;
  return (
    <Banner tone="attention" title={words.beatenTitle}>
      {beaten.map(({ destination, place, at }) => (
        <p key={destination}>{words.beaten(place, dayOrTime(at, now, timeZone()))}</p>
      ))}
      <p>{words.beatenHow}</p>
    </Banner>
  );
}
