/** What is in the middle of an upload when its job or its owner is killed goes on from there, and the source is not dumped again. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import { startProgram } from '../helpers/holdfast.ts';
import { childrenOf } from '../helpers/processes.ts';
import { addBucket, addSource, dumpsIn, keptIn, makeSource, oneMiB, uploadWorld } from '../helpers/uploads.ts';

const partOf = (query: URLSearchParams): number => Number(query.get('partNumber') ?? 0);

describe('BD-6 JO-13 SV-1 a kill in the middle of an upload', () => {
  let server: FakeS3;
  beforeEach(async () => {
    server = await fakeS3();
  });
  afterEach(() => server.stop());

  test.for(['owner', 'job'] as const)(
    'of the %s: the next owner sends what is missing, and nothing twice',
    { timeout: 120_000 },
    async (victim) => {
      const world = uploadWorld(`killed-${victim}`);
      const before = await world.open();
      await addBucket(before, 'bucket', server);
      await addSource(before, makeSource(world.folder, 22 * oneMiB), ['bucket']);
      await before.close();

      const arrived = new Promise<void>((resolve) => {
        server.mischief = ({ query }) => {
          const [upload] = server.uploads.values();
          if (upload?.parts.size === 2) resolve();
          return partOf(query) > 2 ? { kind: 'stall' } : undefined;
        };
      });
      const env = { HOLDFAST_PASSPHRASE_FILE: path.join(world.folder, 'passphrase') };
      const owner = startProgram('test/prove/owner.ts', world.home, ['backup', 'app'], { env });
      await owner.says('phase Storing');
      // Two parts are there when the first word after them is heard.
      const looking = setInterval(
        () => server.mischief({ method: '', name: '', query: new URLSearchParams(), headers: {} }),
        20,
      );
      await arrived;
      clearInterval(looking);
      const [job] = await childrenOf(owner.child.pid as number);
      process.kill(victim === 'job' ? (job as number) : (owner.child.pid as number), 'SIGKILL');
      await owner.ended;

      server.mischief = () => undefined;
      server.seen.length = 0;
      // A house that keeps plans goes on by itself; a terminal when it is asked.
      const byItself = victim === 'owner';
      const after = await world.open(byItself);
      try {
        const [ended] = await after.api.job.list({ limit: 1, kinds: ['backup'] });
        expect(ended).toMatchObject({ kind: 'backup', state: 'failed', failure: { code: 'backup.kept' } });
        const added = new Promise<void>((resolve) => void after.api.backup.added(() => resolve()));
        expect((await after.api.backup.list({})).length).toBeLessThanOrEqual(byItself ? 1 : 0);
        if (byItself) await added;
        const { jobIds } = await after.api.backup.carry({});
        expect(jobIds.length).toBe(byItself ? 0 : 1);
        for (const jobId of jobIds) expect((await after.api.job.wait({ jobId })).job.state).toBe('succeeded');
        const sent = server.seen.filter(({ method }) => method === 'PUT').map(({ query }) => partOf(query));
        expect(sent.filter((part) => part === 1 || part === 2)).toEqual([]);
        expect(sent.filter((part) => part > 2).toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
        const [card] = await after.api.backup.list({});
        const proof = await after.result(after.api.backup.verify({ backup: card?.backupId ?? '', level: 'restore' }));
        expect(proof.verify?.verdict).toBe('proven');
        expect(dumpsIn(world.home)).toBe(1);
        expect(keptIn(world.home)).toEqual([]);
        expect(server.uploads.size).toBe(0);
      } finally {
        await after.close();
      }
    },
  );
});
