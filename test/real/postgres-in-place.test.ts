/** BS-6 SV-9 JO-5: a PostgreSQL database back in its own place, with the way back. */
import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { came, ended, recordOf, rehearseInPlace, restoreInPlace, runPlan } from '../helpers/in-place.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

let cluster: Cluster;
let house: OpenedHouse;
let number = 0;

const literal = (text: string): string => pg.escapeLiteral(text);
const name = (text: string): string => pg.escapeIdentifier(text);

/** A database with 200 rows and a backup of it, then an accident: 150 of them are gone, three are new. */
async function damaged(database: string, options: { user?: string } = {}): Promise<string> {
  number += 1;
  const source = `source${number}`;
  const user = options.user ?? 'app';
  await cluster.createDatabase(database, `OWNER ${name(user)}`);
  await cluster.sql(
    database,
    `SET ROLE ${name(user)}; CREATE TABLE item (id serial PRIMARY KEY, text text NOT NULL);
     CREATE TABLE "We ird" (a int); INSERT INTO "We ird" SELECT generate_series(1, 7);
     INSERT INTO item (text) SELECT 'item ' || g FROM generate_series(1, 200) g`,
  );
  await house.api.source.add({
    name: source,
    settings: {
      kind: 'postgres',
      host: cluster.host,
      port: cluster.port,
      user,
      databases: [database],
      tls: { mode: 'disable' },
      password: 'none',
    },
    scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
    digests: true,
    compressionLevel: 1,
    folders: [],
    secrets: {},
    replace: false,
  });
  await house.result(house.api.backup.start({ name: source }));
  await cluster.sql(
    database,
    `DELETE FROM item WHERE id > 50; INSERT INTO item (text) SELECT 'new' FROM generate_series(1, 3)`,
  );
  return source;
}

async function itemsIn(database: string): Promise<string> {
  const rows = await cluster.sql(database, 'SELECT id, text FROM item ORDER BY id');
  return JSON.stringify(rows);
}

async function databases(): Promise<string[]> {
  const rows = await cluster.sql('postgres', 'SELECT datname FROM pg_database ORDER BY 1');
  return rows.map((row) => String(row['datname']));
}

async function login(database: string, application: string, user = 'app'): Promise<pg.Client & { lost: boolean }> {
  const client = Object.assign(
    new pg.Client({ host: cluster.host, port: cluster.port, user, database, application_name: application }),
    { lost: false },
  );
  client.on('error', () => (client.lost = true));
  await client.connect();
  return client;
}

