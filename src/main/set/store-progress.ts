import type { Watch } from '../base/watch.ts';

/** One progress for all places at once: bytes are added up, and a phase of the end begins only when the last place reaches it. */
export class StoreProgress {
  readonly #watch: Watch;
  readonly #arrived: number[];
  readonly #storing = new Set<number>();

  constructor(watch: Watch, places: number, setBytes: number) {
    this.#watch = watch;
    this.#arrived = Array.from({ length: places }, () => 0);
    for (let place = 0; place < places; place += 1) this.#storing.add(place);
    watch.progress({ phase: 'Storing', bytes: 0, totalBytes: setBytes * places });
  }

  arrived(place: number, bytes: number): void {
    this.#arrived[place] = bytes;
    if (this.#storing.size > 0) this.#watch.progress({ bytes: this.#arrived.reduce((sum, one) => sum + one, 0) });
  }

  /** This place has all the data, or will not get it. */
  past(place: number): void {
    this.#storing.delete(place);
  }

  ending(phase: 'Writing the manifest' | 'Reading back'): void {
    if (this.#storing.size === 0) this.#watch.progress({ phase });
  }
}
