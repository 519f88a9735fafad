import { useSyncExternalStore } from 'react';

/** Milliseconds since 1970 by this computer's clock. */
export const now = (): number => Date.now();

const tickMs = 15_000;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listen: () => void): () => void {
  listeners.add(listen);
  current = Date.now();
  timer ??= setInterval(() => {
    current = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listen);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time for "26 h ago": moves every 15 seconds, for the whole window at once. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => current);

/** The zone in which this window writes times. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