describe.runIf(here)('BS-6 SV-9 JO-5 a restore into the place of a live database', () => {
  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
    house = await realHouse(path.join(tempFolder('in-place-pg'), 'home'));
    await cluster.sql('postgres', 'CREATE ROLE app LOGIN CREATEDB; CREATE ROLE reader; CREATE ROLE other LOGIN');
  });
  afterAll(async () => {
    await house?.close();
    await cluster?.stop();
  });

  it('tells what disappears, who is cut off and what is to be typed, and changes nothing', async () => {
    const source = await damaged('told');
    const before = await databases();
    const client = await login('told', 'shop web');
    const plan = await rehearseInPlace(house.api, source);
    await client.end();
    expect(plan.canRun, JSON.stringify(plan.findings)).toBe(true);
    expect(plan.replaces).toMatchObject({
      confirm: 'told',
      counted: true,
      sessions: [{ application: 'shop web', count: 1 }],
      tables: [
        { name: 'public."We ird"', before: 7, after: 7, change: 'same', contentEqual: true },
        { name: 'public.item', before: 200, after: 53, change: 'fewer', contentEqual: false },
      ],
    });
    expect(plan.replaces?.keepAs).toMatch(/^told__before_\d{4}$/);
    expect(plan.findings.find(({ code }) => code === 'restore.sessions')?.message).toContain('1 × shop web');
    expect(plan.commands?.at(-1)).toContain('ALTER DATABASE "told" RENAME TO');
    expect(await databases()).toEqual(before);
  });

  it('cuts off who is connected, takes the name in one step, and an undo brings the earlier one back', async () => {
    const source = await damaged('shop');
    const clerk = await login('shop', 'clerk');
    await clerk.query('BEGIN; LOCK TABLE item IN ACCESS SHARE MODE');
    const gone = await itemsIn('shop');
    const report = await restoreInPlace(house.api, source);
    expect(report.verdict).toBe('equal');
    expect(report.problems.filter(({ grade }) => grade !== 'cosmetic')).toEqual([]);
    expect(report.connection).toBe(`postgres://app@127.0.0.1:${cluster.port}/shop`);
    expect(clerk.lost).toBe(true);
    const { restoreId, keptAs } = report.undo ?? {};
    if (restoreId === undefined || keptAs === undefined) throw new Error('There is nothing to undo.');
    expect(JSON.parse(await itemsIn('shop'))).toHaveLength(200);
    expect(await itemsIn(keptAs)).toBe(gone);
    expect(await databases()).not.toContainEqual(expect.stringContaining('holdfast'));

    await cluster.sql('shop', "INSERT INTO item (text) VALUES ('written since')");
    const { undo } = await house.result(house.api.restore.undo({ restoreId }));
    expect(undo?.tables.find((table) => table.name === 'public.item')).toMatchObject({ before: 53, after: 201 });
    expect(await itemsIn('shop')).toBe(gone);
    expect(undo?.keptAs).toMatch(/^shop__undone_\d{4}$/);
    expect(JSON.parse(await itemsIn(undo?.keptAs ?? ''))).toHaveLength(201);
    expect(await recordOf(house.api, restoreId)).toMatchObject({ state: 'undone', keptAs: undo?.keptAs });

    const again = await house.result(house.api.restore.undo({ restoreId }));
    expect(JSON.parse(await itemsIn('shop'))).toHaveLength(201);
    expect(again.undo?.keptAs).toMatch(/^shop__undone_\d{4}/);
    await house.result(house.api.restore.release({ restoreId }));
    expect((await databases()).filter((one) => one.startsWith('shop'))).toEqual(['shop']);
    expect(await recordOf(house.api, restoreId)).toMatchObject({ state: 'released' });
  });

  it('carries over what belongs to the place: owner, grants, settings, limit and comment', async () => {
    const source = await damaged('carried');
    const space = path.join(cluster.socketFolder, 'space');
    mkdirSync(space);
    const { uid, gid } = statSync(cluster.socketFolder);
    chownSync(space, uid, gid);
    await cluster.sql('postgres', `CREATE TABLESPACE elsewhere LOCATION ${literal(space)}`);
    await cluster.sql('postgres', 'GRANT CREATE ON TABLESPACE elsewhere TO app');
    await cluster.sql('postgres', 'ALTER DATABASE carried SET TABLESPACE elsewhere');
    await cluster.sql(
      'postgres',
      `ALTER DATABASE carried SET search_path = '$user', public, "We ird"; ALTER DATABASE carried SET work_mem = '7MB';
       ALTER ROLE reader IN DATABASE carried SET statement_timeout = '9s';
       ALTER DATABASE carried CONNECTION LIMIT 17; COMMENT ON DATABASE carried IS 'it''s \\ the shop';
       REVOKE ALL ON DATABASE carried FROM PUBLIC; GRANT CONNECT ON DATABASE carried TO reader WITH GRANT OPTION`,
    );
    const facts = (database: string): Promise<Record<string, unknown>[]> =>
      cluster.sql(
        'postgres',
        `SELECT pg_get_userbyid(datdba)::text AS owner, datconnlimit, (SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace) AS space, shobj_description(oid, 'pg_database') AS comment,
            (SELECT json_agg(json_build_array(grantee, privilege_type, is_grantable) ORDER BY grantee, privilege_type) FROM aclexplode(datacl)) AS grants,
            (SELECT json_agg(json_build_array(setrole, setconfig) ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
           FROM pg_database d WHERE datname = ${literal(database)}`,
      );
    const before = await facts('carried');
    const report = await restoreInPlace(house.api, source);
    const after = await facts('carried');
    // A plain role may not set anything for another role: that is said, and the rest is carried.
    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: 'restore.not-carried', subject: 'setting statement_timeout of reader' }),
    );
    const known = before[0]?.['settings'] as [string, string[]][];
    expect(after).toEqual([{ ...before[0], settings: known.filter(([role]) => role === '0') }]);
    if (report.undo === undefined) throw new Error('There is nothing to undo.');
    await house.result(house.api.restore.undo({ restoreId: report.undo.restoreId }));
    expect(await facts('carried')).toEqual(before);
  });

  it.each([
    ['a role without CREATEDB', 'restore.no-rights', 'ALTER ROLE other NOCREATEDB', 'other', undefined],
    [
      'another role than the owner',
      'restore.not-owner',
      'ALTER DATABASE :db OWNER TO postgres; GRANT CONNECT ON DATABASE :db TO app',
      'app',
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO app',
    ],
    ['a template', 'restore.template', 'ALTER DATABASE :db IS_TEMPLATE true', 'app', undefined],
  ])('is blocked for %s', async (_what, code, sql, user, inside) => {
    const database = `blocked ${number}`;
    const source = await damaged(database, { user });
    await cluster.sql('postgres', sql.replaceAll(':db', name(database)));
    if (inside !== undefined) await cluster.sql(database, inside);
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.canRun).toBe(false);
    expect(plan.findings[0]).toMatchObject({ grade: 'blocking' });
    expect(plan.findings.filter(({ grade }) => grade === 'blocking').map((one) => one.code)).toContain(code);
    const asked = house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: database });
    expect(came((await ended(house.api, asked)).job)).toBe('restore.blocked');
    await cluster.sql('postgres', `ALTER DATABASE ${name(database)} IS_TEMPLATE false`);
  });

  it('is blocked where sessions may not be ended, and cuts nobody off that it may not', async () => {
    const source = await damaged('held');
    const root = await login('held', 'root console', 'postgres');
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.findings[0]).toMatchObject({ grade: 'blocking', code: 'restore.in-use' });
    expect(plan.findings[0]?.message).toContain('root console as postgres');
    await root.end();
    const free = await rehearseInPlace(house.api, source);
    const again = await login('held', 'root console', 'postgres');
    const before = await itemsIn('held');
    const { job } = await ended(
      house.api,
      house.api.restore.run({ planId: free.planId, secrets: {}, confirm: 'held' }),
    );
    expect(came(job)).toBe('restore.in-use');
    expect(again.lost).toBe(false);
    await again.end();
    expect(await itemsIn('held')).toBe(before);
    expect((await databases()).filter((one) => /holdfast|held_/.test(one))).toEqual([]);
  }, 120_000);

  it('refuses a live database that is another one by now, or gone, or changed too far', async () => {
    const source = await damaged('moving');
    const plan = await rehearseInPlace(house.api, source);
    const run = async (planId: typeof plan.planId): Promise<string> =>
      came((await ended(house.api, house.api.restore.run({ planId, secrets: {}, confirm: 'moving' }))).job);
    await cluster.sql('moving', "INSERT INTO item (text) SELECT 'flood' FROM generate_series(1, 500)");
    expect(await run(plan.planId)).toBe('restore.moved');
    const second = await rehearseInPlace(house.api, source);
    await cluster.sql('moving', 'CREATE TABLE fresh (a int)');
    expect(await run(second.planId)).toBe('restore.moved');
    const third = await rehearseInPlace(house.api, source);
    await cluster.sql('postgres', 'ALTER DATABASE moving RENAME TO elsewhere');
    await cluster.sql('postgres', 'CREATE DATABASE moving TEMPLATE elsewhere OWNER app');
    expect(await run(third.planId)).toBe('restore.moved');
    await cluster.sql('postgres', 'DROP DATABASE moving');
    expect(await run(third.planId)).toBe('restore.moved');
    expect((await databases()).filter((one) => /holdfast|moving/.test(one))).toEqual([]);
    const gone = await rehearseInPlace(house.api, source);
    expect(gone.replaces).toBeUndefined();
    expect(gone.findings.map(({ code }) => code)).toContain('restore.original-gone');
    expect((await runPlan(house.api, gone)).verdict).toBe('equal');
    expect(JSON.parse(await itemsIn('moving'))).toHaveLength(200);
  });

  it('two restores of one database at once: one takes the place, the other says that it is not the same any more', async () => {
    const source = await damaged('twice');
    const other = `${source}-copy`;
    const { settings, scope } = (await house.api.source.show({ name: source })).source;
    const rest = { digests: true, compressionLevel: 1, folders: [], secrets: {}, replace: false };
    await house.api.source.add({ name: other, settings, scope, ...rest });
    await house.result(house.api.backup.start({ name: other }));
    const plans = [await rehearseInPlace(house.api, source), await rehearseInPlace(house.api, other)];
    const jobs = await Promise.all(
      plans.map((plan) =>
        ended(house.api, house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'twice' })),
      ),
    );
    const codes = jobs.map(({ job }) => came(job)).toSorted();
    expect(codes[1]).toBe('succeeded');
    expect(codes[0]).toMatch(/^(restore\.(moved|in-use|target-exists)|source\.connection-lost)$/);
    expect((await databases()).filter((one) => one.startsWith('twice') || one.startsWith('holdfast'))).toHaveLength(2);
  }, 120_000);

  it('programs that write all the while and connect again lose no row that was committed', async () => {
    const source = await damaged('busy');
    await cluster.sql('busy', "INSERT INTO item (text) SELECT 'ballast' FROM generate_series(1, 100000)");
    const stop = new AbortController();
    const written: string[] = [];
    let cut = 0;
    const writer = async (who: number): Promise<void> => {
      for (let turn = 0; !stop.signal.aborted;) {
        try {
          const client = await login('busy', `writer ${who}`);
          try {
            for (; !stop.signal.aborted; turn += 1) {
              const text = `writer ${who} row ${turn}`;
              await client.query('INSERT INTO item (text) VALUES ($1)', [text]);
              written.push(text);
              await systemClock.sleep(100);
            }
          } finally {
            await client.end().catch(() => {});
          }
        } catch {
          cut += 1;
          // Whether the row that was on its way is in is not known; it is never written again.
          turn += 1;
          await systemClock.sleep(10);
        }
      }
    };
    const writers = [1, 2, 3].map(writer);
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.replaces?.sessions).toHaveLength(3);
    const report = await runPlan(house.api, plan);
    await systemClock.sleep(500);
    stop.abort();
    await Promise.all(writers);
    const keptAs = report.undo?.keptAs ?? '';
    const rowsOf = async (database: string): Promise<string[]> =>
      (await cluster.sql(database, "SELECT text FROM item WHERE text LIKE 'writer%'")).map((row) =>
        String(row['text']),
      );
    const [before, after] = [await rowsOf(keptAs), await rowsOf('busy')];
    expect(cut).toBeGreaterThanOrEqual(3);
    expect(before.filter((text) => after.includes(text))).toEqual([]);
    const found = new Set([...before, ...after]);
    expect(written.filter((text) => !found.has(text))).toEqual([]);
    expect([before.length, after.length].every((rows) => rows > 0)).toBe(true);
  }, 120_000);

  it('JO-8 a lost catalog loses no undo', async () => {
    const source = await damaged('remembered');
    const gone = await itemsIn('remembered');
    const report = await restoreInPlace(house.api, source);
    const { restoreId } = report.undo ?? {};
    if (restoreId === undefined) throw new Error('There is nothing to undo.');
    const { home } = house;
    await house.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(path.join(home, `catalog.sqlite${suffix}`), { force: true });
    house = await realHouse(home);
    expect(await recordOf(house.api, restoreId)).toMatchObject({ state: 'kept', target: 'remembered' });
    await house.result(house.api.restore.undo({ restoreId }));
    expect(await itemsIn('remembered')).toBe(gone);
  });

  it('a cancel before the exchange leaves nothing but the live one', async () => {
    const source = await damaged('stopped');
    const gone = await itemsIn('stopped');
    const plan = await rehearseInPlace(house.api, source);
    const { jobId } = await house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'stopped' });
    await expect
      .poll(async () => (await house.api.job.show({ jobId })).job.progress?.phase ?? '', {
        timeout: 20_000,
        interval: 5,
      })
      .toMatch(/Restoring|Comparing|Counting|Exchanging/);
    await house.api.job.cancel({ jobId }).catch(() => {});
    const { job } = await house.api.job.wait({ jobId });
    // A cancel that came too late is no cancel: then the restore has been made, and is known.
    const kept = (await house.api.restore.list({})).filter(({ target }) => target === 'stopped');
    expect(kept).toHaveLength(job.state === 'cancelled' ? 0 : 1);
    await expect
      .poll(async () => (await house.api.job.list({ limit: 5 })).every((one) => one.endedAt !== null), {
        timeout: 30_000,
      })
      .toBe(true);
    expect((await databases()).filter((one) => /holdfast|stopped/.test(one))).toHaveLength(1 + kept.length);
    expect(await itemsIn(kept[0]?.keptAs ?? 'stopped')).toBe(gone);
  });
});
