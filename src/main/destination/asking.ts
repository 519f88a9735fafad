/** Requests to one service: tried again where that may help, refused in stable codes. */
import { retrying, type Pace } from './retry.ts';
import { ServiceFail } from './service-fail.ts';

/** One request with its retries. `what` is told in failures. */
export type Ask = <T>(
  what: string,
  send: () => Promise<T>,
  options?: { signal?: AbortSignal | undefined; once?: boolean },
) => Promise<T>;

/** @param failureOf what was thrown in stable codes; `answered`: the service has answered something before. */
export function asking(pace: Pace, failureOf: (thrown: unknown, what: string, answered: boolean) => unknown): Ask {
  let answered = false;
  return async (what, send, { signal, once = false } = {}) => {
    const attempt = async (): Promise<Awaited<ReturnType<typeof send>>> => {
      try {
        const got = await send();
        answered = true;
        return got;
      } catch (thrown) {
        signal?.throwIfAborted();
        const failure = failureOf(thrown, what, answered);
        if (failure instanceof ServiceFail && failure.status !== undefined) answered = true;
        throw failure;
      }
    };
    if (once) return attempt();
    return retrying(attempt, (thrown) => thrown instanceof ServiceFail && thrown.transient, pace, signal);
  };
}
