// Builds what Electron runs (src/main/index.ts, src/main/worker.ts, src/preload) into out/main and out/preload, if it is
// older than what it is made of.
//
//   node scripts/build-shell.mjs [--force]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explain, node24 } from './install.mjs';
import { buildEnvironment, newest, swap } from './newest.mjs';

const root = resolve(import.meta.dirname, '..');
const madeOf = [
  'src/main',
  'src/preload',
  'src/shared',
  'src/renderer/keys.ts',
  'electron.vite.config.ts',
  'package-lock.json',
];
/** Touched when both builds are whole. */
const mark = join(root, 'out', 'shell.built');

/**
 * @param {{ force?: boolean }} [options]
 * @returns {{ seconds: number } | undefined} how long it took, where it was built
 */
export function buildShell({ force = false } = {}) {
  if (!force && isFresh()) return undefined;
  const started = performance.now();
  const next = join(root, 'out', `shell.new-${process.pid}`);
  mkdirSync(next, { recursive: true });
  try {
    const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const result = spawnSync(node24, [electronVite, 'build', '--logLevel', 'warn'], {
      cwd: root,
      env: { ...buildEnvironment(), HOLDFAST_BUILD_FOLDER: next },
      encoding: 'utf8',
      timeout: 5 * 60_000,
    });
    if (result.status !== 0)
      throw new Error(`The shell could not be built.\n${result.error?.message ?? ''}${result.stdout}${result.stderr}`);
    // Somebody else was faster: what is there may run already.
    if (!force && isFresh()) return undefined;
    swap(join(next, 'main'), join(root, 'out', 'main'));
    swap(join(next, 'preload'), join(root, 'out', 'preload'));
    writeFileSync(mark, '');
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
  return { seconds: (performance.now() - started) / 1000 };
}

function isFresh() {
  const builtAt = existsSync(mark) ? statSync(mark).mtimeMs : 0;
  return madeOf.every((path) => newest(join(root, path)) <= builtAt);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const built = buildShell({ force: process.argv.includes('--force') });
    console.log(built === undefined ? 'The shell is up to date.' : `Built the shell in ${built.seconds.toFixed(1)} s.`);
  } catch (error) {
    explain(error);
  }
}
