import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { compare } from '../../src/main/verify/compare.ts';
import { Fail, type FailureCode } from '../../src/shared/failure.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import {
  dumpFile,
  engineWith,
  makeDatabase,
  makeShop,
  placeOf,
  sinkTo,
  testWatch,
  waitingClock,
} from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const engine = engineWith();

describe('a source that is not what it should be', () => {
  const folder = tempFolder('bad-source');
  const shop = (name: string): string => makeShop(join(folder, name), 'delete', 500);
  const cases: [string, FailureCode, () => string][] = [
    ['a path where nothing is', 'source.file-missing', () => join(folder, 'nothing')],
    ['a path below a file', 'source.file-missing', () => join(shop('parent'), 'child')],
    [
      'a folder',
      'source.not-a-file',
      () => {
        mkdirSync(join(folder, 'folder'));
        return join(folder, 'folder');
      },
    ],
    [
      'a pipe',
      'source.not-a-file',
      () => {
        execFileSync('mkfifo', [join(folder, 'pipe')]);
        return join(folder, 'pipe');
      },
    ],
    ['a device', 'source.not-a-file', () => '/dev/null'],
    ['an empty file', 'source.empty-file', () => made('empty', Buffer.alloc(0))],
    ['a text', 'source.not-a-database', () => made('text', Buffer.from('CREATE TABLE t (a);\n'.repeat(400)))],
    ['a few random bytes', 'source.not-a-database', () => made('few', randomBytes(100))],
    ['an encrypted database', 'source.encrypted', () => made('sqlcipher', randomBytes(4096 * 5))],
    ['a database of which only half a page is there', 'source.truncated', () => cut(shop('half-page'), 300)],
    [
      'a database that lost its last page',
      'source.truncated',
      () => cut(shop('lost'), statSync(join(folder, 'lost')).size - 4096),
    ],
    ['a database cut in the middle of a page', 'source.truncated', () => cut(shop('middle'), 4096 * 3 + 100)],
    ['a header with an impossible page size', 'source.corrupt', () => flip(shop('header'), 16, 0xff)],
    ['a damaged first page', 'source.corrupt', () => flip(shop('first-page'), 100, 0xff)],
    ['a damaged page in the middle', 'source.corrupt', () => damagePage(shop('page'))],
  ];

  function made(name: string, bytes: Buffer): string {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  }
  function cut(file: string, sizeBytes: number): string {
    truncateSync(file, sizeBytes);
    return file;
  }
  function flip(file: string, at: number, mask: number): string {
    const bytes = readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ mask;
    writeFileSync(file, bytes);
    return file;
  }
  function damagePage(file: string): string {
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096 * 4, 4096 * 4 + 200);
    writeFileSync(file, bytes);
    return file;
  }

  test.each(cases)('%s is refused with %s', async (_what, code, make) => {
    const file = make();
    const before = statSync(file, { throwIfNoEntry: false });
    const watch = testWatch('bad-source');
    const thrown = await dumpFile(engine, file, watch).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Fail);
    expect(thrown).toMatchObject({ code });
    expect((thrown as Fail).hint).not.toBe('');
    expect(readdirSync(watch.work)).toEqual([]);
    expect(statSync(file, { throwIfNoEntry: false })?.mtimeMs).toBe(before?.mtimeMs);
    for (const suffix of ['-wal', '-shm', '-journal'])
      expect(statSync(file + suffix, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('a probe tells the same as a step that failed', async () => {
    for (const [, , make] of cases.slice(3, 8)) {
      rmSync(join(folder, 'pipe'), { force: true });
      const report = await engine.probe(placeOf(make()), testWatch('bad-probe'));
      expect(report.ok).toBe(false);
      expect(report.steps.at(-1)?.outcome).toBe('failed');
    }
  });
});

describe('SV-14 one bit of a stored database', () => {
  test('flipped in any row is seen by the proof; flipped anywhere at all, it is a failure in words or an answer', async () => {
    const source = makeDatabase(join(tempFolder('flip'), 'a.sqlite'), (db) => {
      db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); CREATE INDEX by_body ON t (substr(body, 1, 3))');
      for (let n = 10; n < 50; n += 1)
        db.prepare('INSERT INTO t (body) VALUES (?)').run(`abc needle-${n} ${'x'.repeat(n * 9)}`);
    });
    const { inventory, file } = await dumpFile(engine, source, testWatch('flip'));
    const bytes = readFileSync(file);
    const flipped = (...at: number[]): Buffer => {
      const damaged = Buffer.from(bytes);
      const bit = 1 << randomInt(8);
      for (const position of at) damaged[position] = (damaged[position] ?? 0) ^ bit;
      return damaged;
    };
    // A page that was split keeps the old bytes of rows that moved on, in its free space: those alone change nothing.
    const everywhere = (text: string): number[] => {
      const found: number[] = [];
      for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found.push(at);
      return found;
    };
    for (let n = 10; n < 50; n += 1)
      expect(await isSeen(flipped(...everywhere(`needle-${n}`))), `needle-${n}`).toBe(true);
    // Free space between rows holds nothing: those bits are for the manifest's hashes to see.
    for (let n = 0; n < 40; n += 1) expect([true, false]).toContain(await isSeen(flipped(randomInt(bytes.length))));

    async function isSeen(content: Buffer): Promise<boolean> {
      const watch = testWatch('flip');
      const opened = join(watch.work, 'opened');
      writeFileSync(opened, content);
      const target = join(watch.work, 'target.sqlite');
      try {
        await engine.restore(
          { kind: 'file', file: target },
          {},
          { file: opened, inventory, globals: null, token: 'test-restore' },
          watch,
        );
        const counted = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, watch);
        if (compare(inventory, counted).problems.length > 0) return true;
        const { problems } = await engine.check(placeOf(target), inventory, watch);
        return problems.length > 0;
      } catch (thrown) {
        if (thrown instanceof Fail) return true;
        throw thrown;
      }
    }
  });
});

