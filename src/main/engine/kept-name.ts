/** Under what name something stays that a restore took out of its place. */
import { createHash } from 'node:crypto';

export interface KeptNaming {
  /** The live name; for a file without its ending. */
  stem: string;
  word: 'before' | 'undone';
  /** Wall time; the name carries hour and minute as this machine shows them. */
  now: number;
  /** What follows, e.g. `.db`. */
  ending: string;
  /** Longest name that may be made, in bytes of UTF-8. */
  maxBytes: number;
  isTaken: (name: string) => boolean;
}

/**
 * `shop__before_1415`, with a number where that is taken. A stem that is too long is cut at a whole character and gets a
 * mark made from all of it, so that two long names that begin alike stay two.
 */
export function keptName({ stem, word, now, ending, maxBytes, isTaken }: KeptNaming): string {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const time = clock.format(now).replace(':', '');
  for (let number = 1; ; number++) {
    const tail = `__${word}_${time}${number === 1 ? '' : `_${number}`}${ending}`;
    const name = fitted(stem, maxBytes - Buffer.byteLength(tail)) + tail;
    if (!isTaken(name)) return name;
  }
}

function fitted(stem: string, maxBytes: number): string {
  if (Buffer.byteLength(stem) <= maxBytes) return stem;
  const mark = `~${createHash('sha256').update(stem).digest('hex').slice(0, 6)}`;
  let kept = '';
  for (const character of stem) {
    if (Buffer.byteLength(kept + character) > maxBytes - mark.length) break;
    kept += character;
  }
  return kept + mark;
}
