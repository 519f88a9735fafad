import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speak, type Lines } from '../../../src/main/serve/lines.ts';

interface Peer {
  lines: Lines;
  /** Arrives from the other side. */
  arrive(bytes: Buffer): void;
  heard: unknown[];
  ended: number;
  /** What went to the other side. */
  written: string;
}

function peer(maxBytes = 1_000, onMessage?: (message: unknown) => void): Peer {
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      side.written += chunk.toString('utf8');
      done();
    },
  });
  const side: Peer = {
    lines: speak(socket as unknown as Socket, {
      maxBytes,
      onMessage: onMessage ?? ((message) => void side.heard.push(message)),
      onEnd: () => {
        side.ended += 1;
      },
    }),
    arrive: (bytes) => void socket.emit('data', bytes),
    heard: [],
    ended: 0,
    written: '',
  };
  return side;
}

describe('messages on a socket', () => {
  it('come whole and in order, however they are cut on the way', () => {
    const message = fc.record({
      id: fc.integer(),
      text: fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '€', '😀', '\u2028') }),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
        (messages, cuts) => {
          const bytes = Buffer.from(messages.map((one) => `${JSON.stringify(one)}\n`).join(''));
          const side = peer(100_000);
          let from = 0;
          for (const cut of [...cuts, bytes.length]) {
            side.arrive(bytes.subarray(from, from + cut));
            from += cut;
          }
          expect(side.heard).toEqual(JSON.parse(JSON.stringify(messages)));
          expect(side.ended).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('end with the first line that is none, and nothing after it is heard', () => {
    const side = peer();
    side.arrive(Buffer.from('{"a":1}\nnonsense\n{"b":2}\n'));
    expect([side.heard, side.ended]).toEqual([[{ a: 1 }], 1]);
    side.arrive(Buffer.from('{"c":3}\n'));
    expect([side.heard, side.ended]).toEqual([[{ a: 1 }], 1]);
    expect(side.lines.send({})).toBe(false);
  });

  it('end with a line that is too long, before it is whole', () => {
    const side = peer(10);
    side.arrive(Buffer.from('"12345678"\n"123'));
    expect([side.heard, side.ended]).toEqual([['12345678'], 0]);
    side.arrive(Buffer.from('456789AB'));
    expect(side.ended).toBe(1);
  });

  it('end when what was heard cannot be borne', () => {
    const side = peer(100, () => {
      throw new Error('not for me');
    });
    side.arrive(Buffer.from('{}\n{}\n'));
    expect(side.ended).toBe(1);
  });

  it('go out as one line each', () => {
    const side = peer();
    side.lines.send({ text: 'two\nlines' });
    side.lines.send([1]);
    expect(side.written).toBe('{"text":"two\\nlines"}\n[1]\n');
  });
});
