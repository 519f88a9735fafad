import { navigate } from '../navigate.ts';
import { dispatch } from './draft-store.ts';

/** The draft has served; the next restore begins with an empty one. */
export function leave(): void {
  dispatch({ type: 'cleared' });
  navigate({ screen: 'overview' });
}
