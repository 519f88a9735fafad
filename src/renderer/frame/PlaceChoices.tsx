import { addressOf, awaitsKit, type DestinationCard } from '../../shared/destination.ts';
import { useHeld } from '../store/hooks.ts';
import { Checkbox } from '../ui/Choice.tsx';
import { destinations as words } from '../words/destinations.ts';
import css from './PlaceChoices.module.css';

/** Every place, to choose some of: where it is, whether what goes there is sealed, and what it lacks. */
export function PlaceChoices({
  isChosen,
  onToggle,
}: {
  isChosen: (card: DestinationCard) => boolean;
  onToggle: (card: DestinationCard, on: boolean) => void;
}) {
  const destinations = useHeld((state) => state.destinations);
  return (
    <div className={css.places}>
      {destinations.map((card) => (
        <Checkbox
          key={card.id}
          checked={isChosen(card)}
          onChange={(on) => onToggle(card, on)}
          hint={
            <>
              <span className={css.address}>{addressOf(card.settings)}</span>
              <span>{words.choiceHint(card.seal === true, awaitsKit(card), card.tested?.failure ?? null)}</span>
            </>
          }
        >
          {card.name}
        </Checkbox>
      ))}
    </div>
  );
}
