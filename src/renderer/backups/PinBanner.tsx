import { useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { timeZone, useNow } from '../clock.ts';
import { pinBeaten } from '../../shared/place-rules.ts';
import { LiftHold } from '../frame/LiftHold.tsx';
import { PinBeatenNote } from '../frame/PinBeatenNote.tsx';
import { useUnpin } from '../frame/use-unpin.ts';
import { useHeld } from '../store/hooks.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { momentInSentence } from '../words/moment.ts';
import { pinWords as words } from '../words/pin.ts';

/** Why this backup stays whatever a rule says, until when, and who said so. */
export function PinBanner({ card }: { card: BackupCard }) {
  const { backupId, pin } = card;
  const destinations = useHeld((state) => state.destinations);
  const now = useNow();
  const zone = timeZone();
  const unpin = useUnpin();
  const [lifting, setLifting] = useState(false);
  if (pin === undefined || (pin.until !== null && pin.until <= now)) return null;
  const end = pin.until === null ? words.endless : words.ends(momentInSentence(pin.until, now, zone));
  return (
    <>
      <Banner
        tone="plain"
        title={pin.hold ? words.heldTitle(pin.reason) : words.pinnedTitle(pin.reason)}
        actions={
          <Button size="small" onPress={() => (pin.hold ? setLifting(true) : unpin(backupId, false))}>
            {pin.hold ? words.liftEllipsis : words.unpin}
          </Button>
        }
      >
        {`${words.by(pin.by, momentInSentence(pin.since, now, zone))} ${end}`}
      </Banner>
      <PinBeatenNote beaten={pinBeaten(card, destinations, now)} />
      <LiftHold held={lifting ? { backupId, reason: pin.reason } : null} onClose={() => setLifting(false)} />
    </>
  );
}
