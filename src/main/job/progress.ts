/** Turns the steps of a job, told as often as it likes, into the few samples that a person sees. */
import type { Progress } from '../../shared/job.ts';
import type { Clock } from '../base/clock.ts';
import type { Step } from '../base/watch.ts';

const sampleMs = 250;
const windowMs = 5_000;

interface Mark {
  at: number;
  bytes: number;
}

/** What has happened so far; pure but for the clock. */
export class ProgressMeter {
  readonly #clock: Clock;
  #now: Required<Step> = { phase: '', bytes: 0, totalBytes: null, rows: 0, table: null, leftMs: null };
  #marks: Mark[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#marks.push({ at: clock.elapsed(), bytes: 0 });
  }

  /** A new phase starts at nothing; within a phase numbers only grow. True when a phase begins. */
  take(step: Step): boolean {
    const begins = step.phase !== undefined && step.phase !== this.#now.phase;
    if (begins) {
      this.#now = { phase: step.phase as string, bytes: 0, totalBytes: null, rows: 0, table: null, leftMs: null };
      this.#marks = [{ at: this.#clock.elapsed(), bytes: 0 }];
    }
    if (step.bytes !== undefined) this.#now.bytes = Math.max(this.#now.bytes, whole(step.bytes));
    if (step.rows !== undefined) this.#now.rows = Math.max(this.#now.rows, whole(step.rows));
    if (step.totalBytes !== undefined) this.#now.totalBytes = step.totalBytes === null ? null : whole(step.totalBytes);
    if (step.table !== undefined) this.#now.table = step.table;
    if (step.leftMs !== undefined) this.#now.leftMs = step.leftMs === null ? null : whole(step.leftMs);
    return begins;
  }

  /** The sample of this moment. Call it a few times a second: the rate is taken over the samples of the last seconds. */
  sample(): Progress {
    const at = this.#clock.elapsed();
    const { bytes } = this.#now;
    // One mark older than the window stays, so that a slow stream still has something to be measured against.
    while (this.#marks.length > 1 && at - (this.#marks[1] as Mark).at >= windowMs) this.#marks.shift();
    const first = this.#marks[0] as Mark;
    const rate = at > first.at ? ((bytes - first.bytes) * 1_000) / (at - first.at) : 0;
    this.#marks.push({ at, bytes });
    return { ...this.#now, rate, leftMs: this.#now.leftMs ?? this.#left(rate, at - first.at) };
  }

  /** Unknown until a second has shown how fast it goes; an estimate that was passed is unknown again. */
  #left(rate: number, measuredMs: number): number | null {
    const { bytes, totalBytes } = this.#now;
    if (totalBytes === null || bytes > totalBytes) return null;
    if (bytes === totalBytes) return 0;
    if (rate <= 0 || measuredMs < 1_000) return null;
    return Math.round(((totalBytes - bytes) / rate) * 1_000);
  }
}

const whole = (value: number): number => (Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0);

export interface SampledProgress {
  /** Cheap. */
  take(step: Step): void;
  /** Sends what was not sent yet. Call it when the work has ended: the last value always arrives. */
  flush(): void;
}

/**
 * Sends at most four samples a second, and one more wherever a phase begins: phases are few, and none may go unseen.
 * @param onPhase called for every phase that begins, however short.
 */
export function sampledProgress(
  clock: Clock,
  send: (progress: Progress) => void,
  onPhase: (name: string) => void,
): SampledProgress {
  const meter = new ProgressMeter(clock);
  let lastSent = -Infinity;
  let unsent = false;
  let waiting = false;

  const emit = (): void => {
    unsent = false;
    lastSent = clock.elapsed();
    send(meter.sample());
  };
  const later = (): void => {
    if (waiting) return;
    waiting = true;
    void clock.sleep(Math.max(0, lastSent + sampleMs - clock.elapsed())).then(() => {
      waiting = false;
      if (unsent) emit();
    });
  };
  return {
    take(step) {
      const begins = meter.take(step);
      if (begins) onPhase(step.phase as string);
      unsent = true;
      if (begins || clock.elapsed() - lastSent >= sampleMs) emit();
      else later();
    },
    flush() {
      if (unsent) emit();
    },
  };
}
