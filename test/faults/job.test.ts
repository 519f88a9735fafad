/** What is left when a process dies in the middle of a job: nothing that runs, nothing partial, and an explanation. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processStartTime } from '../../src/main/base/process.ts';
import { holdfast, holdfastJson, startHoldfast, type RunningDoor } from '../helpers/holdfast.ts';
import { childrenOf } from '../helpers/processes.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

interface JobLine {
  id: string;
  state: string;
  failure: { code: string; message: string } | null;
}

let home: string;
const frozen: number[] = [];

beforeEach(async () => {
  const folder = tempFolder('faults-job');
  home = path.join(folder, 'home');
  const file = makeDatabase(path.join(folder, 'photos.db'), (db) => {
    db.pragma('journal_mode = wal');
    db.exec(`
      CREATE TABLE photo (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)
        INSERT INTO photo (body) SELECT randomblob(1000000) FROM n;`);
  });
  await holdfastJson(home, ['source', 'add', 'photos', '--file', file, '--compression', '19']);
});

afterEach(() => {
  for (const pid of frozen.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended by what was tested.
    }
  }
});

/** A backup in the middle of its work. */
async function begun(): Promise<{ door: RunningDoor; job: number; startTime: string | null }> {
  const door = startHoldfast(home, ['backup', 'photos', '--json']);
  await door.says('Dumping');
  const [job = 0] = await childrenOf(door.child.pid ?? 0);
  return { door, job, startTime: await processStartTime(job) };
}

/** Resolves when this very process is gone; the limit of the test is the only limit. */
async function gone(pid: number, startTime: string | null): Promise<void> {
  while ((await processStartTime(pid)) === startTime) await new Promise((resolve) => void setTimeout(resolve, 20));
}

async function expectClean(): Promise<void> {
  expect(await holdfastJson(home, ['list'])).toEqual([]);
  const left = ['work', 'spool', 'scratch'].flatMap((name) => readdirSync(path.join(home, name)));
  expect(left).toEqual([]);
  const stored = readdirSync(path.join(home, 'backups'), { recursive: true, withFileTypes: true });
  expect(stored.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
  // The source can be backed up and proven as if nothing had been.
  await holdfastJson(home, ['backup', 'photos']);
  expect(await holdfastJson(home, ['verify', 'photos@latest'])).toMatchObject({ verdict: 'proven' });
}

describe('the job process is killed', () => {
  it('the command says so, explains it, and nothing partial is left', async () => {
    const { door, job } = await begun();
    process.kill(job, 'SIGKILL');
    const ended = await door.ended;
    expect(ended.code).toBe(3);
    expect(ended.json()).toMatchObject({
      code: 'job.crashed',
      message: expect.stringContaining('SIGKILL'),
      retryable: true,
    });
    const log = await holdfastJson<unknown[]>(home, ['log', ended.json<{ ref: string }>().ref]);
    expect(JSON.stringify(log)).toContain('job.crashed');
    await expectClean();
  });
});

describe('the owner is killed', () => {
  it('its job process ends by itself, and the next owner says what became of the job', async () => {
    const { door, job, startTime } = await begun();
    door.child.kill('SIGKILL');
    await door.ended;
    await gone(job, startTime);
    expect(existsSync(path.join(home, 'holdfast.sock'))).toBe(true);
    const [left] = await holdfastJson<JobLine[]>(home, ['jobs']);
    expect(left).toMatchObject({ state: 'failed', failure: { code: 'home.owner-left' } });
    await expectClean();
  });

  it('a job process that cannot even hear it is found and killed by the next owner', async () => {
    const { door, job, startTime } = await begun();
    process.kill(job, 'SIGSTOP');
    frozen.push(job);
    door.child.kill('SIGKILL');
    await door.ended;
    expect(await processStartTime(job)).toBe(startTime);
    await holdfastJson(home, ['jobs']);
    expect(await processStartTime(job)).not.toBe(startTime);
    await expectClean();
  });

  it('another terminal takes over, tells why the job failed, and whoever waited for its turn goes on', async () => {
    const { door, job } = await begun();
    // However quick the machine is: it does not end before the second terminal has come.
    process.kill(job, 'SIGSTOP');
    frozen.push(job);
    const waiting = startHoldfast(home, ['backup', 'photos', '--json']);
    await waiting.says('Waiting for another job to end');
    process.kill(job, 'SIGCONT');
    door.child.kill('SIGKILL');
    await door.ended;
    const ended = await waiting.ended;
    expect(ended.code).toBe(0);
    const { backupId } = ended.json<{ backupId: string }>();
    expect(await holdfastJson(home, ['list'])).toMatchObject([{ backupId }]);
    const states = (await holdfastJson<JobLine[]>(home, ['jobs'])).map(({ state, failure }) => failure?.code ?? state);
    expect(states).toEqual(['succeeded', 'home.owner-left']);
    expect(await holdfastJson(home, ['verify', backupId])).toMatchObject({ verdict: 'proven' });
  });

  it('a frozen one is not waited for without end', async () => {
    const { door } = await begun();
    process.kill(door.child.pid ?? 0, 'SIGSTOP');
    const refused = await holdfast(home, ['list', '--json']);
    expect([refused.code, refused.json()]).toMatchObject([3, { code: 'home.busy', retryable: true }]);
    door.child.kill('SIGCONT');
    expect((await door.ended).code).toBe(0);
  });
});
