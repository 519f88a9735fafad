import { existsSync, readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeChildren } from '../../src/main/base/run.ts';
import { dump } from '../../src/main/engine/postgres/dump.ts';
import { countLive } from '../../src/main/engine/postgres/live-count.ts';
import { globalsSql } from '../../src/main/engine/postgres/globals.ts';
import { probe } from '../../src/main/engine/postgres/probe.ts';
import type { OnStep } from '../../src/main/engine/postgres/snapshot.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import type { Sink } from '../../src/main/engine/engine.ts';
import { Fail } from '../../src/shared/failure.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import {
  fileSink,
  pgRestore,
  sourceOf,
  surroundings,
  testWatch,
  until,
  type TestWatch,
} from '../helpers/postgres-source.ts';

const tools = (await findToolSets(surroundings())).filter(
  (set) => set.programs.includes('pg_dump') && set.distrust === null,
);
const major = availableMajors().findLast((one) => tools.some((set) => set.major >= one));
const here = needs(
  'PostgreSQL server with its client programs',
  major === undefined ? 'no server here has a pg_dump at least as new' : undefined,
);
const newer = availableMajors().find((one) => tools.every((set) => set.major < one));
const tooNew = needs(
  'a PostgreSQL server newer than every pg_dump',
  newer === undefined ? 'every server here has its client programs' : undefined,
);

const password = "Tr0ub4dor&3 it's";

