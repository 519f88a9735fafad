/** How fast jobs may send to each place: one bucket for each, from which all jobs of this house draw. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { DestinationId } from '../../shared/id.ts';
import { TokenBucket } from '../destination/token-bucket.ts';
import type { Rooms } from './rooms.ts';

export class Lanes {
  readonly #rooms: Pick<Rooms, 'catalog' | 'clock'>;
  readonly #buckets = new Map<DestinationId, TokenBucket>();

  constructor(rooms: Pick<Rooms, 'catalog' | 'clock'>) {
    this.#rooms = rooms;
  }

  /** Resolves when so many bytes may go there, with the limit that holds then; null: there is none. */
  async take(place: DestinationId, bytes: number): Promise<number | null> {
    const bucket = this.#bucket(place);
    await bucket.take(bytes);
    return bucket.bytesPerSecond ?? null;
  }

  /** Jobs that wait, and pieces that come after, go by the new limit. */
  changed({ id, maxBytesPerSecond }: DestinationCard): void {
    this.#buckets.get(id)?.change(maxBytesPerSecond);
  }

  #bucket(place: DestinationId): TokenBucket {
    const there = this.#buckets.get(place);
    if (there !== undefined) return there;
    const limit = this.#rooms.catalog.destinations.byId(place)?.maxBytesPerSecond;
    const bucket = new TokenBucket(this.#rooms.clock, limit);
    this.#buckets.set(place, bucket);
    return bucket;
  }
}
