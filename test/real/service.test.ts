/** `holdfast service …` with a systemctl that does what systemd would: it starts the unit's own command line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitText } from '../../src/main/cli/service-unit.ts';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';
import { run } from '../../src/main/base/run.ts';

/** Reads the unit as systemd reads it, and gives its command nothing but the unit's environment. */
const systemctl = String.raw`#!${process.execPath}
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
const folder = path.dirname(process.argv[1]);
fs.appendFileSync(path.join(folder, 'asked'), args.join(' ') + '\n');
const unit = path.join(process.env.HOME, '.config/systemd/user/holdfast.service');
const pidFile = path.join(folder, 'pid');
const words = (text) => [...text.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)]
  .map(([, one, plain]) => (one ?? plain).replaceAll(/\\(.)/g, '$1').replaceAll('%%', '%'));
const values = (name) => fs.readFileSync(unit, 'utf8').split('\n')
  .filter((line) => line.startsWith(name + '=')).map((line) => line.slice(name.length + 1));
const alive = () => { try { process.kill(Number(fs.readFileSync(pidFile)), 0); return true; } catch { return false; } };
const stop = () => {
  if (!alive()) return;
  process.kill(Number(fs.readFileSync(pidFile)), 'SIGTERM');
  while (alive()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
};
if (args.includes('--property=Version')) console.log('252');
else if (args[1] === 'show') console.log('ActiveState=' + (alive() ? 'active' : 'inactive') + '\nUnitFileState=enabled\nNRestarts=0');
else if (args[1] === 'disable') stop();
else if (args[1] === 'restart') {
  stop();
  const [program, ...rest] = words(values('ExecStart')[0]).map((word) => word.replaceAll('$$', '$'));
  const env = Object.fromEntries(values('Environment').flatMap(words).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]));
  const log = fs.openSync(path.join(folder, 'journal'), 'a');
  const child = spawn(program, rest, { env, detached: true, stdio: ['ignore', log, log], cwd: '/' });
  fs.writeFileSync(pidFile, String(child.pid));
  child.unref();
}
`;
const loginctl = `#!${process.execPath}
if (process.argv[2] === 'show-user') console.log('no');
else { console.error('Could not enable linger: Access denied'); process.exit(1); }
`;

let folder: string;
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = tempFolder('service with 100% space');
  home = path.join(folder, 'home');
  const programs = path.join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(path.join(programs, 'systemctl'), systemctl, { mode: 0o755 });
  writeFileSync(path.join(programs, 'loginctl'), loginctl, { mode: 0o755 });
  const passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 });
  env = { PATH: `${programs}:${process.env['PATH'] ?? ''}`, HOME: folder, HOLDFAST_PASSPHRASE_FILE: passphrase };
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) =>
    db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY)'),
  );
  await holdfastJson(home, ['source', 'add', 'shop', '--file', file], { env });
});
afterAll(async () => {
  await holdfast(home, ['service', 'remove'], { env });
});

describe('holdfast service', () => {
  it('refuses where no systemd is, and where nobody could open the vault', async () => {
    const none = await holdfast(home, ['service', 'install', '--json'], { env: { ...env, PATH: '/nowhere' } });
    expect(none.json()).toMatchObject({ code: 'service.no-systemd' });
    const open = await holdfast(home, ['service', 'install', '--json'], {
      env: { PATH: env['PATH'] ?? '', HOME: folder },
    });
    expect(open.json()).toMatchObject({ code: 'service.no-passphrase' });
    const absent = await holdfast(home, ['service', 'remove', '--json'], { env });
    expect(absent.json()).toMatchObject({ code: 'service.not-installed' });
    expect(existsSync(path.join(folder, '.config'))).toBe(false);
  });

  it('SV-8 installs a service that keeps plans, and shows it by one run; its status tells the run', async () => {
    await holdfastJson(home, ['plan', 'add', 'nightly', '--source', 'shop', '--verify', 'restore'], { env });
    const installed = await holdfastJson(home, ['service', 'install'], { env });
    expect(installed).toMatchObject({
      linger: false,
      lingerProblem: 'Could not enable linger: Access denied',
      runs: [{ what: 'backup', outcome: 'succeeded' }],
    });
    const status = await holdfastJson(home, ['service', 'status'], { env });
    expect(status).toMatchObject({
      installed: true,
      active: true,
      keepsPlans: true,
      plans: [{ name: 'nightly', runs: [{ outcome: 'succeeded' }] }],
    });
    expect(await holdfastJson(home, ['list'], { env })).toMatchObject([{ verdict: 'proven' }]);

    const removed = await holdfast(home, ['service', 'remove'], { env });
    expect(removed.code).toBe(0);
    expect(existsSync(path.join(home, 'owner.json'))).toBe(false);
    expect((await holdfast(home, ['service', 'status'], { env })).code).toBe(1);
    const asked = readFileSync(path.join(folder, 'programs', 'asked'), 'utf8');
    expect(asked).toContain('--user enable holdfast.service');
    expect(asked).toContain('--user disable --now holdfast.service');
  });
});

const analyze = '/usr/bin/systemd-analyze';
const present = needs('systemd-analyze', existsSync(analyze) ? undefined : 'the program is not installed');
describe.runIf(present)('the unit', () => {
  it('is one that systemd reads without a complaint, also with odd names', async () => {
    const file = path.join(tempFolder('unit'), 'holdfast.service');
    const unit = unitText({
      program: [process.execPath, '/opt/hold fast/100%/$main "x".ts'],
      home: '/home/ada/hold fast',
      passphraseFile: '/home/ada/pass%phrase',
      path: ['/usr/bin', '/bin'],
    });
    writeFileSync(file, unit);
    const checked = await run(analyze, ['verify', '--user', file]);
    expect(checked.stderr.split('\n').filter((line) => line.includes('holdfast.service'))).toEqual([]);
    expect(unit).toContain('100%%/$$main \\"x\\".ts');
  });
});
