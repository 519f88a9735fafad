/** A body sent in parts, some at once, and what a refusal of it may mean. */
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Body, PutOptions, Stored } from './destination.ts';
import { PartMemory, partsOf } from './pieces.ts';
import { ServiceFail } from './service-fail.ts';

/** Three of them on their way and one that is being filled are most of what an upload needs of memory. */
export const defaultPartBytes = 8 * 1024 * 1024;
const partsAtOnce = 3;

/** @param send one part, numbered from 1. Its memory is used again when this has resolved. */
export async function sendParts(
  body: Body,
  partBytes: number,
  options: PutOptions,
  send: (bytes: Buffer, number: number) => Promise<void>,
): Promise<void> {
  const sending = new Set<Promise<void>>();
  const memory = new PartMemory();
  let failure: { thrown: unknown } | undefined;
  let arrived = 0;
  const sendOne = async (bytes: Buffer, number: number): Promise<void> => {
    await send(bytes, number);
    memory.give(bytes);
    arrived += bytes.length;
    options.onProgress?.(arrived);
  };
  try {
    let number = 0;
    for await (const bytes of partsOf(body, partBytes, options.signal, memory)) {
      number += 1;
      const one = sendOne(bytes, number)
        .catch((thrown: unknown) => {
          failure ??= { thrown };
        })
        .finally(() => sending.delete(one));
      sending.add(one);
      if (sending.size >= partsAtOnce) await Promise.race(sending);
      if (failure !== undefined) break;
    }
  } finally {
    // A part that arrives after its upload was forgotten would stay there, unseen.
    await Promise.all(sending);
  }
  if (failure !== undefined) throw failure.thrown;
}

/**
 * A refusal because the name is taken, or the parts are gone, may be the answer to our own second try.
 * @param isMine whether what lies there is what this put has put.
 */
export async function unlessMine(
  key: Key,
  work: () => Promise<unknown>,
  isMine: () => Promise<boolean>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const doubtful =
      thrown instanceof ServiceFail &&
      (thrown.code === 'destination.exists' || thrown.said === 'NoSuchUpload' || thrown.said === 'InvalidBlockList');
    if (!doubtful) throw thrown;
    if (await isMine()) return;
    if (thrown.code === 'destination.exists')
      throw new Fail('destination.exists', `${key} is there already, or just being written.`, { cause: thrown });
    throw thrown;
  }
}

/**
 * What was put, as the place tells of it. Where it is not what was sent it is taken away again, so that nothing half is listed.
 * @param put the name of this put: what somebody else put there since stays.
 * @throws Fail destination.hash-mismatch
 */
export async function asSent(
  key: Key,
  { sizeBytes }: Body,
  put: string,
  there: (Stored & { put: string | undefined }) | undefined,
  remove: () => Promise<void>,
): Promise<Stored> {
  if (there?.sizeBytes === sizeBytes) return { key, sizeBytes, modifiedAt: there.modifiedAt };
  // Who may not remove leaves it there; what is wrong with it has to be told first.
  if (there?.put === put) await remove().catch(() => {});
  throw new Fail('destination.hash-mismatch', `${key} was stored and is not what was sent.`);
}
