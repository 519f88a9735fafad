/** A proof of PostgreSQL in a utility process: there is no plain Node to start a watchdog with, and nothing is left all the same. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobResult } from '../../src/shared/contract/job-result.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { processStartTime } from '../../src/main/base/process.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { call, enter, standInMissing, start, type Stage } from './stage.ts';

const here =
  needs('a browser for the stand-in', standInMissing()) &&
  needs('PostgreSQL server', availableMajors().length > 0 ? undefined : 'none is installed');

describe.runIf(here)('a proof by restore of PostgreSQL, on the stand-in', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.sql('postgres', 'CREATE ROLE ada LOGIN');
    await cluster.createDatabase('shop', 'OWNER ada');
    await cluster.sql(
      'shop',
      'SET ROLE ada; CREATE TABLE goods AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n',
    );
  });
  afterAll(() => cluster.stop());

  async function backedUp({ page }: Stage): Promise<string> {
    const { host, port } = cluster;
    const server = { kind: 'postgres', host, port, user: 'ada', databases: ['shop'] };
    const settings = { ...server, tls: { mode: 'disable' }, password: 'none' };
    const source = { name: 'shop', settings, scope: wholeScope, digests: true, compressionLevel: 3, folders: [] };
    await call(page, 'source.add', { ...source, secrets: {}, replace: false });
    const { jobId } = await call<{ jobId: string }>(page, 'backup.start', { name: 'shop' });
    const { backup } = await call<JobResult>(page, 'job.wait', { jobId });
    return backup?.card.backupId ?? 'none';
  }

  it('compares every row, and leaves no server behind', async () => {
    const stage = await enter();
    const backup = await backedUp(stage);
    const { jobId } = await call<{ jobId: string }>(stage.page, 'backup.verify', { backup, level: 'restore' });
    const { verify } = await call<JobResult>(stage.page, 'job.wait', { jobId });
    expect(verify).toMatchObject({
      verdict: 'proven',
      tables: [{ expectedRows: 20_000, rows: 20_000, digestEqual: true }],
    });
    expect(readdirSync(path.join(stage.desktop.home, 'scratch'))).toEqual([]);
  });

  it('that is killed together with the app leaves a server, which the next start removes', async () => {
    const stage = await enter();
    const backup = await backedUp(stage);
    await call(stage.page, 'backup.verify', { backup, level: 'restore' });
    const scratch = path.join(stage.desktop.home, 'scratch');
    const server = await recordedServer(scratch);
    stage.app.process().kill('SIGKILL');
    await stage.app.exited;
    const again = await start(stage.desktop);
    const page = await again.firstWindow();
    expect(await call(page, 'job.list', { limit: 1 })).toMatchObject([{ kind: 'verify', state: 'failed' }]);
    expect(readdirSync(scratch)).toEqual([]);
    expect(await processStartTime(server.pid)).not.toBe(server.startTime);
  });
});

/** The throw-away server that the job has written down, as soon as it has. */
async function recordedServer(scratch: string): Promise<{ pid: number; startTime: string }> {
  for (;;) {
    for (const name of readdirSync(scratch).filter((each) => !each.endsWith('.new'))) {
      const record = JSON.parse(readFileSync(path.join(scratch, name), 'utf8')) as {
        server: { pid: number; startTime: string } | null;
        watchdogPid: number | null;
      };
      if (record.server === null) continue;
      expect(record.watchdogPid).toBeNull();
      return record.server;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
