/** Bytes that are asked for piece by piece. */
import { expect, test } from 'vitest';
import { piecesFrom } from '../../../src/main/base/piecewise.ts';

async function* counting(seen: string[], over: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for (let number = 0; ; number += 1) {
      over.throwIfAborted();
      seen.push(`made ${number}`);
      yield Buffer.from([number]);
    }
  } finally {
    seen.push('closed');
  }
}

test('no piece is made before it is asked for, and what made them is closed when the reader leaves', async () => {
  const seen: string[] = [];
  for await (const piece of piecesFrom((over) => counting(seen, over))) if (piece[0] === 1) break;
  expect(seen).toEqual(['made 0', 'made 1', 'closed']);
});

test('who destroys it between two pieces closes it, and is given nothing more', async () => {
  const seen: string[] = [];
  const pieces = piecesFrom((over) => counting(seen, over));
  const reader = pieces[Symbol.asyncIterator]();
  await reader.next();
  pieces.destroy();
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(seen).toEqual(['made 0', 'closed']);
});

test('who destroys it while a piece is waited for has the reason thrown there', async () => {
  const reason = new Error('the upload was stopped');
  const pieces = piecesFrom(async function* waits(over) {
    await new Promise((_, reject) => over.addEventListener('abort', () => reject(over.reason as Error)));
    yield Buffer.alloc(1);
  });
  const next = pieces[Symbol.asyncIterator]().next();
  pieces.destroy(reason);
  await expect(next).rejects.toBe(reason);
});

test('what nobody reads is destroyed without being begun', () => {
  const seen: string[] = [];
  piecesFrom((over) => counting(seen, over)).destroy();
  expect(seen).toEqual([]);
});
