/** The terminal door as a real process on real files: two at once, leaving, being killed, being interrupted. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson, startHoldfast, type RunningDoor } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { childrenOf } from '../helpers/processes.ts';
import { tempFolder } from '../helpers/temp.ts';

/** Random bytes at the highest level: a backup that takes a while on any machine. */
function makeLarge(file: string, megabytes = 8): string {
  return makeDatabase(file, (db) => {
    db.pragma('journal_mode = wal');
    db.exec(`
      CREATE TABLE photo (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${megabytes})
        INSERT INTO photo (body) SELECT randomblob(1000000) FROM n;`);
  });
}

function makeSmall(file: string): string {
  return makeDatabase(file, (db) => {
    db.exec(
      `CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note (text) VALUES ('a'), ('b'), ('c')`,
    );
  });
}

/** A data folder with two slow sources, `photos` and `films`, and a quick one, `notes`. */
async function prepared(name: string): Promise<string> {
  const folder = tempFolder(name);
  const home = path.join(folder, 'home');
  const file = makeLarge(path.join(folder, 'photos.db'));
  for (const slow of ['photos', 'films']) {
    await holdfastJson(home, ['source', 'add', slow, '--file', file, '--compression', '19']);
  }
  await holdfastJson(home, ['source', 'add', 'notes', '--file', makeSmall(path.join(folder, 'notes.db'))]);
  return home;
}

interface JobLine {
  id: string;
  kind: string;
  state: string;
  failure: { code: string } | null;
}

const jobs = (home: string): Promise<JobLine[]> => holdfastJson<JobLine[]>(home, ['jobs']);

/** Nothing of a job is left in the data folder but its log. */
function expectTidy(home: string): void {
  const left = ['work', 'spool', 'scratch'].flatMap((name) => readdirSync(path.join(home, name)));
  expect(left).toEqual([]);
  expect(['owner.json', 'holdfast.sock'].filter((name) => existsSync(path.join(home, name)))).toEqual([]);
}

async function begun(home: string, args: string[]): Promise<RunningDoor> {
  const door = startHoldfast(home, args);
  await door.says('Dumping');
  return door;
}

/** Lets a job process of this owner stand still, counted by their start; returns how it is let go again. */
async function hold(owner: RunningDoor, number: number): Promise<() => void> {
  const job = (await childrenOf(owner.child.pid ?? 0)).toSorted((a, b) => a - b)[number];
  if (job === undefined) throw new Error('The job ended before it could be held.');
  process.kill(job, 'SIGSTOP');
  return () => void process.kill(job, 'SIGCONT');
}

/** A backup that stands still in the middle until it is let go. */
async function held(home: string, source: string): Promise<RunningDoor & { letGo(): void }> {
  const door = await begun(home, ['backup', source, '--json']);
  return { ...door, letGo: await hold(door, 0) };
}

