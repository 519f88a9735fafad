/** What a place with a limit does before bytes go: held against every kind that sends bodies in parts. */
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import type { Throttle } from '../../src/main/destination/throttle.ts';
import { countingThrottle } from '../helpers/counting-throttle.ts';

export const smallParts = { prefix: 'slow', partBytes: 5 * 1024 * 1024 };

/** @param open a place that has {@link smallParts}. */
export function throttleSuite(open: (throttle: Throttle) => Destination): void {
  it('SV-1 every byte of a body in parts asks before it goes, in small pieces, and arrives as it was', async () => {
    const throttle = countingThrottle(100_000);
    const place = open(throttle);
    const bytes = randomBytes(6 * 1024 * 1024 + 5);
    await place.put(key('data', 'slow', 'x'), bodyOf(bytes));
    expect(throttle.total()).toBe(bytes.length);
    expect(Math.max(...throttle.pieces)).toBe(100_000);
    expect((await buffer(await place.get(key('data', 'slow', 'x')))).equals(bytes)).toBe(true);
    await place.close();
  });
}
