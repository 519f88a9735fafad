/** Pauses between tries pass a hundred times faster, here and in job processes: what a minute of trouble comes to is known in a second. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../src/main/base/clock.ts';
import type { JobHost } from '../../src/main/job/host.ts';
import { movedClock, movedJobHost } from './moved-clock.ts';

const faster = 100;
const clock = pathToFileURL(path.resolve(import.meta.dirname, '../../src/main/base/clock.ts')).href;

export const impatientJobHost = (): JobHost =>
  movedJobHost(
    movedClock(systemClock.now()),
    () => `
      const { systemClock } = await import(${JSON.stringify(clock)});
      const sleep = systemClock.sleep;
      systemClock.sleep = (ms, signal) => sleep(ms / ${faster}, signal);`,
  );

/** For what the owner asks by itself. Returns the way back. */
export function impatientHere(): () => void {
  const patient = { ...systemClock };
  systemClock.sleep = (ms, signal) => patient.sleep(ms / faster, signal);
  return () => void Object.assign(systemClock, patient);
}
