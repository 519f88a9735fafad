/**
 * An owner of a data folder whose machine is told from outside: each line of standard input is an event ("woke", "offline",
 * "online"), or "settle N", which is answered by "settled N" after some more looks at what waits. Otherwise it is the program itself: the same house, the same carrier, the same job processes.
 */
import { createInterface } from 'node:readline';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import type { Surroundings } from '../../src/main/base/surroundings.ts';
import { openDoor } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';

process.umask(0o077);
const anHourMs = 3_600_000;
const lookMs = 20_000;
/** By this clock no pause between tries is over, so nothing is brought because time has passed; and it looks often. */
const clock: Clock = {
  ...systemClock,
  now: () => systemClock.now() - anHourMs,
  sleep: (ms, signal) => systemClock.sleep(ms === lookMs ? 100 : ms, signal),
};

let online = true;
const wakes = new Set<() => void>();
const looks = new Set<() => void>();
const surroundings: Surroundings = {
  onBattery: async () => false,
  metered: async () => null,
  online: async () => {
    for (const look of looks) look();
    return online;
  },
  onResume: (wake) => {
    wakes.add(wake);
    return () => void wakes.delete(wake);
  },
};

const door = await openDoor(readEnvironment(), clock, (env, now) =>
  openHouse(env, now, { schedule: { surroundings } }),
);
process.stderr.write('owner\n');
for await (const line of createInterface(process.stdin)) {
  const [, settles] = /^settle (.+)$/.exec(line) ?? [];
  if (settles !== undefined) {
    let left = 4;
    const look = (): void => {
      left -= 1;
      if (left > 0) return;
      looks.delete(look);
      process.stderr.write(`settled ${settles}\n`);
    };
    looks.add(look);
  }
  if (line === 'woke') for (const wake of wakes) wake();
  if (line === 'offline' || line === 'online') online = line === 'online';
}
await door.close();
