/** Forgets runs of plans that nobody needs any more, when nothing else is to be done. */
import type { PlanPorts } from './plan-run.ts';

const dayMs = 24 * 3_600_000;
export const runsKeptMs = 90 * dayMs;

export class PlanTidy {
  readonly #ports: Pick<PlanPorts, 'clock' | 'log' | 'plans'>;
  #tidiedAt: number | undefined;

  constructor(ports: Pick<PlanPorts, 'clock' | 'log' | 'plans'>) {
    this.#ports = ports;
  }

  /** Once a day of running time, and once after the start. */
  quietly(): void {
    const { clock, log, plans } = this.#ports;
    const elapsed = clock.elapsed();
    if (this.#tidiedAt !== undefined && elapsed - this.#tidiedAt < dayMs) return;
    const forgotten = plans.forgetRuns(clock.now() - runsKeptMs);
    // What is left over after years comes in pieces, so that no look at the clock takes long.
    if (forgotten === 0) this.#tidiedAt = elapsed;
    else log.info('Old runs of plans were forgotten.', { runs: forgotten });
  }
}