/** The other account runs this project's own code, so it has to be able to enter the checkout and its Node. */
function otherAccountMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may run a program as somebody else';
  const reads = spawnSync(
    process.execPath,
    ['-e', "require('fs').readFileSync(process.argv[1])", import.meta.filename],
    {
      uid: 65_534,
      gid: 65_534,
    },
  );
  return reads.status === 0 ? undefined : 'another account cannot enter the folder of this checkout';
}
const nobody = needs('another account', otherAccountMissing());

describe.runIf(nobody)('a source of which the rights are not ours', () => {
  const folder = tempFolder('rights');
  chmodSync(folder, 0o755);
  const uid = 65_534;

  /** Dumps as another account; the failure's code, or `done`. */
  function dumpAsNobody(file: string): string {
    const work = tempFolder('rights-work');
    chownSync(work, uid, uid);
    const program = `
      const { engineWith, placeOf, testWatch } = await import(${JSON.stringify(import.meta.resolve('../helpers/sqlite.ts'))});
      const { wholeScope } = await import(${JSON.stringify(import.meta.resolve('../../src/shared/source.ts'))});
      const sink = async (head, body) => { for await (const chunk of body) void chunk; return { artifact: '01-x', rawSizeBytes: 0 }; };
      const outcome = await engineWith().dump(placeOf(${JSON.stringify(file)}), { scope: wholeScope, digests: true }, sink, testWatch('nobody'))
        .then(() => 'done', (error) => error.code + ': ' + error.message);
      process.stdout.write(outcome);`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      uid,
      gid: uid,
      cwd: '/',
      env: { PATH: process.env['PATH'], TMPDIR: work },
      encoding: 'utf8',
    });
    return ran.stdout === '' ? ran.stderr : ran.stdout;
  }

  test('may be read where reading is all that is needed', () => {
    const file = makeShop(join(folder, 'readable.sqlite'), 'delete', 100);
    chmodSync(file, 0o644);
    expect(dumpAsNobody(file)).toBe('done');
  });

  test('a file that may not be read is said so', () => {
    const file = makeShop(join(folder, 'private.sqlite'), 'delete', 100);
    chmodSync(file, 0o600);
    expect(dumpAsNobody(file)).toMatch(/^source\.permission/);
  });

  test('a closed WAL database in a folder that may not be written is said so, and nothing is made there', () => {
    const inside = join(folder, 'read-only');
    mkdirSync(inside, { mode: 0o755 });
    const file = makeShop(join(inside, 'shop.sqlite'), 'wal', 100);
    chmodSync(file, 0o644);
    expect(dumpAsNobody(file)).toMatch(/^source\.permission: .*WAL/);
    expect(readdirSync(inside)).toEqual(['shop.sqlite']);
  });

  test('a closed WAL database of somebody else is not opened: our files beside it would keep its owner out', () => {
    const inside = join(folder, 'shared');
    mkdirSync(inside);
    chmodSync(inside, 0o777);
    const file = makeShop(join(inside, 'shop.sqlite'), 'wal', 100);
    chmodSync(file, 0o644);
    expect(dumpAsNobody(file)).toMatch(/^source\.permission: .*owner/);
    expect(readdirSync(inside)).toEqual(['shop.sqlite']);
  });

  test('a transaction that a crash left unfinished cannot be rolled back without the right to write: that is said', () => {
    const inside = join(folder, 'hot');
    mkdirSync(inside, { mode: 0o755 });
    const app = new Database(join(inside, 'live.sqlite'));
    app.exec('PRAGMA journal_mode = delete; PRAGMA cache_size = 5; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    app.exec(
      'BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT hex(randomblob(100)) FROM n',
    );
    const file = join(inside, 'crashed.sqlite');
    copyFileSync(join(inside, 'live.sqlite'), file);
    copyFileSync(join(inside, 'live.sqlite-journal'), `${file}-journal`);
    app.exec('ROLLBACK');
    app.close();
    chmodSync(file, 0o644);
    chmodSync(`${file}-journal`, 0o644);
    expect(dumpAsNobody(file)).toMatch(/^source\.permission: A crash left a transaction/);
  });
});

