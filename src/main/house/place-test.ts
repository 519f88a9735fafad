/** What a place does in truth, tried with an object of a few bytes: the little sister of the places' own suite. */
import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { PlaceReport, PlaceStep } from '../../shared/destination.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import { bodyOf, key, type Destination } from '../destination/destination.ts';

/** Tries everything that a backup, a proof and a restore do there. Whatever fails is told; nothing is thrown but an abort. */
export async function tryPlace(
  place: Destination,
  signal: AbortSignal,
  onStep: (step: PlaceStep) => void = () => undefined,
): Promise<PlaceReport> {
  const name = key('tests', randomUUID());
  const bytes = randomBytes(4096);
  const steps: PlaceStep[] = [];
  const took = (taken: PlaceStep): void => {
    steps.push(taken);
    onStep(taken);
  };
  const step = async (what: PlaceStep['what'], work: () => Promise<boolean>): Promise<boolean> => {
    signal.throwIfAborted();
    try {
      const asPromised = await work();
      took({ what, outcome: asPromised ? 'ok' : 'failed', code: null, message: '' });
      return asPromised;
    } catch (thrown) {
      signal.throwIfAborted();
      const { code, message } = toFailure(thrown, 'place-test');
      took({ what, outcome: 'failed', code, message });
      return false;
    }
  };
  const stored = await step('put', async () => {
    const put = await place.put(name, bodyOf(bytes), { signal, ifAbsent: true });
    return put.sizeBytes === bytes.length;
  });
  if (!stored) return { steps, oneWinner: null, mayOverwrite: false, mayRemove: false, backups: null };
  await step('read', async () => (await buffer(await place.get(name, { signal }))).equals(bytes));
  await step('range', async () =>
    (await buffer(await place.get(name, { from: 1000, to: 2000, signal }))).equals(bytes.subarray(1000, 2000)),
  );
  await step('list', async () => {
    for await (const one of place.list(key('tests'), signal)) if (one.key === name) return true;
    return false;
  });
  await step('refuse', () => refuses(place.put(name, bodyOf(randomBytes(10)), { signal, ifAbsent: true })));
  const mayOverwrite = await succeeds(place.put(name, bodyOf(bytes), { signal }));
  const mayRemove = await succeeds(place.remove(name));
  signal.throwIfAborted();
  return {
    steps,
    oneWinner: place.features.oneWinner ?? null,
    mayOverwrite,
    mayRemove,
    backups: await count(place, signal),
  };
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

async function refuses(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (thrown) {
    if (thrown instanceof Fail && thrown.code === 'destination.exists') return true;
    throw thrown;
  }
}

async function count(place: Destination, signal: AbortSignal): Promise<number | null> {
  let found = 0;
  try {
    for await (const _ of place.list(key('manifests'), signal)) found += 1;
    return found;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
