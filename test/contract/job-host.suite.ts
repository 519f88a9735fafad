/** Every promise of a job host, held against any of them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStartTime } from '../../src/main/base/process.ts';
import type { JobHost, RunningJob } from '../../src/main/job/host.ts';
import type { ChildEvent, JobHandlers } from '../../src/main/job/message.ts';
import { killOrphan } from '../../src/main/job/orphan.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import type { JobId } from '../../src/shared/id.ts';
import type { LogLine, Progress } from '../../src/shared/job.ts';
import { tempFolder } from '../helpers/temp.ts';
import type { Order } from './job-host.worker.ts';

const jobId = 'job-20261120-120000-abcdefgh' as JobId;
const secret = 'a password of the suite';

interface Heard {
  progress: Progress[];
  phases: string[];
  children: ChildEvent[];
  log: LogLine[];
}

/** @param make a host that runs the jobs of `job-host.worker.ts` and leaves a cancelled one half a second. */
export function jobHostSuite(name: string, make: () => JobHost): void {
  describe(`${name}: a host of job processes`, () => {
    /** Starts a job; `when` waits until something was heard. */
    async function begin(act: Order['act'], host = make()) {
      const heard: Heard = { progress: [], phases: [], children: [], log: [] };
      const waiting = new Set<() => void>();
      const tell = (): void => waiting.forEach((look) => look());
      const handlers: JobHandlers = {
        progress: (progress) => (heard.progress.push(progress), tell()),
        phase: (phase) => (heard.phases.push(phase), tell()),
        child: (event) => (heard.children.push(event), tell()),
        log: (line) => (heard.log.push(line), tell()),
        told: () => {},
        released: () => {},
      };
      const jobFolder = tempFolder('job-host');
      const order: Order = { act, secrets: { database: secret } };
      const job = await host.start({ jobId, order, jobFolder }, handlers);
      const when = (condition: () => boolean): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (!condition()) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        });
      return { job, heard, when, jobFolder };
    }

    const isGone = async ({ pid, startTime }: Pick<RunningJob, 'pid' | 'startTime'>): Promise<boolean> =>
      startTime === null || (await processStartTime(pid)) !== startTime;

    it('hands the order over and brings the result back', async () => {
      const { job, heard, jobFolder } = await begin('answer');
      const end = await job.ended;
      expect(end).toMatchObject({ kind: 'done', result: { argv: [] } });
      expect((end as { result: { big: string } }).result.big).toHaveLength(2_000_000);
      expect(heard.phases).toEqual(['acting', 'Reading']);
      expect(heard.progress.at(-1)).toMatchObject({ phase: 'Reading', bytes: 5, totalBytes: 5 });
      expect(existsSync(path.join(jobFolder, 'begun'))).toBe(true);
      expect(await isGone(job)).toBe(true);
    });

    it('tells the process its secrets over the channel and nowhere else', async () => {
      process.env['PGPASSWORD'] = secret;
      process.env['NODE_OPTIONS_OF_SOMEBODY'] = 'inherited';
      try {
        const { job, heard } = await begin('answer');
        const { result } = (await job.ended) as { result: { argv: string[]; environment: string[] } };
        expect(result.argv).toEqual([]);
        expect(result.environment.filter((entry) => entry.includes(secret) || entry.includes('inherited'))).toEqual([]);
        expect(heard.log).toMatchObject([{ message: 'half way', facts: { password: '•••' } }]);
      } finally {
        delete process.env['PGPASSWORD'];
        delete process.env['NODE_OPTIONS_OF_SOMEBODY'];
      }
    });

    it('brings an expected failure over as it is', async () => {
      const { job } = await begin('fail');
      expect(await job.ended).toMatchObject({
        kind: 'failed',
        failure: {
          code: 'source.unreachable',
          message: 'Nobody answers.',
          hint: 'Call them.',
          retryable: true,
          ref: jobId,
        },
      });
    });

    it.each(['break', 'break-later', 'unsendable'] as const)(
      'tells a bug (%s) as a bug, with the story in the log',
      async (act) => {
        const { job, heard } = await begin(act);
        expect(await job.ended).toMatchObject({ kind: 'failed', failure: { code: 'internal.bug', ref: jobId } });
        expect(heard.log.at(-1)).toMatchObject({
          level: 'error',
          facts: { thrown: { stack: expect.stringContaining('at ') } },
        });
        expect(JSON.stringify(heard.log)).not.toContain(secret);
      },
    );

    it('explains a process that ended without a word, without its secrets', async () => {
      const { job, heard } = await begin('crash');
      const end = await job.ended;
      expect(end).toMatchObject({ kind: 'failed', failure: { code: 'job.crashed', retryable: true } });
      const { message } = (end as { failure: { message: string } }).failure;
      expect(message).toContain('code 7');
      expect(message).toContain('Cannot allocate memory for •••');
      expect(JSON.stringify(heard.log)).toContain('Cannot allocate memory for •••');
    });

    it('explains a process that somebody killed', async () => {
      const { job, heard, when } = await begin('hang');
      await when(() => heard.phases.includes('acting'));
      process.kill(job.pid, 'SIGKILL');
      expect(await job.ended).toMatchObject({
        kind: 'failed',
        failure: { code: 'job.crashed', message: expect.stringContaining('SIGKILL') },
      });
    });

    it('lets a cancelled job clean up', async () => {
      const { job, heard, when, jobFolder } = await begin('hang');
      await when(() => heard.phases.includes('acting'));
      job.cancel();
      job.cancel();
      expect(await job.ended).toEqual({ kind: 'cancelled' });
      expect(existsSync(path.join(jobFolder, 'cleaned up'))).toBe(true);
    });

    it('kills a cancelled job that does not hear', async () => {
      const { job, heard, when } = await begin('hang-deaf');
      await when(() => heard.phases.includes('acting'));
      job.cancel();
      expect(await job.ended).toEqual({ kind: 'cancelled' });
      expect(heard.log.at(-1)).toMatchObject({ level: 'error', message: expect.stringContaining('was killed') });
      expect(await isGone(job)).toBe(true);
    });

    it('lets a job that was done before the cancel arrived be done', async () => {
      const { job, heard, when } = await begin('finish-anyway');
      await when(() => heard.phases.includes('acting'));
      job.cancel();
      expect(await job.ended).toEqual({ kind: 'done', result: 'finished' });
    });

    it('tells of every program that the job runs, and a cancel ends them', async () => {
      const { job, heard, when } = await begin('spawn');
      await when(() => heard.children.length > 0);
      const [child] = heard.children;
      expect(child).toMatchObject({ event: 'started', program: '/bin/sleep' });
      expect(await processStartTime(child?.pid ?? 0)).toBe(child?.startTime);
      job.cancel();
      await job.ended;
      expect(heard.children.at(-1)).toMatchObject({ event: 'ended', pid: child?.pid });
      expect(await processStartTime(child?.pid ?? 0)).toBeNull();
    });

    it('leaves no child of a killed job, but for those that left its group, whom it names', async () => {
      const { job, heard, when } = await begin('spawn-and-die');
      await when(() => heard.children.length === 2);
      job.kill();
      await job.ended;
      const stillThere = async (): Promise<ChildEvent[]> => {
        const found: ChildEvent[] = [];
        for (const child of heard.children) {
          if ((await processStartTime(child.pid)) === child.startTime) found.push(child);
        }
        return found;
      };
      // One kill reaches the whole group, but the kernel ends its members one by one, and on a busy machine the job is
      // collected while a child still waits for its turn to die.
      await expect.poll(async () => (await stillThere()).length, { timeout: 20_000 }).toBeLessThanOrEqual(1);
      const left = await stillThere();
      for (const { pid, startTime } of left) {
        expect(await killOrphan({ pid, startTime: startTime ?? '' }, systemClock)).toBe('killed');
      }
    });
  });
}
