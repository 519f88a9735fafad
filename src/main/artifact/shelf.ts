/** What reading a backup needs of a place. Every destination is a shelf; this room knows no more of them. */
import type { Readable } from 'node:stream';
import type { Key } from '../base/key.ts';

export interface Shelf {
  /** Bytes `from` (inclusive) to `to` (exclusive); less where there are less. Absent: `artifact.missing`. */
  get(key: Key, options?: { from?: number; to?: number; signal?: AbortSignal }): Promise<Readable>;
  stat(key: Key): Promise<{ sizeBytes: number } | undefined>;
  list(prefix: Key | '', signal?: AbortSignal): AsyncIterable<{ key: Key; sizeBytes: number }>;
}