describe('two terminals on one data folder', () => {
  let home: string;
  beforeAll(async () => {
    home = await prepared('cli-two');
  });

  it('work side by side, one through the other', async () => {
    const owner = await held(home, 'photos');
    expect(await jobs(home)).toMatchObject([{ kind: 'backup', state: 'running' }]);
    const notes = await holdfastJson<{ backupId: string }>(home, ['backup', 'notes']);
    expect(owner.child.exitCode).toBeNull();
    owner.letGo();
    const photos = (await owner.ended).json<{ backupId: string }>();
    const listed = await holdfastJson<{ backupId: string }[]>(home, ['list']);
    expect(new Set(listed.map(({ backupId }) => backupId))).toEqual(new Set([notes.backupId, photos.backupId]));
    expectTidy(home);
  });

  it('take turns on one source, and the second goes on when the owner has left', async () => {
    const first = await held(home, 'photos');
    const second = startHoldfast(home, ['backup', 'photos', '--json']);
    await second.says('Waiting for another job to end');
    first.letGo();
    const [one, two] = await Promise.all([first.ended, second.ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.json<{ takenAt: string }>().takenAt < two.json<{ takenAt: string }>().takenAt).toBe(true);
    expectTidy(home);
  });

  it('an owner whose own work is done waits for the job of the other, and says so', async () => {
    const owner = await held(home, 'photos');
    const guest = await begun(home, ['backup', 'films', '--json']);
    // The job of the guest runs in the owner's care.
    const letGuestGo = await hold(owner, 1);
    owner.letGo();
    await owner.says('Finishing a job of another terminal');
    letGuestGo();
    const [one, two] = await Promise.all([owner.ended, guest.ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect([one.json(), two.json()]).toMatchObject([{ source: 'photos' }, { source: 'films' }]);
    expectTidy(home);
  });

  it('one cancels the job of the other', async () => {
    // Held, so that it cannot be done before the cancel arrives; what does not hear one is killed after its grace.
    const owner = await held(home, 'photos');
    const [job] = await jobs(home);
    expect(await holdfastJson(home, ['cancel', job?.id ?? ''])).toMatchObject({ state: 'cancelled' });
    const ended = await owner.ended;
    expect(ended.code).toBe(3);
    expect(ended.json()).toMatchObject({ cancelled: true });
    expectTidy(home);
  });
});

describe('Ctrl-C', () => {
  it('cancels the backup, waits until it is gone, and leaves nothing', async () => {
    const home = await prepared('cli-interrupt');
    const door = await begun(home, ['backup', 'photos', '--json']);
    door.child.kill('SIGINT');
    const ended = await door.ended;
    expect(ended.code).toBe(130);
    expect(ended.json()).toEqual({ cancelled: true, message: expect.stringContaining('Nothing partial') });
    expectTidy(home);
    expect(await holdfastJson(home, ['list'])).toEqual([]);
    expect(await jobs(home)).toMatchObject([{ state: 'cancelled' }]);
    expect(
      readdirSync(path.join(home, 'backups'), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ),
    ).toEqual([]);
  });

  it('twice ends it at once, and the next start tidies up', async () => {
    const home = await prepared('cli-interrupt-twice');
    const door = await begun(home, ['backup', 'photos']);
    door.child.kill('SIGTERM');
    await door.says('once more');
    door.child.kill('SIGINT');
    const ended = await door.ended;
    expect([130, 143]).toContain(ended.code);
    expect(await holdfastJson(home, ['list'])).toEqual([]);
    const [job] = await jobs(home);
    expect(['failed', 'cancelled']).toContain(job?.state);
    expectTidy(home);
  });
});

describe('--json', () => {
  const folder = tempFolder('cli-json');
  const home = path.join(folder, 'home');
  let backupId: string;

  beforeAll(async () => {
    makeSmall(path.join(folder, 'notes.db'));
    await holdfastJson(home, ['source', 'add', 'notes', '--file', path.join(folder, 'notes.db')]);
    ({ backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', 'notes']));
  });

  it('prints one document and nothing else, whatever the command and however it ends', async () => {
    const good = [
      ['source', 'show', 'notes'],
      ['source', 'test', 'notes'],
      ['show', 'notes@latest'],
      ['verify', backupId, '--level', 'read'],
      ['diff', backupId, '--against', 'notes@latest'],
      ['doctor', '--rebuild'],
      ['audit', '--check'],
      ['--help'],
      ['restore', backupId, '--to-file', path.join(folder, 'again.db')],
    ];
    const bad = [
      ['frobnicate'],
      ['backup'],
      ['list', 'nobody'],
      ['show', 'nothing@latest'],
      ['log', 'job-20200101-000000-aaaaaaaa'],
      ['cancel', 'nonsense'],
      ['restore', backupId, '--to-file', path.join(folder, 'again.db')],
    ];
    const failures: string[][] = [];
    for (const command of [...good, ...bad]) {
      const ran = await holdfast(home, [...command, '--json']);
      const document = ran.json();
      expect([command, ran.stdout]).toEqual([command, `${JSON.stringify(document, null, 2)}\n`]);
      if ((ran.code ?? 9) >= 2 && ['code', 'message', 'hint', 'retryable', 'ref'].every((key) => key in document))
        failures.push(command);
    }
    expect(failures).toEqual(bad);
  });

  it('has the promised shapes', async () => {
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const stored = [{ destination: expect.stringMatching(/^dst-/), state: 'stored', message: null }];
    expect(await holdfastJson(home, ['backup', 'notes'])).toEqual({
      backupId: expect.stringMatching(/^bk-/),
      source: 'notes',
      takenAt: time,
      sizeBytes: expect.any(Number),
      complete: true,
      missing: [],
      durationMs: expect.any(Number),
      tables: [{ name: 'note', rows: 3, digest: expect.any(String) }],
      stored,
    });
    expect((await holdfastJson<unknown[]>(home, ['list', 'notes']))[0]).toEqual({
      backupId: expect.stringMatching(/^bk-/),
      source: 'notes',
      kind: 'sqlite',
      takenAt: time,
      sizeBytes: expect.any(Number),
      complete: true,
      verdict: 'unproven',
      provenAt: null,
      provenBy: null,
      stored,
      pin: null,
      insteadOf: null,
    });
    expect(await holdfastJson(home, ['verify', 'notes@latest'])).toMatchObject({
      level: 'restore',
      verdict: 'proven',
      tables: [{ name: 'note', expectedRows: 3, rows: 3, digestEqual: true }],
      problems: [],
      startedAt: time,
      endedAt: time,
    });
    expect(await holdfastJson(home, ['diff', 'notes@latest'])).toEqual({
      backupId: expect.stringMatching(/^bk-/),
      against: 'live',
      takenAt: time,
      tables: [{ name: 'note', before: 3, after: 3, change: 'same', contentEqual: true }],
    });
  });

  it('tells the story of a job under the reference of its failure', async () => {
    writeFileSync(path.join(folder, 'broken.db'), 'no database at all, whatever it is called\n'.repeat(200));
    await holdfast(home, ['source', 'add', 'broken', '--file', path.join(folder, 'broken.db'), '--json']);
    const failed = await holdfast(home, ['backup', 'broken', '--json']);
    expect(failed.code).toBe(3);
    const { code, ref } = failed.json<{ code: string; ref: string }>();
    expect(code).toBe('source.not-a-database');
    const log = await holdfastJson<{ level: string; at: string }[]>(home, ['log', ref]);
    expect(log.map(({ level }) => level)).toContain('error');
  });
});

describe('the terminal', () => {
  it('shows names that try to steer it as what they are', async () => {
    const folder = tempFolder('cli-names');
    const home = path.join(folder, 'home');
    const file = makeDatabase(path.join(folder, 'names.db'), (db) => {
      db.exec('CREATE TABLE "red\u001b[31m\u0007" (x); CREATE TABLE "two\nlines" (x); CREATE TABLE "\u009b2J" (x)');
    });
    await holdfastJson(home, ['source', 'add', 'names', '--file', file]);
    await holdfastJson(home, ['backup', 'names']);
    const { stdout, code } = await holdfast(home, ['show', 'names@latest']);
    expect(code).toBe(0);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout).toContain(String.raw`red\x1b[31m\x07`);
    expect(stdout).toContain(String.raw`two\nlines`);
    const json = await holdfastJson<{ tables: { name: string }[] }>(home, ['show', 'names@latest']);
    expect(json.tables.map(({ name }) => name).toSorted()).toEqual(
      ['\u009b2J', 'red\u001b[31m\u0007', 'two\nlines'].toSorted(),
    );
  });

  it('never asks when nobody sits there, and keeps a password to itself', async () => {
    const home = path.join(tempFolder('cli-password'), 'home');
    const refused = await holdfast(home, [
      'source',
      'add',
      'shop',
      '--url',
      'postgres://ada:hunter22@db.example.com/shop',
      '--json',
    ]);
    expect([refused.code, refused.json()]).toMatchObject([3, { code: 'source.password-in-argument' }]);
    expect(refused.stdout + refused.stderr).not.toContain('hunter22');
    expect(existsSync(home)).toBe(false);
    const added = await holdfast(
      home,
      ['source', 'add', 'shop', '--url', 'postgres://ada@db.example.com/shop', '--json'],
      { env: { PGPASSFILE: '/nowhere' } },
    );
    expect([added.code, added.json()]).toMatchObject([0, { settings: { password: 'none' } }]);
  });
});

describe('holdfast tour', () => {
  it('shows a backup, its proof, an accident and the way back, with real figures, and cleans up', async () => {
    const folder = tempFolder('cli-tour');
    const home = path.join(folder, 'home');
    const ran = await holdfast(home, ['tour', '--json'], { env: { TMPDIR: folder } });
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      backup: { tables: expect.arrayContaining([expect.objectContaining({ name: 'order', rows: 1_800 })]) },
      verify: { verdict: 'proven' },
      diff: {
        lostOrders: 600,
        tables: expect.arrayContaining([expect.objectContaining({ name: 'order', before: 1_800, after: 1_200 })]),
      },
      restore: {
        verdict: 'equal',
        tables: expect.arrayContaining([expect.objectContaining({ name: 'order', rows: 1_800 })]),
      },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('interrupted, it goes away without a trace as well', async () => {
    const folder = tempFolder('cli-tour');
    const door = startHoldfast(path.join(folder, 'home'), ['tour'], { env: { TMPDIR: folder } });
    await door.says('Dumping');
    door.child.kill('SIGINT');
    expect((await door.ended).code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('BS-18 the logs', () => {
  it('hold nothing of a password that was passed', async () => {
    const folder = tempFolder('cli-logs');
    const home = path.join(folder, 'home');
    const passphrase = path.join(folder, 'passphrase');
    writeFileSync(passphrase, 'a passphrase of the test', { mode: 0o600 });
    const env = {
      HOLDFAST_PASSPHRASE_FILE: passphrase,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
      PGPASSFILE: '/nowhere',
    };
    const secret = 'hunter22-with-%-and-"quotes"';
    const add = ['source', 'add', 'shop', '--url', 'postgres://ada@127.0.0.1:1/shop', '--password-stdin', '--json'];
    const added = await holdfast(home, add, { env, input: `${secret}\n` });
    expect([added.code, added.stderr]).toEqual([0, '']);
    const backup = await holdfast(home, ['backup', 'shop', '--json'], { env });
    expect([backup.code, backup.json()]).toMatchObject([3, { code: 'source.unreachable' }]);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const telling = files.filter((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes('hunter22'));
    expect(telling.map(({ name }) => name)).toEqual([]);
    expect(files.length).toBeGreaterThan(4);
    expect(added.stdout + backup.stdout + backup.stderr).not.toContain('hunter22');
  });
});