describe.runIf(here)('a source that fails', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ major: major as number, auth: 'scram', password });
    await cluster.createDatabase('shop');
    await cluster.sql(
      'shop',
      `CREATE TABLE sale AS SELECT g AS id, repeat(md5(g::text), 20) AS note FROM generate_series(1, 60000) g`,
    );
    await cluster.sql(
      'shop',
      `CREATE ROLE reader LOGIN PASSWORD 'reader'; CREATE TABLE secret (id int); CREATE TABLE "hidden ""rows" (id int); ALTER TABLE "hidden ""rows" ENABLE ROW LEVEL SECURITY`,
    );
    await cluster.sql('shop', `GRANT SELECT ON sale, "hidden ""rows" TO reader`);
  });
  afterAll(() => cluster?.stop());

  const place = () => sourceOf(cluster, 'shop', { secret: password });
  const options = { scope: wholeScope, digests: true };

  /** What is left of us: sessions on the server, files in the work folder, programs. */
  async function expectNothingLeft(watch: TestWatch): Promise<void> {
    await until(
      async () =>
        (
          await cluster.sql(
            'postgres',
            `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`,
          )
        )[0]?.['n'] === 0,
    );
    expect(readdirSync(watch.work)).toEqual([]);
    expect(watch.lines.join('\n')).not.toContain(password);
  }

  /** A dump in which something is done at a step, while its bytes are held back: the dump cannot be over by then. */
  async function dumpWith(onStep: OnStep, watch = testWatch()): Promise<unknown> {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { sink } = fileSink();
    const slow: Sink = async (head, body, discard) => {
      await Promise.race([gate, new Promise((resolve) => discard?.addEventListener('abort', resolve))]);
      return sink(head, body, discard);
    };
    try {
      return await dump(place(), options, slow, watch, surroundings(), async (step) => {
        await onStep(step);
        if (step === 'dump-locked') open();
      });
    } finally {
      await expectNothingLeft(watch);
    }
  }

  const end = (name: string) =>
    cluster.sql(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '${name}%'`,
    );

  test.each([
    ['pg_dump', 'holdfast-dump-'],
    ['the session that holds the snapshot', 'holdfast-snapshot'],
    ['the session on guard', 'holdfast-guard'],
  ])('the connection of %s is cut in the middle', async (_, name) => {
    await expect(
      dumpWith(async (step) => {
        if (step === 'dump-locked') await end(name);
      }),
    ).rejects.toMatchObject({ code: 'source.connection-lost' } satisfies Partial<Fail>);
  });

  test('pg_dump is killed', async () => {
    const pids: number[] = [];
    observeChildren((event) => {
      if (event.kind === 'started' && event.program.endsWith('pg_dump')) pids.push(event.pid);
    });
    const failed = dumpWith((step) => {
      if (step === 'dump-locked') process.kill(pids.at(-1) as number, 'SIGKILL');
    });
    await expect(failed).rejects.toMatchObject({
      code: 'tool.killed',
      message: expect.stringContaining('SIGKILL') as string,
    } satisfies Partial<Fail>);
    observeChildren(() => {});
  });

  test.each(['listed', 'locked', 'exported', 'dump-started', 'dump-locked', 'counted'] as const)(
    'a cancel after "%s" leaves nothing and throws its own reason',
    async (at) => {
      const watch = testWatch();
      const pids: number[] = [];
      observeChildren((event) => {
        if (event.kind === 'started' && event.program.endsWith('pg_dump')) pids.push(event.pid);
      });
      const reason = new Error('cancelled by the test');
      const failed = dumpWith((step) => {
        if (step === at) watch.cancel(reason);
      }, watch);
      await expect(failed).rejects.toBe(reason);
      for (const pid of pids) expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
      observeChildren(() => {});
    },
  );

  test('a sink that cannot go on is told as it is, and stops everything', async () => {
    const watch = testWatch();
    const full = new Fail('spool.full', 'No room.');
    const sink: Sink = async (_, body) => {
      for await (const chunk of body as AsyncIterable<Buffer>) if (chunk.length > 0) throw full;
      throw new Error('The body had no bytes.');
    };
    await expect(dump(place(), options, sink, watch, surroundings())).rejects.toBe(full);
    await expectNothingLeft(watch);
  });

  test('a role that may not read everything is told what, before anything is dumped', async () => {
    const { sink, begun } = fileSink();
    const reader = sourceOf(cluster, 'shop', { user: 'reader', secret: 'reader' });
    await expect(dump(reader, options, sink, testWatch(), surroundings())).rejects.toMatchObject({
      code: 'source.no-rights',
      message: expect.stringContaining('public.secret') as string,
    });
    const scope = { ...wholeScope, excludeTables: ['public.secret'] };
    await expect(dump(reader, { scope, digests: true }, sink, testWatch(), surroundings())).rejects.toMatchObject({
      code: 'source.row-security',
      message: expect.stringContaining('public."hidden ""rows"') as string,
    });
    expect(begun).toEqual([]);
    const scopeOfSale = { ...wholeScope, tables: ['sale'] };
    const facts = await dump(reader, { scope: scopeOfSale, digests: true }, sink, testWatch(), surroundings());
    expect(facts.inventory.databases[0]?.tables).toMatchObject([{ name: 'public.sale', rows: 60_000 }]);
    // A role that may not see password verifiers keeps the roles without them.
    expect(facts.inventory.globals).toMatchObject({ passwordVerifiers: false, roles: ['postgres', 'reader'] });
  });

  test('a name that is not there is named', async () => {
    const { sink } = fileSink();
    const scope = { ...wholeScope, tables: ['sale', 'sail'] };
    await expect(dump(place(), { scope, digests: true }, sink, testWatch(), surroundings())).rejects.toMatchObject({
      code: 'source.scope-empty',
      message: expect.stringContaining('table sail') as string,
    });
  });

  test('a test of the source says each step, and does not throw', async () => {
    const good = await probe(place(), testWatch(), surroundings());
    expect(good).toMatchObject({ ok: true });
    expect(good.databases.map((database) => database.name)).toEqual(['postgres', 'shop']);
    const wrong = await probe(sourceOf(cluster, 'shop', { secret: 'wrong' }), testWatch(), surroundings());
    expect(wrong).toMatchObject({ ok: false, steps: [{ step: 'connect', outcome: 'failed' }] });
    const poor = await probe(
      sourceOf(cluster, ['shop', 'nowhere'], { user: 'reader', secret: 'reader' }),
      testWatch(),
      surroundings(),
    );
    expect(poor.steps.filter((step) => step.outcome === 'failed').map((step) => step.step)).toEqual([
      'databases',
      'read shop',
      'read nowhere',
    ]);
  });

  test('roles are kept as SQL where pg_dumpall is not to be had', async () => {
    const sql = globalsSql({
      roles: [
        {
          name: 'o"dd',
          options: ['NOSUPERUSER', 'LOGIN'],
          connectionLimit: 3,
          validUntil: "it's",
          settings: ['search_path="$user", public', "my.setting=a'b"],
        },
      ],
      memberships: [{ role: 'pg_monitor', member: 'o"dd', admin: true }],
      tablespaces: [{ name: 'fast\nDROP ROLE x;', owner: 'postgres' }],
    });
    expect(sql.split('\n')).toEqual([
      '-- Roles without their passwords, made by Holdfast.',
      'CREATE ROLE "o""dd";',
      `ALTER ROLE "o""dd" WITH NOSUPERUSER LOGIN CONNECTION LIMIT 3 VALID UNTIL 'it''s';`,
      'ALTER ROLE "o""dd" SET search_path TO "$user", public;',
      `ALTER ROLE "o""dd" SET my.setting TO 'a''b';`,
      'GRANT pg_monitor TO "o""dd" WITH ADMIN OPTION;',
      '-- Tablespace "fast DROP ROLE x;", owned by postgres: its place is not known to this role.',
      '',
    ]);
    await cluster.sql('shop', sql.replace("VALID UNTIL 'it''s'", ''));
    await cluster.sql('shop', 'DROP ROLE "o""dd"');
  });

  test('several databases of one server make one set, each with its own artifact', async () => {
    await cluster.createDatabase('second');
    await cluster.sql('second', 'CREATE TABLE t AS SELECT 1 AS a');
    const { sink, files, begun } = fileSink();
    const facts = await dump(
      sourceOf(cluster, ['shop', 'second'], { secret: password }),
      options,
      sink,
      testWatch(),
      surroundings(),
    );
    expect(begun).toEqual(['shop', 'second', 'globals']);
    expect(facts.inventory.databases.map((database) => database.artifact)).toEqual(['01-artifact', '02-artifact']);
    await cluster.createDatabase('second_again', 'TEMPLATE template0');
    expect(pgRestore(cluster, files.get('02-artifact') ?? '', 'second_again', tools[0]?.folder ?? '')).toMatchObject({
      ok: true,
    });
    expect(await cluster.sql('second_again', 'SELECT a FROM t')).toEqual([{ a: 1 }]);
  });
});

describe.runIf(here)('a standby', () => {
  test('is dumped, and its cancelled snapshot is called a recovery conflict', async () => {
    const primary = await startCluster({ major: major as number, settings: { wal_level: 'replica' } });
    await primary.createDatabase('shop');
    await primary.sql(
      'shop',
      'CREATE TABLE sale AS SELECT g AS id FROM generate_series(1, 5000) g; CREATE UNLOGGED TABLE cache AS SELECT 1 AS a',
    );
    const standby = await import('../helpers/postgres-standby.ts').then((helper) => helper.startStandby(primary));
    try {
      const { sink } = fileSink();
      const facts = await dump(
        sourceOf(standby, 'shop'),
        { scope: wholeScope, digests: true },
        sink,
        testWatch(),
        surroundings(),
      );
      // Its definition is dumped, so the backup promises it, and promises it empty.
      expect(facts.inventory.databases[0]?.tables).toMatchObject([
        { name: 'public.cache', rows: 0, digest: '0:0' },
        { name: 'public.sale', rows: 5_000 },
      ]);
      expect(facts.inventory.databases[0]?.omissions).toContainEqual({
        what: 'unlogged-table-rows',
        name: 'public.cache',
        why: expect.any(String) as string,
      });
      const report = await probe(sourceOf(standby, 'shop'), testWatch(), surroundings());
      expect(report.steps.find((step) => step.step === 'version')).toMatchObject({ outcome: 'warning' });
      // The primary drops a table that the standby's snapshot still holds; the standby may not wait for us at all.
      const failed = dump(
        sourceOf(standby, 'shop'),
        { scope: wholeScope, digests: true },
        sink,
        testWatch(),
        surroundings(),
        async (step) => {
          if (step !== 'exported') return;
          await primary.sql('shop', 'DROP TABLE sale');
          await until(async () => (await standby.conflicts()) > 0);
        },
      );
      await expect(failed).rejects.toMatchObject({ code: 'source.recovery-conflict' } satisfies Partial<Fail>);
    } finally {
      await standby.stop();
      await primary.stop();
    }
  });
});

describe.runIf(tooNew)('a server newer than every client', () => {
  test('is refused with what to install, and can still be counted', async () => {
    const cluster = await startCluster({ major: newer as number });
    await cluster.createDatabase('shop');
    await cluster.sql('shop', 'CREATE TABLE sale AS SELECT g AS id FROM generate_series(1, 10) g');
    const { sink, begun } = fileSink();
    const failed = dump(
      sourceOf(cluster, 'shop'),
      { scope: wholeScope, digests: true },
      sink,
      testWatch(),
      surroundings(),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'tool.too-old',
      hint: expect.stringMatching(new RegExp(`Install.*${newer}`)) as string,
    });
    expect(begun).toEqual([]);
    const counted = await countLive(
      sourceOf(cluster, 'shop'),
      { scope: wholeScope, digests: true },
      testWatch(),
      surroundings(),
    );
    expect(counted.tables).toMatchObject([{ name: 'public.sale', rows: 10 }]);
    await cluster.stop();
  });
});

test('an empty program output is a failure, whatever its exit code', async () => {
  const { programBody } = await import('../../src/main/engine/postgres/program-body.ts');
  const fake = (text: string, code: number | null, signal: NodeJS.Signals | null, stderr = '') => ({
    pid: 1,
    stdin: null,
    stdout: Readable.from(text === '' ? [] : [Buffer.from(text)]),
    ended: Promise.resolve({ code, signal, stderr }),
    kill: () => {},
  });
  const read = async (...of: Parameters<typeof fake>): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of programBody(fake(...of), { program: 'pg_dump', magic: 'PGDMP' }) as AsyncIterable<Buffer>)
      chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  await expect(read('PGDMP…', 0, null)).resolves.toBe('PGDMP…');
  await expect(read('', 0, null)).rejects.toMatchObject({ code: 'tool.failed' });
  await expect(read('PGD', 0, null)).rejects.toMatchObject({ code: 'tool.failed' });
  await expect(read('--', 0, null)).rejects.toMatchObject({ code: 'tool.failed' });
  await expect(
    read('PGDMP…', 1, null, 'pg_dump: error: aborting because of server version mismatch'),
  ).rejects.toMatchObject({ code: 'tool.too-old' });
  await expect(read('PGDMP…', null, 'SIGKILL')).rejects.toMatchObject({ code: 'tool.killed' });
});
