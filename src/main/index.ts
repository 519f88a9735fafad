/** Composition root of the Electron app: what must be so before Electron is ready, then one door into the house. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from './base/clock.ts';
import { readEnvironment } from './base/environment.ts';
import { openDoor } from './serve/door.ts';
import { prepareHome } from './serve/home.ts';
import { prepareApp } from './shell/prepare.ts';
import { desktopSurroundings } from './shell/power.ts';
import { checkSelf } from './shell/self-check.ts';
import { runShell } from './shell/shell.ts';
import { hiddenSwitch, selfCheckSwitch } from './shell/switches.ts';
import { utilityHost } from './shell/utility-host.ts';
import { openHouse } from './wire.ts';

// Whatever is made from here on is nobody else's, even where a mode was forgotten.
process.umask(0o077);

// Bundled, this file lies in out/main.
const root = path.resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const env = readEnvironment();
const host = utilityHost(path.join(import.meta.dirname, 'worker.js'));
const checking = process.argv.includes(selfCheckSwitch);

const ready = prepareApp(ownFolder(), checking);
void ready?.then(() =>
  checking
    ? checkSelf({ env, host, version })
    : runShell({
        env,
        clock: systemClock,
        version,
        root,
        hidden: process.argv.includes(hiddenSwitch),
        openDoor: () =>
          openDoor(
            env,
            systemClock,
            (at, clock) => openHouse(at, clock, { host, schedule: { surroundings: desktopSurroundings() } }),
            {
              door: 'window',
            },
          ),
      }),
);

/** Chromium's folder is part of the data folder. Where that cannot be used the app comes just far enough to say so. */
function ownFolder(): string {
  try {
    if (checking) return mkdtempSync(path.join(tmpdir(), 'holdfast-self-check-'));
    prepareHome(env.home);
    const folder = path.join(env.home, 'window');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return mkdtempSync(path.join(tmpdir(), 'holdfast-window-'));
  }
}
