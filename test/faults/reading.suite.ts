/** What every place over HTTP promises to whoever reads from it through a network that lies. */
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import type { Mischief } from '../helpers/mischief.ts';

export interface ReadThrough {
  place: () => Destination;
  /** From now on whatever is asked with GET meets this. */
  onGet: (mischief: () => Mischief | undefined) => void;
}

const name = key('data', 'set', 'x');
const oneMiB = 2 ** 20;
const body = (bytes: Buffer) => ({ ...bodyOf(bytes), sha256: createHash('sha256').update(bytes).digest('hex') });
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

export function readsWholeOrFails({ place, onGet }: ReadThrough): void {
  test('a proxy that cuts answers off, honestly or not: the reader has every byte or an error', async () => {
    const bytes = randomBytes(3 * oneMiB);
    await place().put(name, body(bytes));
    for (const honest of [true, false]) {
      let cuts = 3;
      onGet(() => (cuts-- > 0 ? { kind: 'truncate', atBytes: 300_000, honest } : undefined));
      expect((await buffer(await place().get(name))).equals(bytes)).toBe(true);
      onGet(() => ({ kind: 'truncate', atBytes: 0, honest }));
      const reading = (async () => buffer(await place().get(name)))();
      await expect(reading).rejects.toEqual(code('destination.unreachable'));
    }
  });

  test('what is replaced while it is read is no mixture of two', async () => {
    await place().put(name, body(Buffer.alloc(oneMiB, 'a')));
    onGet(() => ({ kind: 'truncate', atBytes: 1000, honest: true }));
    const stream = await place().get(name);
    onGet(() => undefined);
    await place().put(name, body(Buffer.alloc(oneMiB, 'b')));
    await expect(buffer(stream)).rejects.toEqual(code('destination.changed'));
  });
}
