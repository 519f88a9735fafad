/** A backup without a spool: what it asks of the database, and how long that is expected to take. */
import { ByteCount } from './id.ts';
import { z } from './schema.ts';

/** Whether backups of a source may go straight to their place: only where the data folder has no room, or in any case. */
export const DirectChoice = z.enum(['when-full', 'always']);
export type DirectChoice = z.output<typeof DirectChoice>;

export const DirectPreview = z.strictObject({
  /** The place that it would go to: the first of the source. */
  place: z.string(),
  /** The other places, which get it from there afterwards. */
  others: z.array(z.string()),
  /** What the backup is expected to take in the data folder; null where nothing is known of the database yet. */
  neededBytes: z.nullable(ByteCount),
  freeBytes: ByteCount,
  /** The folder that has this much free. */
  folder: z.string(),
  hasRoom: z.boolean(),
  /** How long the database would be read for; null where nothing is known. */
  holdsMs: z.nullable(z.int()),
  /** Whether that is from backups that were made; else it is a guess from the size. */
  measured: z.boolean(),
  /** False for a file: it is copied first, and let go before anything is sent. */
  holdsTransaction: z.boolean(),
});
export type DirectPreview = z.output<typeof DirectPreview>;

/** Without a backup to go by: what an ordinary line and an ordinary disk do together. */
const guessedBytesPerSecond = 20_000_000;
/** How much smaller a database becomes, where nothing is known: rather too little. */
const guessedRatio = 4;

/**
 * What a backup takes in the data folder: the size of the last one, before the first rather too little. A file is copied there
 * as it is, too. Null where nothing is known.
 */
export function neededFor(known: {
  kind: 'postgres' | 'sqlite';
  rawBytes: number | null;
  storedBytes: number | null;
}): number | null {
  const { kind, rawBytes, storedBytes } = known;
  const stored = storedBytes ?? (rawBytes === null ? null : Math.ceil(rawBytes / guessedRatio));
  return stored === null ? null : stored + (kind === 'sqlite' ? (rawBytes ?? 0) : 0);
}

/**
 * How long a direct backup would read the database: as long as the slower of reading and sending takes.
 * @param lastMs the median of the source's backups.
 */
export function holdsFor(known: {
  lastMs: number | null;
  rawBytes: number | null;
  storedBytes: number | null;
  maxBytesPerSecond: number | undefined;
}): { holdsMs: number | null; measured: boolean } {
  const { lastMs, rawBytes, storedBytes, maxBytesPerSecond } = known;
  const stored = storedBytes ?? (rawBytes === null ? null : rawBytes / guessedRatio);
  const sendMs = stored === null || maxBytesPerSecond === undefined ? 0 : (stored / maxBytesPerSecond) * 1_000;
  if (lastMs !== null) return { holdsMs: Math.round(Math.max(lastMs, sendMs)), measured: true };
  const size = rawBytes ?? storedBytes;
  if (size === null) return { holdsMs: null, measured: false };
  return { holdsMs: Math.round(Math.max((size / guessedBytesPerSecond) * 1_000, sendMs)), measured: false };
}

/** At least one. */
export const minutesOf = (ms: number): number => Math.max(1, Math.round(ms / 60_000));

/** What a person has to know before: the same words in the window, the terminal and the failure. */
export function directWords({ place, others, holdsMs, measured, holdsTransaction }: DirectPreview): string {
  const minutes = holdsMs === null ? null : minutesOf(holdsMs);
  const about = `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const time = minutes === null ? null : `${about}, ${measured ? 'as its last backups took' : 'guessed from its size'}`;
  const holds = holdsTransaction
    ? `That holds a transaction of the database open ${time === null ? 'until everything is sent' : `for ${time}`}`
    : `The file is copied into the data folder first, and let go${time === null ? '' : `; sending takes ${time}`}`;
  const rest =
    others.length === 0
      ? ''
      : ` ${others.join(', ')} ${others.length === 1 ? 'gets' : 'get'} it from there afterwards.`;
  return `It streams straight to ${place}. ${holds}, and what breaks off cannot be resumed: it begins anew.${rest}`;
}
