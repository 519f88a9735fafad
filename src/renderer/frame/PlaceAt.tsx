import { type ReactNode } from 'react';
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { type DestinationId } from '../../shared/id.ts';
import { placesCalled } from '../../shared/place-called.ts';
import { href, type Route } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { Icon } from '../ui/Icon.tsx';
import { Content, EmptyState, Skeleton } from '../ui/Layout.tsx';
import { destinations as words } from '../words/destinations.ts';
import { frame } from '../words/frame.ts';
import { Bar } from './Bar.tsx';
import { placeIcon } from './place-icon.ts';
import css from './PlaceAt.module.css';

/**
 * The place that an address means: its id, or the name that an older address or a person gave it. Where two bear the
 * name, nobody guesses: both are named, and each leads to its own (`to`).
 */
export function PlaceAt({
  place,
  to,
  children,
}: {
  place: string;
  to: (place: DestinationId) => Route;
  children: (card: DestinationCard) => ReactNode;
}) {
  const ready = useHeld((state) => state.ready);
  const destinations = useHeld((state) => state.destinations);
  const meant = placesCalled(destinations, place);
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return children(only);
  return (
    <>
      <Bar
        title={only?.name ?? words.goneTitle}
        crumb={{ title: frame.screens.destinations, href: href({ screen: 'destinations', place: null }) }}
      />
      <Content>
        {!ready ? (
          <Skeleton width={320} />
        ) : only === undefined ? (
          <EmptyState icon="destinations" title={words.gone(place)}>
            {words.goneText}
          </EmptyState>
        ) : (
          <EmptyState
            icon="destinations"
            title={words.several(meant.length, only.name)}
            actions={<Twins cards={meant} to={to} />}
          >
            {words.severalText}
          </EmptyState>
        )}
      </Content>
    </>
  );
}

function Twins({ cards, to }: { cards: readonly DestinationCard[]; to: (place: DestinationId) => Route }) {
  return (
    <ul className={css.twins}>
      {cards.map(({ id, settings }) => (
        <li key={id}>
          <Icon name={placeIcon[settings.kind]} />
          <a href={href(to(id))}>{addressOf(settings)}</a>
        </li>
      ))}
    </ul>
  );
}
