/**
 * A place that keeps bytes. `test/contract/destination.suite.ts` holds every sentence here against every kind of place.
 */
import { Readable } from 'node:stream';
import type { ThawSpeed } from '../../shared/thaw-report.ts';
import type { Key } from '../base/key.ts';
import type { Pieces } from '../base/piecewise.ts';

export { key, type Key } from '../base/key.ts';

export interface Features {
  /** A put replaces what was there in one step; a reader sees the old or the new, never a mixture. */
  atomicPut: boolean;
  /** `get` can start in the middle without reading what is before. */
  rangeRead: boolean;
  /** The place can tell how much room it has. */
  freeSpace: boolean;
  /** Of puts with `ifAbsent` at once exactly one wins; false: the place only looks first. Undefined until such a put has found out. */
  oneWinner: boolean | undefined;
  /** A put that broke off can go on where it stopped. */
  resume: boolean;
}

/** A body that can be read again from any offset: a place that fails in the middle starts over without asking the source. */
export interface Body {
  sizeBytes: number;
  /** SHA-256 of the whole, in hex; the place refuses to keep anything else (`destination.hash-mismatch`). */
  sha256?: string;
  /** Each of its pieces is valid until the next one is asked for. */
  open(from?: number): Pieces;
  /** Where the bytes lie on this machine, if they do: a place on the same disk may link instead of copying. They never change. */
  file?: string;
}

export interface Stored {
  key: Key;
  sizeBytes: number;
  /** Wall time of the place, milliseconds since 1970. */
  modifiedAt: number;
  /** How many numbered parts it lies in, where it is not one file. */
  parts?: number;
  /** By `stat` alone: it is archived and cannot be read now; absent, it can. */
  cold?: Cold;
}

/** Why something that is stored cannot be read at once. */
export interface Cold {
  storageClass: string;
  /** It was asked for, and comes. */
  thawing: boolean;
}

export interface ThawOptions {
  /** So long it can be read once it is thawed, where it goes back by itself. */
  days: number;
  speed: ThawSpeed;
}

export interface PutOptions {
  signal?: AbortSignal;
  /** Fail with `destination.exists` when the key is taken; of two such puts at once exactly one wins, where `features.oneWinner`. */
  ifAbsent?: boolean;
  /** From an earlier put of the same key and body that broke off; unknown tokens are ignored. */
  resumeToken?: string;
  /** Told when the put can be gone on with: then an abort, or an error that may pass, leaves what arrived, unlisted, for a later put. */
  onResumable?: (token: string) => void;
  /** Bytes that have arrived so far. */
  onProgress?: (bytes: number) => void;
}

export interface Destination {
  readonly features: Features;
  /** A put is visible whole or not at all, and is on stable storage when it resolves. An abort or error leaves nothing listed. */
  put(key: Key, body: Body, options?: PutOptions): Promise<Stored>;
  /** Bytes `from` (inclusive) to `to` (exclusive). Absent: `artifact.missing`. A range beyond the end is empty. */
  get(key: Key, options?: { from?: number; to?: number; signal?: AbortSignal }): Promise<Readable>;
  /** Undefined when absent; anything else unexpected throws. */
  stat(key: Key): Promise<Stored | undefined>;
  /** Everything whose key starts with the folder `prefix` (`''` for all), in the order of the keys' bytes. A listed key can be read at once. */
  list(prefix: Key | '', signal?: AbortSignal): AsyncIterable<Stored>;
  /** Removing what is absent is not an error. */
  remove(key: Key): Promise<void>;
  /**
   * Asks for what is cold to be brought where it can be read, and does not wait for it: `stat` tells. What is thawing or thawed already is no
   * error. Places that archive nothing do not have it. @throws Fail destination.permission, destination.archived
   */
  thaw?(key: Key, options: ThawOptions): Promise<void>;
  /** Removes what a put that broke off left to be gone on with. Places that leave nothing do not have it. */
  giveUp?(key: Key, resumeToken: string): Promise<void>;
  /** Bytes that can still be put, where `features.freeSpace`. */
  freeBytes(): Promise<number | null>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** A small body that is in memory. */
export function bodyOf(bytes: Buffer): Body {
  return { sizeBytes: bytes.length, open: (from = 0) => Readable.from([bytes.subarray(from)]) };
}
