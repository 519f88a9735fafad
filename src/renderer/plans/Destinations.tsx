import { PlaceChoices } from '../frame/PlaceChoices.tsx';
import { useHeld } from '../store/hooks.ts';
import { Section } from '../ui/Layout.tsx';
import { plansWords as words } from '../words/plans.ts';
import { type PlanForm } from './form.ts';

/** Where backups go, where there is a choice. */
export function Destinations({ form, change }: { form: PlanForm; change: (part: Partial<PlanForm>) => void }) {
  const destinations = useHeld((state) => state.destinations);
  if (destinations.length < 2) return null;
  return (
    <Section title={words.destinations} note={form.destinations.length === 0 ? words.destinationsOwn : undefined} ruled>
      <div role="group" aria-label={words.destinations}>
        <PlaceChoices
          isChosen={({ id }) => form.destinations.includes(id)}
          onToggle={({ id }, on) =>
            change({
              destinations: on ? [...form.destinations, id] : form.destinations.filter((one) => one !== id),
            })
          }
        />
      </div>
    </Section>
  );
}