const smallDisk = process.getuid?.() === 0 ? mountSmall() : undefined;
const disk = needs(
  'a small disk',
  smallDisk === undefined ? 'only root may mount one, and not in every container' : undefined,
);

function mountSmall(): string | undefined {
  const folder = tempFolder('small-disk');
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'tmpfs', folder]).status === 0
    ? folder
    : undefined;
}
afterAll(() => {
  if (smallDisk !== undefined) spawnSync('umount', [smallDisk]);
});

describe.runIf(disk)('a disk that is full', () => {
  const small = smallDisk ?? '';
  const work = join(small, 'work');

  test('under the work folder is told before the source is touched, and when it fills up on the way', async () => {
    mkdirSync(work, { recursive: true, mode: 0o700 });
    const folder = tempFolder('full');
    const large = makeShop(join(folder, 'large.sqlite'), 'wal', 20_000);
    await expect(dumpFile(engine, large, { ...testWatch('full'), work })).rejects.toMatchObject({ code: 'spool.full' });
    const slim = makeShop(join(folder, 'small.sqlite'), 'delete', 3_000);
    const size = statSync(slim).size;
    // Room is there when it is asked for, and gone when the copy is half way.
    let filled = false;
    const watch = {
      ...testWatch('full'),
      work,
      progress: () => {
        if (filled) return;
        filled = true;
        fillUp(join(small, 'filler'), size / 2);
      },
    };
    await expect(dumpFile(engineWith({ stepPages: 10 }), slim, watch)).rejects.toMatchObject({ code: 'spool.full' });
    expect(filled).toBe(true);
    expect(readdirSync(work)).toEqual([]);
    rmSync(join(small, 'filler'));
    expect((await dumpFile(engine, slim, { ...testWatch('full'), work })).inventory.tables.length).toBeGreaterThan(0);
  });

  test('under the target is told, and nothing is left there', async () => {
    const { inventory, file } = await dumpFile(
      engine,
      makeShop(join(tempFolder('full'), 'a.sqlite'), 'delete', 20_000),
      testWatch('full'),
    );
    const target = { kind: 'file' as const, file: join(small, 'restored.sqlite') };
    const findings = await engine.rehearse(target, {}, inventory, testWatch('full'));
    expect(findings.filter((finding) => finding.grade === 'blocking').map((finding) => finding.code)).toEqual([
      'restore.full',
    ]);
    await expect(
      engine.restore(target, {}, { file, inventory, globals: null, token: 'test-restore' }, testWatch('full')),
    ).rejects.toMatchObject({ code: 'restore.full' });
    expect(readdirSync(small).filter((name) => name !== 'work')).toEqual([]);
  });

  test('a restore to another disk is a copy, and no less whole', async () => {
    const { inventory, file } = await dumpFile(
      engine,
      makeShop(join(tempFolder('across'), 'a.sqlite'), 'wal', 500),
      testWatch('across'),
    );
    const target = join(small, 'restored.sqlite');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file, inventory, globals: null, token: 'test-restore' },
      testWatch('across'),
    );
    const counted = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, testWatch('across'));
    expect(compare(inventory, counted).problems).toEqual([]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(small).filter((name) => name !== 'work')).toEqual(['restored.sqlite']);
    rmSync(target);
  });

  test('a restore to the same disk mounted in another place is a copy too', async () => {
    const folder = tempFolder('bound');
    spawnSync('mount', ['--bind', folder, join(small, 'work')]);
    try {
      const dumped = await dumpFile(
        engine,
        makeShop(join(tempFolder('bound-source'), 'a.sqlite'), 'delete', 500),
        testWatch('bound'),
      );
      const target = join(small, 'work', 'restored.sqlite');
      const opened = { file: dumped.file, inventory: dumped.inventory, globals: null, token: 'test-restore' };
      expect(statSync(dumped.file).dev).toBe(statSync(join(small, 'work')).dev);
      await engine.restore({ kind: 'file', file: target }, {}, opened, testWatch('bound'));
      expect(readdirSync(folder)).toEqual(['restored.sqlite']);
    } finally {
      spawnSync('umount', [join(small, 'work')]);
    }
  });

  function fillUp(file: string, leaveBytes: number): void {
    const { bavail, bsize } = JSON.parse(
      execFileSync('stat', ['-f', '-c', '{"bavail":%a,"bsize":%S}', small], { encoding: 'utf8' }),
    ) as { bavail: number; bsize: number };
    writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
  }
});

