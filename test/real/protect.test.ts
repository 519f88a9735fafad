/** JO-11: a deployment that is protected, as a real process around a real program. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson, startHoldfast } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const node = process.execPath;

let folder: string;
let home: string;
let ran: string;

beforeAll(async () => {
  folder = tempFolder('protect');
  home = path.join(folder, 'home');
  ran = path.join(folder, 'ran');
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) => {
    db.exec("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note (text) VALUES ('a')");
  });
  await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
});

/** A command that leaves a mark, says something and ends with this code. */
const command = (code: number): string[] => [
  node,
  '-e',
  `require('fs').writeFileSync(${JSON.stringify(ran)}, process.argv.slice(1).join('|')); console.log('migrated'); process.exit(${code})`,
  '--',
  '--flag',
  'two words; $(rm)',
];

describe('JO-11 protect', () => {
  it('backs up, proves, and then runs the command with its own words and streams', async () => {
    const ended = await holdfast(home, ['protect', 'shop', '--', ...command(0)]);
    expect(ended).toMatchObject({ code: 0, stdout: 'migrated\n' });
    expect(ended.stderr).toContain('Proven by a restore.');
    expect(readFileSync(ran, 'utf8')).toBe('--flag|two words; $(rm)');
    expect(await holdfastJson<{ verdict: string }[]>(home, ['list'])).toMatchObject([{ verdict: 'proven' }]);
  });

  it('ends as the command ended, and prints the line that restores what was before', async () => {
    const ended = await holdfast(home, ['protect', 'shop', '--proof', 'read', '--', ...command(7)]);
    expect(ended.code).toBe(7);
    const line = /^ {2}holdfast (restore bk-\S+ --in-place)$/m.exec(ended.stderr)?.[1]?.split(' ') ?? [];
    const restored = await holdfastJson<{ verdict: string }>(home, [...line, '--confirm', 'shop.db']);
    expect(restored.verdict).toBe('equal');
  });

  it('with --json there is one document, and the output of the command goes aside', async () => {
    const ended = await holdfast(home, ['protect', 'shop', '--json', '--', ...command(3)]);
    expect(ended.code).toBe(3);
    expect(ended.json()).toMatchObject({
      source: 'shop',
      proof: { verdict: 'proven' },
      ended: { code: 3, signal: null },
      restore: expect.stringContaining('holdfast restore bk-'),
      exitCode: 3,
    });
    expect(ended.stderr).toContain('migrated');
  });

  it('a backup that fails is 121, and nothing of the command runs', async () => {
    rmSync(ran, { force: true });
    const gone = makeDatabase(path.join(folder, 'gone.db'), (db) => db.exec('CREATE TABLE a (b)'));
    await holdfastJson(home, ['source', 'add', 'gone', '--file', gone]);
    rmSync(gone);
    const ended = await holdfast(home, ['protect', 'gone', '--', ...command(0)]);
    expect(ended.code).toBe(121);
    expect(ended.stderr).toContain('Nothing of the command was run.');
    expect(existsSync(ran)).toBe(false);
  });

  it('a proof that does not hold is 122, and nothing of the command runs', async () => {
    rmSync(ran, { force: true });
    const file = makeDatabase(path.join(folder, 'thin.db'), (db) => db.exec('CREATE TABLE a (b)'));
    // Without digests a restore never comes to more than "partly".
    await holdfastJson(home, ['source', 'add', 'thin', '--file', file, '--no-digests']);
    const ended = await holdfast(home, ['protect', 'thin', '--', ...command(0)]);
    expect(ended.code).toBe(122);
    expect(existsSync(ran)).toBe(false);
    expect((await holdfast(home, ['protect', 'thin', '--accept-partly', '--', ...command(0)])).code).toBe(0);
  });

  it('a command that cannot be started is 123', async () => {
    const ended = await holdfast(home, ['protect', 'shop', '--proof', 'read', '--', 'no-such-program-here']);
    expect(ended.code).toBe(123);
  });

  it('without a command it is wrong usage and nothing is backed up', async () => {
    const before = await holdfastJson<unknown[]>(home, ['list']);
    for (const argv of [['shop'], ['shop', '--'], ['shop', 'ls'], ['shop', 'x', '--', 'ls']])
      expect((await holdfast(home, ['protect', ...argv])).code).toBe(2);
    expect(await holdfastJson<unknown[]>(home, ['list'])).toHaveLength(before.length);
  });

  it('signals go to the command, whose end is waited for; meanwhile the data folder is free', async () => {
    const started = path.join(folder, 'started');
    const program = path.join(folder, 'patient.cjs');
    writeFileSync(
      program,
      `process.on('SIGTERM', () => { console.log('cleaned up'); process.exit(5); });
       require('fs').writeFileSync(${JSON.stringify(started)}, '');
       console.error('begun');
       setInterval(() => {}, 1000);`,
    );
    const door = startHoldfast(home, ['protect', 'shop', '--proof', 'read', '--', node, program]);
    await door.says('begun');
    expect(existsSync(path.join(home, 'owner.json'))).toBe(false);
    door.child.kill('SIGTERM');
    const ended = await door.ended;
    expect(ended).toMatchObject({ code: 5, stdout: 'cleaned up\n' });
  });
});
