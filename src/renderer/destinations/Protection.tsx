import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { policyWithoutDelete } from '../../shared/s3-policy.ts';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Section } from '../ui/Layout.tsx';
import { destinations as words } from '../words/destinations.ts';
import { DeletionLogin } from './DeletionLogin.tsx';
import css from './Parts.module.css';
import { Rights } from './Rights.tsx';
import { Setup } from './Setup.tsx';

/** What could be done to the copies there, and what keeps it from being done. */
export function Protection({ card }: { card: DestinationCard }) {
  // What was tried comes with the same policy: it stands here once.
  const [tried, setTried] = useState(false);
  return (
    <div className={css.part}>
      <Rights card={card} onTried={() => setTried(true)} />
      <DeletionLogin card={card} />
      {card.deletion !== undefined && <Rights key="deletion" card={card} deletion />}
      <Setup card={card} />
      {!tried && <Policy card={card} />}
    </div>
  );
}

/** Only where a test has shown that the key could delete: a policy that nobody needs is noise. */
function Policy({ card: { settings, tested } }: { card: DestinationCard }) {
  if (settings.kind !== 's3' || tested?.mayRemove !== true) return null;
  return (
    <Section title={words.policy.heading}>
      <p className={css.said}>{words.policy.text}</p>
      <CodeBlock text={JSON.stringify(policyWithoutDelete(settings), null, 2)} label={words.policy.label} />
    </Section>
  );
}
