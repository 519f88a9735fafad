/** Names inside a destination. The places and the artifact format both speak of them, so they belong to neither. */
import { Fail } from '../../shared/failure.ts';

/**
 * A name inside a destination: relative, parts joined by `/`, each part 1 to 200 bytes of UTF-8, 900 bytes in all.
 * No part is `.` or `..`, holds a control character or `\`, or begins with `.holdfast-`, which a place keeps for what it
 * has not finished. Made by {@link key} only.
 */
export type Key = string & { readonly __key: unique symbol };

const maxPartBytes = 200;
const maxKeyBytes = 900;

/** How the name of an unfinished file begins; no key does, so none can be listed, replaced or swept by mistake. */
export const unfinishedPrefix = '.holdfast-';

/** The key of these parts, or `destination.bad-key`. A part may hold `/` itself and then counts as several. */
export function key(...parts: string[]): Key {
  const whole = parts.join('/');
  // A lone surrogate has no UTF-8 of its own: two such names would become one.
  if (!whole.isWellFormed() || Buffer.byteLength(whole) > maxKeyBytes || whole.split('/').some(isBadPart)) {
    throw new Fail('destination.bad-key', `${JSON.stringify(whole.slice(0, 120))} cannot be a name in a destination.`);
  }
  return whole as Key;
}

function isBadPart(part: string): boolean {
  return (
    part === '' ||
    part === '.' ||
    part === '..' ||
    part.startsWith(unfinishedPrefix) ||
    Buffer.byteLength(part) > maxPartBytes ||
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\\]/.test(part)
  );
}
