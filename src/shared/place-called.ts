import { addressOf, type DestinationCard } from './destination.ts';
import { Fail } from './failure.ts';

/** The places that it can mean: the one with this id, else every one of this name. */
export function placesCalled(cards: readonly DestinationCard[], called: string): readonly DestinationCard[] {
  const meant = cards.find(({ id }) => id === called);
  return meant === undefined ? cards.filter(({ name }) => name === called) : [meant];
}

/**
 * The one place that a person can mean: the one with this id, else of this name. Folders that came with sources are named
 * after themselves, so two can share a name, and nobody may guess which of them is to be emptied.
 * @throws Fail destination.unknown, destination.ambiguous
 */
export function placeCalled(cards: readonly DestinationCard[], called: string): DestinationCard {
  const named = placesCalled(cards, called);
  const [only] = named;
  if (only === undefined) throw new Fail('destination.unknown', `There is no destination named ${called}.`);
  if (named.length === 1) return only;
  const candidates = named.map(({ id, settings }) => `${id} (${addressOf(settings)})`);
  throw new Fail(
    'destination.ambiguous',
    `${named.length} destinations are named ${called}: ${candidates.join(', ')}.`,
  );
}
