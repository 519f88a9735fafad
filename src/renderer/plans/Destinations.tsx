import { addressOf, awaitsKit } from '../../shared/destination.ts';
import { useHeld } from '../store/hooks.ts';
import { Checkbox } from '../ui/Choice.tsx';
import { Section } from '../ui/Layout.tsx';
import { plansWords as words } from '../words/plans.ts';
import { type PlanForm } from './form.ts';
import css from './Plans.module.css';

/** Where backups go, where there is a choice. */
export function Destinations({ form, change }: { form: PlanForm; change: (part: Partial<PlanForm>) => void }) {
  const destinations = useHeld((state) => state.destinations);
  if (destinations.length < 2) return null;
  return (
    <Section title={words.destinations} note={form.destinations.length === 0 ? words.destinationsOwn : undefined} ruled>
      <div className={css.sources} role="group" aria-label={words.destinations}>
        {destinations.map(({ id, name, ...card }) => (
          <Checkbox
            key={id}
            hint={words.destinationHint(addressOf(card.settings), awaitsKit(card))}
            checked={form.destinations.includes(id)}
            onChange={(on) =>
              change({
                destinations: on ? [...form.destinations, id] : form.destinations.filter((one) => one !== id),
              })
            }
          >
            {name}
          </Checkbox>
        ))}
      </div>
    </Section>
  );
}
