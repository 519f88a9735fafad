/** The terminal door's composition root; `main.ts` comes before it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../base/clock.ts';
import { readEnvironment } from '../base/environment.ts';
import { plainSurroundings } from '../base/surroundings.ts';
import { openDoor } from '../serve/door.ts';
import { openHouse } from '../wire.ts';
import { runCommandLine } from './run.ts';
import { processTerminal } from './terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal(),
  env: readEnvironment(),
  clock: systemClock,
  cwd: process.cwd(),
  version,
  openDoor: (env, door = 'terminal', schedule = false) =>
    openDoor(
      env,
      systemClock,
      (home, clock) => openHouse(home, clock, schedule ? { schedule: { surroundings: plainSurroundings() } } : {}),
      { door },
    ),
  program: [process.execPath, fileURLToPath(new URL('main.ts', import.meta.url))],
  windowFiles: fileURLToPath(new URL('../../../out/renderer', import.meta.url)),
  endNow: (code) => process.exit(code),
});
process.exit(exitCode);
