/** A house for tests of the doors: its calls are remembered, its jobs end when the test says so. */
import type { Handlers } from '../../src/shared/channel.ts';
import { contract, type HoldfastContract } from '../../src/shared/contract.ts';
import { type JobResult } from '../../src/shared/contract/job-result.ts';
import { Fail, toFailure } from '../../src/shared/failure.ts';
import type { JobId } from '../../src/shared/id.ts';
import type { Job } from '../../src/shared/job.ts';
import type { House } from '../../src/main/wire.ts';

export interface TestHouse extends House {
  /** Every call, as `name by actor`. */
  readonly calls: string[];
  readonly closed: boolean;
  /** Lets the running job end. */
  endJob(id: JobId): void;
  announce(name: string, payload: unknown): void;
  /** Whether `settled` was asked for. */
  readonly settling: boolean;
}

export const jobId = (number: number): JobId => `job-20261120-120000-${String(number).padStart(8, '0')}` as JobId;

function jobOf(id: JobId, state: Job['state']): Job {
  return {
    id,
    kind: 'backup',
    state,
    sourceId: null,
    backupId: null,
    queuedAt: 1_000,
    startedAt: 1_000,
    endedAt: state === 'succeeded' ? 2_000 : null,
    progress: null,
    failure: null,
  };
}

const resultOf = (job: Job): JobResult => ({
  job,
  backup: null,
  verify: null,
  rehearse: null,
  restore: null,
  diff: null,
  probe: null,
});

/** @param jobs shared by the houses of one data folder, as the catalog would be: which of them have ended. */
export function testHouse(jobs: Map<JobId, 'running' | 'succeeded'> = new Map(), home = '/home'): TestHouse {
  const calls: string[] = [];
  const listeners = new Set<(name: string, payload: unknown) => void>();
  const waiting = new Map<JobId, () => void>();
  const mine = new Set<JobId>();
  let sequence = 0;
  let closed = false;
  let settling = false;
  let wakeSettled: () => void = () => {};
  const own: Record<string, (input: never, caller: { signal: AbortSignal }) => Promise<unknown>> = {
    'app.hello': async () => ({ holdfast: '0.1.0', home, sequence }),
    'backup.list': async () => [],
    'backup.start': async () => {
      const id = jobId(jobs.size + 1);
      jobs.set(id, 'running');
      mine.add(id);
      return { jobId: id };
    },
    'job.list': async () => [...jobs].map(([id, state]) => jobOf(id, state)),
    'job.cancel': async () => ({}),
    'job.wait': async ({ jobId: id }: { jobId: JobId }, { signal }) => {
      if (jobs.get(id) === 'running') {
        await new Promise<void>((resolve, reject) => {
          waiting.set(id, resolve);
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      }
      return resultOf(jobOf(id, 'succeeded'));
    },
    'source.remove': async () => new Promise(() => {}),
  };
  return {
    calls,
    get closed() {
      return closed;
    },
    get settling() {
      return settling;
    },
    handlers: handlersOf((name) => async (input, caller) => {
      calls.push(`${name} by ${caller.actor}`);
      const handler = own[name];
      if (handler === undefined) throw new Fail('call.refused', `The test house does not know ${name}.`);
      return handler(input as never, caller);
    }),
    onEvent(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    announce(name, payload) {
      sequence += 1;
      for (const listen of listeners) listen(name, payload);
    },
    sequence: () => sequence,
    explain: (thrown, call) => toFailure(thrown, call),
    busy: () => mine.size > 0,
    endJob(id) {
      jobs.set(id, 'succeeded');
      mine.delete(id);
      waiting.get(id)?.();
      if (mine.size === 0) wakeSettled();
    },
    async settled() {
      settling = true;
      if (mine.size > 0) {
        await new Promise<void>((resolve) => {
          wakeSettled = resolve;
        });
      }
    },
    async close() {
      closed = true;
    },
  };
}

type AnyHandler = (input: unknown, caller: { actor: string; signal: AbortSignal }) => Promise<unknown>;

/** A handler for every call that the contract declares. */
export function handlersOf(make: (name: string) => AnyHandler): Handlers<HoldfastContract> {
  const rooms = Object.entries(contract).map(([room, members]) => [
    room,
    Object.fromEntries(
      Object.entries(members)
        .filter(([, member]) => member.kind === 'call')
        .map(([verb]) => [verb, make(`${room}.${verb}`)]),
    ),
  ]);
  return Object.fromEntries(rooms) as Handlers<HoldfastContract>;
}
