/** A job process for the suite: does what its order says. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { start } from '../../src/main/base/run.ts';
import { serveJob, type JobWatch } from '../../src/main/job/worker-side.ts';
import { Fail } from '../../src/shared/failure.ts';

export interface Order {
  act:
    | 'answer'
    | 'fail'
    | 'break'
    | 'break-later'
    | 'unsendable'
    | 'crash'
    | 'hang'
    | 'hang-deaf'
    | 'finish-anyway'
    | 'spawn'
    | 'spawn-and-die';
  secrets: Record<string, string>;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

async function act(order: Order, watch: JobWatch): Promise<unknown> {
  writeFileSync(path.join(watch.work, 'begun'), '');
  watch.phase('acting');
  switch (order.act) {
    case 'answer':
      watch.progress({ phase: 'Reading', bytes: 1, totalBytes: 5 });
      for (let bytes = 2; bytes <= 5; bytes += 1) watch.progress({ bytes });
      watch.log.info('half way', { password: order.secrets['database'] });
      return {
        argv: process.argv.slice(2),
        environment: Object.entries(process.env).map((entry) => entry.join('=')),
        big: 'x'.repeat(2_000_000),
      };
    case 'fail':
      throw new Fail('source.unreachable', 'Nobody answers.', { hint: 'Call them.' });
    case 'break':
      throw new TypeError(`undefined is not a function, near ${order.secrets['database']}`);
    case 'break-later':
      setImmediate(() => {
        throw new Error('thrown where nobody waits');
      });
      return aborted(watch.signal);
    case 'unsendable':
      return { close: () => {} };
    case 'crash':
      process.stderr.write(`Cannot allocate memory for ${order.secrets['database']}\n`);
      process.exit(7);
      break;
    case 'hang':
      await aborted(watch.signal);
      writeFileSync(path.join(watch.work, 'cleaned up'), '');
      throw watch.signal.reason;
    case 'hang-deaf':
      return new Promise((_, reject) => setTimeout(reject, 600_000));
    case 'finish-anyway':
      await aborted(watch.signal);
      return 'finished';
    case 'spawn': {
      const child = start('/bin/sleep', ['300'], { signal: watch.signal });
      await child.ended;
      return 'the child ended';
    }
    case 'spawn-and-die': {
      start('/bin/sleep', ['300']);
      // A program in a group of its own, as a daemon would be.
      start('/bin/sleep', ['300'], { detached: true });
      return new Promise((_, reject) => setTimeout(reject, 600_000));
    }
  }
  return undefined;
}

serveJob((order, watch) => act(order as Order, watch));
