/** The steps of "test this source". Each is told as soon as it is known, so that whoever watches sees how far it came. */
import type { Failure } from '../../shared/failure.ts';
import { probeStepMessage, type ProbeStep } from '../../shared/source.ts';
import type { Watch } from '../base/watch.ts';

export interface ProbeSteps {
  readonly taken: readonly ProbeStep[];
  /** Tells that a step begins. */
  begin(step: string): void;
  /** Writes a step down, and a line of the job's log that says the same. */
  add(step: ProbeStep): void;
  fail(step: string, failure: Pick<Failure, 'code' | 'message' | 'hint'>): void;
  ok(): boolean;
}

export function probeSteps(watch: Watch): ProbeSteps {
  const taken: ProbeStep[] = [];
  const add = (step: ProbeStep): void => {
    taken.push(step);
    watch.log.info(probeStepMessage, { ...step });
  };
  return {
    taken,
    begin: (phase) => watch.progress({ phase }),
    add,
    fail: (step, { code, message, hint }) => add({ step, outcome: 'failed', detail: message, hint, code }),
    ok: () => taken.every((step) => step.outcome !== 'failed'),
  };
}
