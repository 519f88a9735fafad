// Builds the window (src/renderer) into out/renderer, if it is older than what it is made of.
//
//   node scripts/build-window.mjs [--force]
//
// What is there stays whole until the new one is: a Holdfast that runs, and another build, never see a half.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explain, node24 } from './install.mjs';
import { buildEnvironment, newest, swap } from './newest.mjs';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out', 'renderer');
const madeOf = ['src/renderer', 'src/shared', 'resources', 'vite.config.ts', 'package-lock.json'];

/**
 * @param {{ force?: boolean }} [options]
 * @returns {{ seconds: number } | undefined} how long it took, where it was built
 */
export function buildWindow({ force = false } = {}) {
  const index = join(out, 'index.html');
  const builtAt = existsSync(index) ? statSync(index).mtimeMs : 0;
  if (!force && madeOf.every((path) => newest(join(root, path)) <= builtAt)) return undefined;
  if (!existsSync(join(root, 'vite.config.ts')))
    throw new Error('There is no vite.config.ts: this copy has no window.');
  const started = performance.now();
  const next = `${out}.new-${process.pid}`;
  mkdirSync(join(root, 'out'), { recursive: true });
  try {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', '--config', 'vite.config.ts', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'];
    const result = spawnSync(node24, args, {
      cwd: root,
      env: buildEnvironment(),
      encoding: 'utf8',
      timeout: 5 * 60_000,
    });
    if (result.status !== 0) {
      throw new Error(`The window could not be built.\n${result.error?.message ?? ''}${result.stdout}${result.stderr}`);
    }
    swap(next, out);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
  return { seconds: (performance.now() - started) / 1000 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const built = buildWindow({ force: process.argv.includes('--force') });
    console.log(
      built === undefined ? 'The window is up to date.' : `Built the window in ${built.seconds.toFixed(1)} s.`,
    );
  } catch (error) {
    explain(error);
  }
}
