/** The job process's side of the channel: one order in, progress and log lines out, one ending. */
import { rm } from 'node:fs/promises';
import { toFailure } from '../../shared/failure.ts';
import type { DestinationId, JobId } from '../../shared/id.ts';
import { systemClock } from '../base/clock.ts';
import { createLog, type Log } from '../base/log.ts';
import { processStartTime } from '../base/process.ts';
import { observeChildren } from '../base/run.ts';
import { OwnerLeaves, type Watch } from '../base/watch.ts';
import type { Throttle } from '../destination/throttle.ts';
import { ownChannel, type JobChannel } from './channel.ts';
import { Lane } from './lane.ts';
import type { FromJob, ToJob } from './message.ts';
import { sampledProgress, type SampledProgress } from './progress.ts';
import { redactorFor } from './redactor.ts';

/** What the work is handed. `signal` aborts on a cancel, and when the owner is gone. */
export interface JobWatch extends Watch {
  /** Tells that a named phase begins; every new `phase` of a progress step is told by itself. */
  phase(name: string): void;
  /** Hands the owner something that it writes down at once, in the order it was told. */
  tell(fact: unknown): void;
  /** Other jobs of the same source may begin. */
  release(): void;
  /** Whom to ask before bytes go to this place. @param known its limit, as the order says it. */
  throttle(place: DestinationId, known: number | undefined): Throttle;
}

export type JobWork = (order: unknown, watch: JobWatch) => Promise<unknown>;

/** The owner has gone away: its socket, its queue and its lock with it. Nobody would hear the result. */
class OwnerGone extends OwnerLeaves {}
class Cancelled extends Error {}

/** How long the work may clean up once the owner is gone. */
const orphanGraceMs = 8_000;

/**
 * Makes this process a job process: takes the one order, runs `work`, tells how it ended, exits.
 * Whatever the work throws is told as a failure with the job's id as its `ref`; the stack goes to the job's log.
 */
export function serveJob(work: JobWork): void {
  // The channel alone keeps this process alive until the order comes; a stray start by hand ends at once.
  const channel = ownChannel();
  if (channel === undefined) {
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  const children = new Children(channel);
  const lane = new Lane(channel);
  let begun = false;
  channel.onMessage((message) => {
    if (message.kind === 'cancel')
      stop.abort(
        message.leaving === true ? new OwnerLeaves('The owner leaves.') : new Cancelled('The job was cancelled.'),
      );
    else if (message.kind === 'may-send') lane.hear(message);
    else if (message.kind === 'order' && !begun) {
      begun = true;
      void serve(work, message, stop, { channel, children, lane });
    }
  });
  channel.onGone(() => {
    stop.abort(new OwnerGone('The owner of this job is gone.'));
    lane.gone();
    if (!begun) process.exit(0);
    void systemClock.sleep(orphanGraceMs).then(() => endFamily({ channel, children }));
  });
  void channel.send({ kind: 'ready' });
}

/** Who is told, and who must not be left behind. */
interface Bonds {
  channel: JobChannel;
  children: Children;
}

type Order = Extract<ToJob, { kind: 'order' }>;

async function serve(
  work: JobWork,
  given: Order,
  stop: AbortController,
  { lane, ...bonds }: Bonds & { lane: Lane },
): Promise<void> {
  const { channel } = bonds;
  const log = createLog(systemClock, redactorFor(given.order), (line) => void channel.send({ kind: 'log', line }));
  const phase = (name: string): void => void channel.send({ kind: 'phase', name });
  const progress = sampledProgress(
    systemClock,
    (sample) => void channel.send({ kind: 'progress', progress: sample }),
    phase,
  );
  const end = (last: FromJob): Promise<void> => finish(last, log, progress, bonds, given);
  const fail = (thrown: unknown): Promise<void> => end(ending(thrown, given.jobId, stop.signal, log));
  bonds.children.observe();
  process.once('uncaughtException', (thrown) => void fail(thrown));
  process.once('unhandledRejection', (thrown) => void fail(thrown));
  try {
    const watch: JobWatch = {
      signal: stop.signal,
      progress: (step) => progress.take(step),
      log,
      work: given.jobFolder,
      phase,
      tell: (fact) => void channel.send({ kind: 'told', fact }),
      release: () => void channel.send({ kind: 'released' }),
      throttle: (place, known) => lane.to(place, known),
    };
    await end({ kind: 'done', result: await work(given.order, watch) });
  } catch (thrown) {
    await fail(thrown);
  }
}

/** A throw after the stop is the stop, whatever its form: programs that were ended complain in many ways. */
function ending(thrown: unknown, jobId: JobId, signal: AbortSignal, log: Log): FromJob {
  if (signal.aborted) {
    if (thrown !== signal.reason) log.info('stopped', { thrown });
    return { kind: 'cancelled' };
  }
  const failure = toFailure(thrown, jobId);
  log.error(failure.message, { code: failure.code, thrown });
  return { kind: 'failed', failure };
}

let finished = false;

/** The last word, then the end of the process: after it nothing of this job may still be running. */
async function finish(last: FromJob, log: Log, progress: SampledProgress, bonds: Bonds, given: Order): Promise<void> {
  if (finished) return;
  finished = true;
  progress.flush();
  try {
    await bonds.channel.send(last);
  } catch (thrown) {
    // A result that cannot be sent is a bug of the work, and is told as one.
    log.error('The result of this job cannot be sent.', { thrown });
    await bonds.channel.send({ kind: 'failed', failure: toFailure(thrown, given.jobId) });
  }
  // Without an owner nobody else tidies up before the next start.
  if (!bonds.channel.connected()) await rm(given.jobFolder, { recursive: true, force: true }).catch(() => {});
  endFamily(bonds);
}

function endFamily({ channel, children }: Bonds): void {
  children.killAll();
  // Children of children too; nobody else is left to see to them. It ends this process as well.
  if (!channel.connected() && process.platform !== 'win32') killOwnGroup();
  process.exit(0);
}

function killOwnGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // This process leads no group: whoever started it keeps the family together.
  }
}

/** Every program that this job runs, told to the owner with its start so that none can be left behind. */
class Children {
  readonly #running = new Map<number, string>();
  readonly #channel: JobChannel;

  constructor(channel: JobChannel) {
    this.#channel = channel;
  }

  observe(): void {
    observeChildren((event) => {
      if (event.kind === 'ended') {
        this.#running.delete(event.pid);
        void this.#channel.send({
          kind: 'child',
          event: 'ended',
          pid: event.pid,
          startTime: null,
          program: event.program,
        });
        return;
      }
      this.#running.set(event.pid, event.program);
      void this.#tellStart(event.pid, event.program);
    });
  }

  async #tellStart(pid: number, program: string): Promise<void> {
    const startTime = await processStartTime(pid);
    if (startTime === null || !this.#running.has(pid)) return;
    await this.#channel.send({ kind: 'child', event: 'started', pid, startTime, program });
  }

  /** They are our own children and not yet collected, so their numbers cannot have passed to others. */
  killAll(): void {
    for (const pid of this.#running.keys()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
    }
  }
}
