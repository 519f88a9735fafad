/** Another day, for the house and for the processes of its jobs: history is made by living it, not by editing rows. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { forkHost } from '../../src/main/job/fork.ts';
import type { JobHost } from '../../src/main/job/host.ts';
import { tempFolder } from './temp.ts';

export interface MovedClock extends Clock {
  /** From now on it is this moment, and time goes on from there. */
  moveTo(moment: number): void;
  /** How far this clock is ahead of the machine's. */
  offsetMs(): number;
}

export function movedClock(moment: number): MovedClock {
  let offset = moment - systemClock.now();
  return {
    ...systemClock,
    now: () => Math.round(systemClock.now() + offset),
    moveTo: (next) => {
      offset = next - systemClock.now();
    },
    offsetMs: () => offset,
  };
}

const worker = pathToFileURL(path.resolve(import.meta.dirname, '../../src/main/worker.ts')).href;

/**
 * Starts job processes that live on the day of `clock`: the real worker, after its `Date` has been moved.
 * @param before a program that each process runs first.
 */
export function movedJobHost(clock: MovedClock, before: () => string = () => ''): JobHost {
  const folder = path.join(tempFolder('moved'), 'workers');
  mkdirSync(folder);
  return {
    start(job, handlers) {
      const file = path.join(folder, `${job.jobId}.mjs`);
      const program = `
        const offset = ${Math.round(clock.offsetMs())};
        const RealDate = Date;
        globalThis.Date = class extends RealDate {
          constructor(...given) { given.length === 0 ? super(RealDate.now() + offset) : super(...given); }
          static now() { return RealDate.now() + offset; }
        };
        ${before()}
        await import(${JSON.stringify(worker)});`;
      writeFileSync(file, program);
      return forkHost(file).start(job, handlers);
    },
  };
}
