// `npm start`: makes the computer ready and opens Holdfast: the desktop app where Electron is, else the window in a tab of
// the browser. It says which, and why. What follows `--` goes to `holdfast serve`: npm start -- --port 8123 --no-open
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { buildShell } from './build-shell.mjs';
import { buildWindow } from './build-window.mjs';
import { desktopMissing, electronProgram } from './electron.mjs';
import { environment, explain, install, node24 } from './install.mjs';

const root = resolve(import.meta.dirname, '..');

try {
  for (const { what, why } of install({ purpose: 'start' })) console.log(`Without ${what} (${why}).`);
  const built = buildWindow();
  if (built !== undefined) console.log(`Built the window in ${built.seconds.toFixed(1)} s.`);
  const app = electron();
  if (typeof app === 'string') {
    console.log(`Holdfast opens in the browser: ${app}`);
    run(node24, [join(root, 'src', 'main', 'cli', 'main.ts'), 'serve', '--schedule', ...process.argv.slice(2)]);
  } else {
    console.log('Holdfast opens as a desktop app.');
    run(app.program, [root, ...process.argv.slice(2)]);
  }
} catch (error) {
  explain(error);
}

/**
 * The Electron that is here or that its own installer fetches, or a sentence that says why there is none to use.
 * @returns {{ program: string } | string}
 */
function electron() {
  if (!existsSync(join(root, 'src', 'main', 'index.ts'))) return 'the desktop app is not part of this copy.';
  const missing = desktopMissing();
  if (missing !== undefined) return `the desktop app cannot be shown: ${missing}.`;
  const program = electronProgram() ?? fetchElectron();
  if (program === undefined) return 'the program of Electron is not here and could not be fetched.';
  buildShell();
  return { program };
}

/** Electron's own installer takes its program from GitHub; a network that does not lead there must not hold us up. */
function fetchElectron() {
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  if (process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] || !existsSync(installer)) return undefined;
  if (!process.env['ELECTRON_MIRROR'] && !githubAnswers()) return undefined;
  console.log('Fetching Electron (once, about 110 MB) …');
  spawnSync(node24, [installer], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 5 * 60_000,
  });
  return electronProgram();
}

function githubAnswers() {
  const ask =
    "fetch('https://github.com/electron/electron/releases', { method: 'HEAD', signal: AbortSignal.timeout(4000) })" +
    '.then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))';
  const args = ['--use-env-proxy', '--input-type=module', '-e', ask];
  return spawnSync(node24, args, { env: environment(), stdio: 'ignore', timeout: 8_000 }).status === 0;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', env: environment() });
  // The terminal sends Ctrl+C to both. Holdfast decides what it means; this process only waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', explain);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
