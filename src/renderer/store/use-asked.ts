import { useCallback, useEffect, useRef, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useHeld } from './hooks.ts';

export interface Asked<T> {
  /** The newest answer to this question; null before the first. */
  value: T | null;
  failure: Failure | null;
  asking: boolean;
  /** Asks the same once more; the answer there is stays until the next. */
  again: () => void;
}

interface Answer<T> {
  key: string | null;
  value: T | null;
  failure: Failure | null;
  asking: boolean;
}

/**
 * The answer to a question of the house. `key` names the question: another key asks anew and forgets the old answer, null
 * asks nothing. An answer that comes after the next question was asked is left out. After a new snapshot the same is asked once
 * more: an announcement that would have said so may have been missed.
 */
export function useAsked<T>(key: string | null, ask: () => Promise<T>): Asked<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ key: null, value: null, failure: null, asking: false });
  const newest = useRef(ask);
  const turn = useRef(0);
  useEffect(() => {
    newest.current = ask;
  });
  const run = useCallback((asked: string | null) => {
    turn.current += 1;
    const mine = turn.current;
    if (asked === null) return;
    const take = (change: Partial<Answer<T>>): void => {
      if (mine !== turn.current) return;
      setAnswer((before) => ({
        ...(before.key === asked ? before : { value: null, failure: null }),
        key: asked,
        asking: false,
        ...change,
      }));
    };
    newest.current().then(
      (value) => take({ value, failure: null }),
      (thrown: unknown) => take({ failure: toFailure(thrown, '') }),
    );
  }, []);
  const snapshots = useHeld((state) => state.snapshots);
  const begin = useCallback(() => {
    run(key);
    return () => {
      turn.current += 1;
    };
  }, [key, run]);
  useEffect(begin, [begin, snapshots]);
  const again = useCallback(() => {
    setAnswer((before) => (before.key === key ? { ...before, asking: true } : before));
    run(key);
  }, [key, run]);
  if (answer.key !== key) return { value: null, failure: null, asking: key !== null, again };
  return { value: answer.value, failure: answer.failure, asking: answer.asking, again };
}
