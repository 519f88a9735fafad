import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/main/base/log.ts';
import type { JobHost, JobStart, RunningJob } from '../../../src/main/job/host.ts';
import type { JobEnd, JobHandlers } from '../../../src/main/job/message.ts';
import { openQueue, type NewJob, type Queue, type QueueOptions } from '../../../src/main/job/queue.ts';
import { Fail, toFailure } from '../../../src/shared/failure.ts';
import type { JobId, SourceId } from '../../../src/shared/id.ts';
import type { Job } from '../../../src/shared/job.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { settled, turningClock } from './turning-clock.ts';

interface FakeRun {
  start: JobStart;
  handlers: JobHandlers;
  cancelled: boolean;
  end(end: JobEnd): void;
}

interface FakeHost extends JobHost {
  runs: FakeRun[];
  /** The run of this number, counted from 1, as soon as the queue has it in hand. */
  run(number: number): Promise<FakeRun>;
}

/** A host whose jobs end when the test says so. */
function fakeHost(): FakeHost {
  const runs: FakeRun[] = [];
  let noticed: () => void = () => {};
  return {
    runs,
    async run(number) {
      while (runs.length < number) {
        await new Promise<void>((resolve) => {
          noticed = resolve;
        });
      }
      // What the queue does with a process once it has one takes no more than this turn.
      await settled();
      return runs[number - 1] as FakeRun;
    },
    async start(start, handlers): Promise<RunningJob> {
      let finish: (end: JobEnd) => void = () => {};
      const ended = new Promise<JobEnd>((resolve) => {
        finish = resolve;
      });
      const run: FakeRun = { start, handlers, cancelled: false, end: (end) => finish(end) };
      runs.push(run);
      noticed();
      return {
        // A number that no process has: nothing may be killed by it.
        pid: 2 ** 22 + runs.length,
        startTime: `start-${runs.length}`,
        ended,
        cancel: () => {
          run.cancelled = true;
        },
        kill: () => {},
      };
    },
  };
}

interface World {
  queue: Queue;
  host: FakeHost;
  store: MemoryStore;
  folder: string;
  changes: Job[];
  settledEnds: { id: JobId; end: JobEnd; leftInFolder: boolean }[];
}

async function open(
  overrides: Partial<QueueOptions> = {},
  from?: { store: MemoryStore; folder: string },
): Promise<World> {
  const folder = from?.folder ?? tempFolder('queue');
  const store = from?.store ?? memoryStore();
  const host = fakeHost();
  const changes: Job[] = [];
  const settledEnds: World['settledEnds'] = [];
  const queue = await openQueue({
    store,
    host,
    clock: turningClock(),
    log: silentLog,
    workFolder: path.join(folder, 'work'),
    logFolder: path.join(folder, 'logs'),
    prepare: async (_job, order, passing) => ({ ...(order as object), secrets: passing ?? {} }),
    settle: async (job, end) => {
      settledEnds.push({ id: job.id, end, leftInFolder: existsSync(path.join(folder, 'work', job.id)) });
      return undefined;
    },
    told: () => {},
    changed: (job) => changes.push(job),
    progressed: () => {},
    ...overrides,
  });
  return { queue, host, store, folder, changes, settledEnds };
}

const shop = 'src-aaaaaaaaaaaa' as SourceId;
const backupOf = (sourceId: SourceId | null, more: Partial<NewJob> = {}): NewJob => ({
  kind: 'backup',
  sourceId,
  backupId: null,
  order: { what: 'a backup' },
  ...more,
});
const progress = { phase: 'Dumping', bytes: 10, totalBytes: 100, rows: 0, rate: 5, leftMs: 18, table: null };
const crashed = toFailure(new Fail('job.crashed', 'It ended.'), 'ref');