describe('a cancel', () => {
  test.each(['wal', 'delete'] as const)(
    'in the middle of a copy (%s) leaves no file, no lock and an untouched source',
    async (mode) => {
      const folder = tempFolder('cancel');
      const file = makeShop(join(folder, 'shop.sqlite'), mode, 5_000);
      const before = readFileSync(file);
      const controller = new AbortController();
      const reason = new Error('cancelled by the person');
      const watch = {
        ...testWatch('cancel', controller.signal),
        progress: (step: { bytes?: number }) => {
          if ((step.bytes ?? 0) > 0) controller.abort(reason);
        },
      };
      await expect(dumpFile(engineWith({ stepPages: 10 }), file, watch)).rejects.toBe(reason);
      expect(readdirSync(watch.work)).toEqual([]);
      expect(readFileSync(file).equals(before)).toBe(true);
      makeDatabase(file, (db) => db.exec('PRAGMA busy_timeout = 0; INSERT INTO ledger (amount) VALUES (1)'));
      expect(readdirSync(folder)).toEqual(['shop.sqlite']);
    },
  );

  test('while a lock is waited for ends the wait', async () => {
    const file = makeShop(join(tempFolder('cancel-wait'), 'shop.sqlite'), 'delete', 100);
    const holder = new Database(file);
    holder.exec('BEGIN EXCLUSIVE');
    const controller = new AbortController();
    const reason = new Error('cancelled by the person');
    const waiting = engineWith(
      {},
      waitingClock(() => controller.abort(reason)),
    );
    await expect(dumpFile(waiting, file, testWatch('cancel-wait', controller.signal))).rejects.toBe(reason);
    holder.exec('ROLLBACK');
    holder.close();
  });
});

describe('a sink that breaks', () => {
  test('in the middle of the bytes is told by its own error, and the copy is gone', async () => {
    const file = makeShop(join(tempFolder('sink'), 'shop.sqlite'), 'wal', 20_000);
    const watch = testWatch('sink');
    const broken = new Fail('destination.full', 'No room there.');
    const sink = sinkTo(tempFolder('sink-out'));
    const attempt = engine.dump(
      placeOf(file),
      { scope: wholeScope, digests: false },
      async (head, body) => {
        for await (const chunk of body) {
          void chunk;
          throw broken;
        }
        return sink(head, body);
      },
      watch,
    );
    await expect(attempt).rejects.toBe(broken);
    expect(readdirSync(watch.work)).toEqual([]);
  });
});
