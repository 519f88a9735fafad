/** Everything that a window may ask, in one place: its door answers `door.*` and passes the rest on to the house. */
import { answerer, type Answer, type Caller, type Handlers } from '../../shared/channel.ts';
import { doorContract, type DoorContract } from '../../shared/door.ts';
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { SourceDraft } from '../../shared/source.ts';
import { checkInput } from './input.ts';
import type { PathGuard } from './paths.ts';

export interface GateOptions {
  /** What this door answers itself. */
  door: Handlers<DoorContract>;
  /** The way into the house: `Door.invoke`. */
  house: (name: string, input: unknown, signal: AbortSignal) => Promise<Answer>;
  paths: PathGuard;
  /** The failure that crosses to the window for whatever was thrown here. */
  explain?: (thrown: unknown, name: string) => Failure;
}

export type Gate = (name: unknown, input: unknown, caller: Caller) => Promise<Answer>;

/** Never rejects. Nothing that a window sends reaches a handler before it was found to be plain, small, and free of paths of its own. */
export function gate(options: GateOptions): Gate {
  const explain = options.explain ?? toFailure;
  const answerOfDoor = answerer(doorContract, options.door, explain);
  return async (name, input, caller) => {
    const called = typeof name === 'string' ? name.slice(0, 80) : 'call';
    try {
      if (typeof name !== 'string' || !/^[a-z]+\.[A-Za-z]+$/.test(name))
        throw new Fail('call.unknown', `There is no call named ${JSON.stringify(called)}.`);
      checkInput(input);
      if (name.startsWith('door.')) return await answerOfDoor(name, input, caller);
      await options.paths.check(name, input);
      const answer = await options.house(name, input, caller.signal);
      handOutRead(name, input, answer, options.paths);
      return answer;
    } catch (thrown) {
      return { ok: false, failure: explain(thrown, called) };
    }
  };
}

/** A URL is text of the window's own; an `.env` file was chosen by a person, and with it what it names. */
function handOutRead(name: string, input: unknown, answer: Answer, paths: PathGuard): void {
  if (name !== 'source.read' || !answer.ok || !Object.hasOwn(input as object, 'envFile')) return;
  paths.handOutSettings((answer.value as SourceDraft).settings);
}
