/** So many bytes a second for everybody who asks here, first come, first served. */
import type { Clock } from '../base/clock.ts';

/** What may go at once after a silence: this part of a second. */
const burstSeconds = 0.25;

const sizeOf = (bytesPerSecond: number): number => bytesPerSecond * burstSeconds;

export class TokenBucket {
  readonly #clock: Clock;
  #bytesPerSecond: number | undefined;
  #tokens = 0;
  #at: number;
  #turn: Promise<void> = Promise.resolve();
  #changed = new AbortController();

  /** @param bytesPerSecond undefined: no limit. */
  constructor(clock: Clock, bytesPerSecond: number | undefined) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#at = clock.elapsed();
  }

  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  /** From now on; whoever waits is given the rest of its time at the new pace. */
  change(bytesPerSecond: number | undefined): void {
    if (bytesPerSecond === this.#bytesPerSecond) return;
    this.#refill();
    this.#bytesPerSecond = bytesPerSecond;
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** Resolves when `bytes` more may go. In every stretch of time no more than its length times the limit, and a quarter of a second's, has been given. */
  take(bytes: number): Promise<void> {
    const mine = this.#turn.then(() => this.#wait(bytes));
    this.#turn = mine;
    return mine;
  }

  async #wait(bytes: number): Promise<void> {
    for (;;) {
      this.#refill();
      const rate = this.#bytesPerSecond;
      if (rate === undefined) return;
      // More than the bucket holds is given on credit once it is full: what comes next waits for it.
      const wanted = Math.min(bytes, sizeOf(rate));
      if (this.#tokens >= wanted) {
        this.#tokens -= bytes;
        return;
      }
      await this.#sleep(((wanted - this.#tokens) / rate) * 1_000);
    }
  }

  #refill(): void {
    const now = this.#clock.elapsed();
    const rate = this.#bytesPerSecond;
    this.#tokens = rate === undefined ? 0 : Math.min(sizeOf(rate), this.#tokens + ((now - this.#at) / 1_000) * rate);
    this.#at = now;
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#changed;
    try {
      // A clock may come back a little early; less than a millisecond would be asked for again and again.
      await this.#clock.sleep(Math.max(1, Math.ceil(ms)), signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }
}