describe('a job from its order to its end', () => {
  it('runs in a private folder that is gone before anybody hears that it ended', async () => {
    const { queue, host, settledEnds, store, changes } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    expect(statSync(run.start.jobFolder).mode & 0o777).toBe(0o700);
    writeFileSync(path.join(run.start.jobFolder, 'spool'), 'bytes');
    run.end({ kind: 'done', result: { rows: 3 } });
    expect((await queue.wait(id)).state).toBe('succeeded');
    expect(settledEnds).toEqual([{ id, end: { kind: 'done', result: { rows: 3 } }, leftInFolder: false }]);
    expect(store.history(id)).toEqual(['queued', 'running', 'succeeded']);
    expect(changes.map(({ state }) => state)).toEqual(['queued', 'running', 'succeeded']);
    expect(queue.busy()).toBe(false);
    expect(store.processes()).toEqual([]);
  });

  it('is told its secrets, and writes them nowhere', async () => {
    const secret = 'correct horse battery';
    const { queue, host, store, folder } = await open();
    const { id } = queue.add(backupOf(shop, { passing: { database: secret } }));
    const run = await host.run(1);
    expect(run.start.order).toMatchObject({ secrets: { database: secret } });
    run.handlers.log({ at: 1, level: 'info', message: `said ${secret}`, facts: { words: [secret] } });
    run.end({ kind: 'done', result: null });
    await queue.wait(id);
    const written = [store.order(id), readFileSync(path.join(folder, 'logs', `${id}.ndjson`), 'utf8')].join('\n');
    expect(written).toContain('said •••');
    expect(written).not.toContain(secret);
  });

  it('remembers the processes it runs while it runs them', async () => {
    const { queue, host, store } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    const child = { pid: 2 ** 22 + 500, startTime: 'then', program: '/usr/bin/pg_dump' };
    run.handlers.child({ event: 'started', ...child });
    expect(store.process(id)).toEqual({ pid: 2 ** 22 + 1, startTime: 'start-1', children: [child] });
    run.handlers.child({ event: 'ended', ...child, startTime: null });
    expect(store.process(id)?.children).toEqual([]);
  });

  it('shows its newest progress to whoever asks', async () => {
    const heard: unknown[] = [];
    const { queue, host } = await open({ progressed: (jobId, sample) => heard.push({ jobId, sample }) });
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    run.handlers.progress(progress);
    expect(queue.get(id).progress).toEqual(progress);
    expect(heard).toEqual([{ jobId: id, sample: progress }]);
    run.end({ kind: 'done', result: null });
    expect(await queue.wait(id)).toMatchObject({ state: 'succeeded', progress });
  });

  it('fails with the words of whatever kept it from starting', async () => {
    const prepare = () => Promise.reject(new Fail('vault.missing-secret', 'The password is gone.'));
    const { queue, host } = await open({ prepare });
    const { id } = queue.add(backupOf(shop));
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', failure: { code: 'vault.missing-secret', ref: id } });
    expect(host.runs).toEqual([]);
    expect(await queue.readLog(id)).toMatchObject([{ level: 'error', message: 'The password is gone.' }]);
  });

  it('is a failed one when what it came to cannot be written down', async () => {
    const { queue, host } = await open({ settle: () => Promise.reject(new Fail('spool.full', 'The disk is full.')) });
    const { id } = queue.add(backupOf(shop));
    (await host.run(1)).end({ kind: 'done', result: null });
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', failure: { code: 'spool.full' } });
  });

  it('has ended for whoever waits, even where the store takes nothing any more', async () => {
    const { queue, host, store } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    store.full = true;
    run.end({ kind: 'done', result: null });
    expect((await queue.wait(id)).state).toBe('succeeded');
    expect(queue.busy()).toBe(false);
  });
});

describe('the queue', () => {
  it('runs one job of a source after the other, and two sources side by side', async () => {
    const { queue, host } = await open();
    const first = queue.add(backupOf(shop));
    const second = queue.add(backupOf(shop));
    const other = queue.add(backupOf('src-bbbbbbbbbbbb' as SourceId));
    await host.run(2);
    expect(new Set(host.runs.map(({ start }) => start.jobId))).toEqual(new Set([first.id, other.id]));
    expect(queue.get(second.id).state).toBe('queued');
    host.runs.find(({ start }) => start.jobId === first.id)?.end({ kind: 'failed', failure: crashed });
    expect((await host.run(3)).start.jobId).toBe(second.id);
    expect(queue.get(first.id)).toMatchObject({ state: 'failed', failure: { code: 'job.crashed' } });
  });

  it('says so when a job is asked for that was never there', async () => {
    const { queue } = await open();
    const nobody = 'job-20261120-120000-zzzzzzzz' as JobId;
    expect(() => queue.get(nobody)).toThrow(expect.objectContaining({ code: 'job.unknown' }));
    await expect(queue.cancel(nobody)).rejects.toMatchObject({ code: 'job.unknown' });
    await expect(queue.readLog(nobody)).rejects.toMatchObject({ code: 'job.unknown' });
  });

  it('lets go of whoever stops waiting, and the job goes on', async () => {
    const { queue, host } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    const gone = new AbortController();
    const waiting = queue.wait(id, gone.signal);
    gone.abort(new Error('The door has gone away.'));
    await expect(waiting).rejects.toThrow('gone away');
    run.end({ kind: 'done', result: null });
    expect((await queue.wait(id)).state).toBe('succeeded');
  });
});

