import { useCallback, useEffect, useRef, useState } from 'react';
import { type PlaceReport, type PlaceStep } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { now } from '../clock.ts';
import { useApi } from '../store/hooks.ts';

/** The live test of a place. A report speaks of the place as it was then. */
export type PlaceTest =
  | { state: 'none' }
  | { state: 'running'; steps: readonly PlaceStep[] }
  | { state: 'done'; report: PlaceReport; at: number }
  /** Nothing was tried: it could not be reached, or did not let us in. */
  | { state: 'failed'; failure: Failure };

type Ask = (attempt: string) => Promise<PlaceReport>;

export interface PlaceTester {
  test: PlaceTest;
  /** Answers what it came to; null where another began meanwhile. */
  start: (ask: Ask) => Promise<PlaceTest | null>;
  forget: () => void;
}

/** Whether everything did what it should. */
export const hasPassed = (test: PlaceTest): boolean =>
  test.state === 'done' && test.report.steps.every(({ outcome }) => outcome === 'ok');

/** Asks for a test under a name of its own, and shows each step as it is announced. */
export function usePlaceTest(): PlaceTester {
  const { destination } = useApi();
  const [test, setTest] = useState<PlaceTest>({ state: 'none' });
  const current = useRef('');
  useEffect(
    () =>
      destination.stepped(({ attempt, step }) => {
        if (attempt !== current.current) return;
        setTest((before) => (before.state === 'running' ? { ...before, steps: [...before.steps, step] } : before));
      }),
    [destination],
  );
  const start = useCallback(async (ask: Ask): Promise<PlaceTest | null> => {
    const attempt = crypto.randomUUID();
    current.current = attempt;
    setTest({ state: 'running', steps: [] });
    const ended: PlaceTest = await ask(attempt).then(
      (report) => ({ state: 'done', report, at: now() }) as const,
      (thrown: unknown) => ({ state: 'failed', failure: toFailure(thrown, '') }) as const,
    );
    if (current.current !== attempt) return null;
    setTest(ended);
    return ended;
  }, []);
  const forget = useCallback(() => {
    current.current = '';
    setTest({ state: 'none' });
  }, []);
  return { test, start, forget };
}
