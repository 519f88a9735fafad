import { Sha256 } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import type { End } from './chain.ts';

/** A small text that is kept apart from the trail (in the catalog), so that cutting off the trail's end is noticed. */
export interface HeadKeeper {
  get(): string | undefined;
  set(text: string): void;
}

const HeadText = z.strictObject({
  sequence: z.int().check(z.nonnegative()),
  hash: Sha256,
  /** Hash of a line that was about to be written: after a crash it may be there or not. */
  writing: z.nullable(Sha256),
});
export type Head = z.output<typeof HeadText>;

/** `unreadable` where something else has been written there. */
export function readHead(keeper: HeadKeeper): Head | 'unreadable' | undefined {
  const text = keeper.get();
  if (text === undefined) return undefined;
  try {
    return z.parse(HeadText, JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

export function writeHead(keeper: HeadKeeper, { sequence, hash }: End, writing: string | null): void {
  const head: Head = { sequence, hash, writing };
  keeper.set(JSON.stringify(head));
}

/** A head in memory, for a trail that is watched by nobody else: it starts without knowledge. */
export function forgetfulHead(): HeadKeeper {
  let text: string | undefined;
  return { get: () => text, set: (next) => void (text = next) };
}

/**
 * Where the trail has to end, given the last line found in it: the head, or one line further where a crash came
 * between the line and the head's update.
 */
export function expectedEnd(head: Head | undefined, found: End): End {
  if (head === undefined) return found;
  const landed = head.writing !== null && found.sequence === head.sequence + 1 && found.hash === head.writing;
  return landed ? { sequence: found.sequence, hash: found.hash } : { sequence: head.sequence, hash: head.hash };
}
