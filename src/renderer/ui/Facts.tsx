import { type ReactNode } from 'react';
import css from './Facts.module.css';

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values, one a line. What is null is left out. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(
        (fact) =>
          fact !== null && (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
