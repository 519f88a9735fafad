import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type LifecycleFact } from '../../shared/place-admin.ts';
import { Button } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { lifecycleWords as words } from '../words/place-setup.ts';
import { Clashes } from './Clashes.tsx';
import { LifecycleForm } from './LifecycleForm.tsx';
import css from './Parts.module.css';

/** What the service does with our data by itself, the rules that others made, and where they beat a promise of ours. */
export function Lifecycle({
  card,
  fact,
  onChanged,
}: {
  card: DestinationCard;
  fact: LifecycleFact;
  onChanged: () => void;
}) {
  const [open, setOpen] = useState(false);
  const { wish, rules, clashes, canSet } = fact;
  const others = rules.filter(({ ours }) => !ours);
  if (fact.state === 'none') return null;
  return (
    <Section
      title={words.title}
      actions={
        canSet ? (
          <Button
            size="small"
            variant="link"
            label={`${words.change} (${words.dialogTitle(card.name)})`}
            onPress={() => setOpen(true)}
          >
            {words.change}
          </Button>
        ) : undefined
      }
    >
      <p className={css.said}>{fact.state === 'unknown' ? fact.words : words.text}</p>
      {fact.state !== 'unknown' && wish === null && <p className="two">{words.none}</p>}
      {wish !== null && (
        <Facts
          facts={[
            { name: words.facts.cold, value: wish.cold === null ? words.never : words.cold(wish.cold) },
            {
              name: words.facts.expire,
              value: wish.expireAfterDays === null ? words.never : words.after(wish.expireAfterDays),
            },
            {
              name: words.facts.versions,
              value: wish.versionsAfterDays === null ? words.never : words.after(wish.versionsAfterDays),
            },
          ]}
        />
      )}
      {others.length > 0 && (
        <>
          <h4 className={css.minor}>{words.others}</h4>
          <ul className={css.lines}>
            {others.map((rule) => (
              <li key={rule.id}>
                <span className="mono">{rule.id}</span>
                <span className="two">{rule.words.join(' ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Clashes clashes={clashes} />
      {open && (
        <LifecycleForm
          card={card}
          fact={fact}
          onClose={() => setOpen(false)}
          onSet={() => {
            setOpen(false);
            onChanged();
          }}
        />
      )}
    </Section>
  );
}
