/** BS-6 names, files and moments that a restore into the original's place must not stumble over. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { exchangeFiles } from '../../src/main/engine/sqlite/exchange.ts';
import type { BackupId, RestoreId, SourceId } from '../../src/shared/id.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { came, contentOf, ended, rehearseInPlace, restoreInPlace, runPlan } from '../helpers/in-place.ts';
import { needs } from '../helpers/needs.ts';
import { newWatch } from '../helpers/postgres-archive.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { smallDisk, smallDiskMissing } from '../helpers/small-disk.ts';
import { tempFolder } from '../helpers/temp.ts';

let house: OpenedHouse;
let number = 0;
beforeAll(async () => {
  house = await realHouse(path.join(tempFolder('in-place-attack'), 'home'));
});
afterAll(() => house.close());

const rest = { scope: wholeScope, digests: true, compressionLevel: 1, folders: [], secrets: {}, replace: false };

async function fileSource(file: string, bytesPerRow = 10): Promise<string> {
  number += 1;
  const source = `file${number}`;
  const database = new Database(file);
  database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, text BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO item SELECT i, randomblob(${bytesPerRow}) FROM n`);
  database.close();
  await house.api.source.add({ name: source, settings: { kind: 'sqlite', file }, ...rest });
  await house.result(house.api.backup.start({ name: source }));
  const accident = new Database(file);
  accident.exec('DELETE FROM item WHERE id > 5');
  accident.close();
  return source;
}

describe('BS-6 a file with a hostile name or neighbours', () => {
  it.each([
    'it\'s; rm -rf $HOME `x` "y".db',
    '-leading-dash.db',
    'ünïcode ⚓.sqlite',
    'a%20b?c#d&mode=memory.db',
    'two\nlines.db',
    '.hidden',
    'x'.repeat(230),
    `${'é'.repeat(118)}.db`,
  ])('%j is replaced and brought back', async (name) => {
    const place = tempFolder('in-place-name');
    const file = path.join(place, name);
    const source = await fileSource(file);
    const damaged = contentOf(file);
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.replaces?.confirm).toBe(name.includes('\n') || name.length > 200 ? source : name);
    expect(plan.commands?.every((line) => !line.includes('\n'))).toBe(true);
    const report = await runPlan(house.api, plan);
    const { keptAs, restoreId } = report.undo ?? {};
    if (keptAs === undefined || restoreId === undefined) throw new Error('There is nothing to undo.');
    expect(path.dirname(keptAs)).toBe(place);
    expect(Buffer.byteLength(path.basename(keptAs))).toBeLessThanOrEqual(247);
    expect(contentOf(keptAs)).toBe(damaged);
    await house.result(house.api.restore.undo({ restoreId }));
    expect(contentOf(file)).toBe(damaged);
    await house.result(house.api.restore.release({ restoreId }));
    expect(readdirSync(place)).toEqual([name]);
  });

  it('what lies under the name to be kept is not touched, a dangling link included', async () => {
    const place = tempFolder('in-place-taken');
    const file = path.join(place, 'shop.db');
    const source = await fileSource(file);
    const plan = await rehearseInPlace(house.api, source);
    const keepAs = plan.replaces?.keepAs ?? '';
    symlinkSync('/nonexistent/nowhere', keepAs);
    const before = contentOf(file);
    const asked = house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'shop.db' });
    expect(came((await ended(house.api, asked)).job)).toBe('restore.target-exists');
    expect(contentOf(file)).toBe(before);
    expect(lstatSync(keepAs).isSymbolicLink()).toBe(true);
    expect(readdirSync(place).toSorted()).toEqual(['shop.db', path.basename(keepAs)].toSorted());
    const second = await rehearseInPlace(house.api, source);
    expect(second.replaces?.keepAs).not.toBe(keepAs);
    expect((await runPlan(house.api, second)).verdict).toBe('equal');
  });

  it('another file under the live name is not the one that was rehearsed', async () => {
    const place = tempFolder('in-place-other');
    const file = path.join(place, 'shop.db');
    const source = await fileSource(file);
    const plan = await rehearseInPlace(house.api, source);
    const { rename, copyFile } = await import('node:fs/promises');
    await rename(file, path.join(place, 'moved.db'));
    await copyFile(path.join(place, 'moved.db'), file);
    const asked = house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'shop.db' });
    expect(came((await ended(house.api, asked)).job)).toBe('restore.moved');
    expect(readdirSync(place).toSorted()).toEqual(['moved.db', 'shop.db']);
  });

  it('other names of the live file are told of', async () => {
    const place = tempFolder('in-place-hard');
    const file = path.join(place, 'shop.db');
    const source = await fileSource(file);
    linkSync(file, path.join(place, 'second-name.db'));
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.findings.find(({ code }) => code === 'restore.other-names')?.message).toContain('1 other name');
  });

  it('a program that opens the file between the look and the lock stops it, and everything is as it was', async () => {
    const place = tempFolder('in-place-late');
    const [live, incoming, keepAs] = ['shop.db', 'new.db', 'shop__before_1200.db'].map((one) => path.join(place, one));
    if (live === undefined || incoming === undefined || keepAs === undefined) throw new Error('No names.');
    for (const file of [live, incoming]) {
      const database = new Database(file);
      database.exec(
        `CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO item VALUES (1, '${path.basename(file)}')`,
      );
      database.close();
    }
    const before = contentOf(live);
    let late: ReturnType<typeof spawn> | undefined;
    const mark = {
      restoreId: 'rst-20261125-120000-abcdefgh' as RestoreId,
      sourceId: 'src-abcdefghjkmn' as SourceId,
      backupId: 'bk-20261125-120000-abcdefgh' as BackupId,
      restoredAt: 1,
      keepUntil: 2,
    };
    const exchange = {
      target: { kind: 'file' as const, file: live },
      identity: null,
      incoming,
      keepAs,
      mark,
      token: 't',
    };
    const work = exchangeFiles(exchange, systemClock, newWatch(), (step) => {
      if (step !== 'closed') return;
      const descriptor = openSync(live, 'r');
      late = spawn('sleep', ['60'], { stdio: [descriptor, 'ignore', 'ignore'] });
      closeSync(descriptor);
    });
    await expect(work).rejects.toMatchObject({ code: 'restore.in-use' });
    late?.kill('SIGKILL');
    expect(contentOf(live)).toBe(before);
    expect(readdirSync(place).toSorted()).toEqual(['new.db', 'shop.db']);
  });

  it('a kept file that was replaced or taken away is neither brought back nor removed', async () => {
    const place = tempFolder('in-place-gone');
    const file = path.join(place, 'shop.db');
    const report = await restoreInPlace(house.api, await fileSource(file));
    const { keptAs, restoreId } = report.undo ?? {};
    if (keptAs === undefined || restoreId === undefined) throw new Error('There is nothing to undo.');
    const { rm } = await import('node:fs/promises');
    await rm(keptAs);
    linkSync(file, keptAs);
    const live = contentOf(file);
    for (const call of ['undo', 'release'] as const)
      expect(came((await ended(house.api, house.api.restore[call]({ restoreId }))).job)).toBe('restore.not-kept');
    expect(contentOf(file)).toBe(live);
    await rm(keptAs);
    for (const call of ['undo', 'release'] as const)
      expect(came((await ended(house.api, house.api.restore[call]({ restoreId }))).job)).toBe('restore.not-kept');
    expect(contentOf(file)).toBe(live);
  });

  it('an id that was made up is unknown, and one of another form malformed', async () => {
    const unknown = 'rst-20261125-120000-zzzzzzzz' as RestoreId;
    await expect(house.api.restore.undo({ restoreId: unknown })).rejects.toMatchObject({ code: 'restore.unknown' });
    await expect(house.api.restore.release(JSON.parse('{"restoreId":"../../etc"}'))).rejects.toMatchObject({
      code: 'call.malformed',
    });
  });
});

describe.runIf(needs('a small disk', smallDiskMissing()))('BS-6 a disk without room for two', () => {
  it('is a finding; one that fills up later leaves the live file as it was', async () => {
    const disk = smallDisk(8 * 1024 * 1024);
    const file = path.join(disk.folder, 'shop.db');
    const source = await fileSource(file, 60_000);
    const before = contentOf(file);
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.canRun, JSON.stringify(plan.findings)).toBe(true);
    const filler = path.join(disk.folder, 'filler');
    writeFileSync(filler, Buffer.alloc(4 * 1024 * 1024));
    const blocked = await rehearseInPlace(house.api, source);
    expect(blocked.findings[0]).toMatchObject({ grade: 'blocking', code: 'restore.full' });
    const asked = house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'shop.db' });
    expect(came((await ended(house.api, asked)).job)).toBe('restore.full');
    expect(contentOf(file)).toBe(before);
    expect(readdirSync(disk.folder).toSorted()).toEqual(['filler', 'shop.db']);
    expect(statSync(file).nlink).toBe(1);
    disk.unmount();
  });
});

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

describe.runIf(here)('BS-6 a database with a hostile name', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
  });
  afterAll(() => cluster?.stop());

  async function databaseSource(database: string): Promise<string> {
    number += 1;
    const source = `database${number}`;
    await cluster.createDatabase(database);
    await cluster.sql(database, 'CREATE TABLE item AS SELECT generate_series(1, 20) AS id');
    const settings = {
      kind: 'postgres' as const,
      host: cluster.host,
      port: cluster.port,
      user: 'postgres',
      databases: [database],
      tls: { mode: 'disable' as const },
      password: 'none' as const,
    };
    await house.api.source.add({ name: source, settings, ...rest });
    await house.result(house.api.backup.start({ name: source }));
    await cluster.sql(database, 'DELETE FROM item WHERE id > 5');
    return source;
  }
  const rowsIn = async (database: string): Promise<unknown> =>
    (await cluster.sql(database, 'SELECT count(*)::int AS rows FROM item'))[0]?.['rows'];

  it.each([
    `x"; DROP DATABASE postgres; --`,
    `it's \\ a $$ "shop"`,
    'two\nlines',
    `postgres://evil@host/db?sslmode=disable`,
    `dbname=other host=evil`,
    'é'.repeat(31),
    'y'.repeat(63),
  ])('%j is replaced and brought back', async (database) => {
    const source = await databaseSource(database);
    const plan = await rehearseInPlace(house.api, source);
    expect(plan.canRun, JSON.stringify(plan.findings)).toBe(true);
    expect(plan.commands?.every((line) => !line.includes('\n'))).toBe(true);
    const report = await runPlan(house.api, plan);
    const { keptAs, restoreId } = report.undo ?? {};
    if (keptAs === undefined || restoreId === undefined) throw new Error('There is nothing to undo.');
    expect(Buffer.byteLength(keptAs)).toBeLessThanOrEqual(63);
    expect([await rowsIn(database), await rowsIn(keptAs)]).toEqual([20, 5]);
    const { undo } = await house.result(house.api.restore.undo({ restoreId }));
    expect([await rowsIn(database), await rowsIn(undo?.keptAs ?? '')]).toEqual([5, 20]);
    await house.result(house.api.restore.release({ restoreId }));
    expect(await cluster.sql('postgres', 'SELECT 1 FROM pg_database WHERE datname = $1', [undo?.keptAs])).toEqual([]);
  });

  it('two long names that begin alike are kept under two names', async () => {
    const sources = [await databaseSource(`${'z'.repeat(62)}a`), await databaseSource(`${'z'.repeat(62)}b`)];
    const plans = [
      await rehearseInPlace(house.api, sources[0] ?? ''),
      await rehearseInPlace(house.api, sources[1] ?? ''),
    ];
    const names = plans.map((plan) => plan.replaces?.keepAs);
    expect(new Set(names).size).toBe(2);
    for (const plan of plans) expect((await runPlan(house.api, plan)).verdict).toBe('equal');
  });

  it('a database that has taken the name to be kept stays, and so does the live one', async () => {
    const source = await databaseSource('taken');
    const plan = await rehearseInPlace(house.api, source);
    await cluster.createDatabase(plan.replaces?.keepAs ?? '');
    const asked = house.api.restore.run({ planId: plan.planId, secrets: {}, confirm: 'taken' });
    expect(came((await ended(house.api, asked)).job)).toBe('restore.target-exists');
    expect(await rowsIn('taken')).toBe(5);
    expect(await cluster.sql('postgres', "SELECT 1 FROM pg_database WHERE datname LIKE 'holdfast%'")).toEqual([]);
  });

  it('a database that only has the kept name, or a forged note of another restore, is neither brought back nor dropped', async () => {
    const report = await restoreInPlace(house.api, await databaseSource('forged'));
    const { keptAs, restoreId } = report.undo ?? {};
    if (keptAs === undefined || restoreId === undefined) throw new Error('There is nothing to undo.');
    await cluster.sql('postgres', `DROP DATABASE "${keptAs}"`);
    await cluster.createDatabase(keptAs);
    const both = async (): Promise<string[]> => [
      came((await ended(house.api, house.api.restore.undo({ restoreId }))).job),
      came((await ended(house.api, house.api.restore.release({ restoreId }))).job),
    ];
    expect(await both()).toEqual(['restore.not-kept', 'restore.not-kept']);
    await cluster.sql(
      'postgres',
      `COMMENT ON DATABASE "${keptAs}" IS '{"holdfast":"kept","restoreId":"${restoreId}"}'`,
    );
    expect(await both()).toEqual(['restore.not-kept', 'restore.not-kept']);
    expect(await rowsIn('forged')).toBe(20);
    expect(existsSync(keptAs)).toBe(false);
  });

  it('is blocked by a prepared transaction or a logical slot', async () => {
    await cluster.stop();
    cluster = await startCluster({ major: 15, settings: { max_prepared_transactions: '5', wal_level: 'logical' } });
    const source = await databaseSource('tied');
    // The other way round the slot would wait for the transaction.
    await cluster.sql('tied', "SELECT pg_create_logical_replication_slot('a_slot', 'pgoutput')");
    await cluster.sql('tied', "BEGIN; INSERT INTO item VALUES (99); PREPARE TRANSACTION 'wait''ing'");
    const plan = await rehearseInPlace(house.api, source);
    const codes = plan.findings.filter(({ grade }) => grade === 'blocking').map(({ code }) => code);
    expect(codes).toEqual(['restore.replication-slots', 'restore.prepared-transactions']);
    expect(plan.findings.map(({ message }) => message).join(' ')).toContain("wait'ing");
  });
});
