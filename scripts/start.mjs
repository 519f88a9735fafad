// `npm start`: makes the computer ready, then shows Holdfast on the Node that it brought along.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { environment, explain, install, node24 } from './install.mjs';

try {
  for (const { what, why } of install({ purpose: 'start' })) {
    console.log(`Without ${what} (${why}): the tour uses what is here.`);
  }
} catch (error) {
  explain(error);
}

console.log('Holdfast has no window yet, so this is its tour in the terminal.\n');
const main = join(resolve(import.meta.dirname, '..'), 'src', 'main', 'cli', 'main.ts');
const child = spawn(node24, [main, 'tour', ...process.argv.slice(2)], { stdio: 'inherit', env: environment() });
// The terminal sends Ctrl+C to both. The tour decides what it means; this process only waits for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', explain);
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
});