describe('cancel', () => {
  it('ends a queued job at once, and it never starts', async () => {
    const { queue, host, store } = await open();
    queue.add(backupOf(shop));
    const waiting = queue.add(backupOf(shop));
    await queue.cancel(waiting.id);
    expect(queue.get(waiting.id).state).toBe('cancelled');
    (await host.run(1)).end({ kind: 'done', result: null });
    await queue.rest();
    expect(host.runs).toHaveLength(1);
    expect(store.history(waiting.id)).toEqual(['queued', 'cancelled']);
    await expect(queue.cancel(waiting.id)).rejects.toMatchObject({ code: 'job.not-running' });
  });

  it('asks a running job to stop, and waits until it has', async () => {
    const { queue, host, store } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    await queue.cancel(id);
    await queue.cancel(id);
    expect(run.cancelled).toBe(true);
    expect(queue.get(id).state).toBe('cancelling');
    run.end({ kind: 'cancelled' });
    await queue.wait(id);
    expect(store.history(id)).toEqual(['queued', 'running', 'cancelling', 'cancelled']);
  });

  it('comes too late for a job that is done', async () => {
    const { queue, host } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    await queue.cancel(id);
    run.end({ kind: 'done', result: null });
    expect((await queue.wait(id)).state).toBe('succeeded');
  });

  it('in the moment of the start keeps the process from being started', async () => {
    let ready: () => void = () => {};
    const prepared = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const { queue, host } = await open({ prepare: (_job, order) => prepared.then(() => order) });
    const { id } = queue.add(backupOf(shop));
    await queue.cancel(id);
    ready();
    expect((await queue.wait(id)).state).toBe('cancelled');
    expect(host.runs).toEqual([]);
  });
});

describe('an owner that leaves', () => {
  it('lets running jobs end, starts no more, and the next one goes on with what was queued', async () => {
    const before = await open();
    const running = before.queue.add(backupOf(shop));
    const queued = before.queue.add(backupOf(shop));
    const run = await before.host.run(1);
    let rested = false;
    const resting = before.queue.rest().then(() => {
      rested = true;
    });
    await settled();
    expect(rested).toBe(false);
    run.end({ kind: 'done', result: null });
    await resting;
    expect(before.queue.get(running.id).state).toBe('succeeded');
    expect(before.host.runs).toHaveLength(1);

    const after = await open({}, before);
    expect((await after.host.run(1)).start).toMatchObject({ jobId: queued.id, order: { what: 'a backup' } });
  });

  it('cancels what runs when it has to close', async () => {
    const { queue, host } = await open();
    const { id } = queue.add(backupOf(shop));
    const run = await host.run(1);
    const closing = queue.close();
    await settled();
    expect(run.cancelled).toBe(true);
    run.end({ kind: 'cancelled' });
    await closing;
    expect(queue.get(id).state).toBe('cancelled');
  });

  it('that was killed: its running job has failed and says why, its folder is swept, its queued job runs', async () => {
    const before = await open();
    const running = before.queue.add(backupOf(shop));
    const queued = before.queue.add(backupOf(shop));
    const run = await before.host.run(1);
    writeFileSync(path.join(run.start.jobFolder, 'half a spool'), 'bytes');
    const work = path.join(before.folder, 'work');
    mkdirSync(path.join(work, 'not-ours'));

    const after = await open({}, before);
    expect(after.queue.get(running.id)).toMatchObject({
      state: 'failed',
      failure: { code: 'home.owner-left', retryable: true },
    });
    expect(after.settledEnds).toMatchObject([{ id: running.id, end: { kind: 'failed' } }]);
    expect((await after.host.run(1)).start.jobId).toBe(queued.id);
    expect(readdirSync(work).toSorted()).toEqual([queued.id, 'not-ours'].toSorted());
    expect(after.store.processes().map(({ jobId }) => jobId)).toEqual([queued.id]);
  });

  it('takes the passwords it was given with it: a queued job that needs one has failed and says so', async () => {
    const before = await open();
    before.queue.add(backupOf(shop));
    const queued = before.queue.add(backupOf(shop, { passing: { database: 'only in memory' } }));
    await before.host.run(1);
    const after = await open({}, before);
    expect(after.queue.get(queued.id)).toMatchObject({ state: 'failed', failure: { code: 'home.owner-left' } });
    expect(after.queue.busy()).toBe(false);
    expect(after.host.runs).toEqual([]);
  });
});
