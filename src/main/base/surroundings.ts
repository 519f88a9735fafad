/** What a machine tells of its power and its network: the scheduler's questions, answered by whoever can ask the system. */
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import path from 'node:path';

export interface Surroundings {
  /** Whether it runs on battery; null where that is not known. */
  onBattery(): Promise<boolean | null>;
  /** Whether the network costs by volume; null where that is not known, which is treated as no. */
  metered(): Promise<boolean | null>;
  /** Whether there is any network beyond this machine. */
  online(): Promise<boolean>;
  /** Called when the machine has woken. Returns the way to stop listening. */
  onResume(listen: () => void): () => void;
}

const powerFolder = '/sys/class/power_supply';

/**
 * Plain Node's answers, without starting a program: power from Linux's own files, network from the addresses of the
 * interfaces. Whether a network is metered only the desktop's network service knows, and a wake-up shows by the clock.
 */
export function plainSurroundings(folder = powerFolder): Surroundings {
  return {
    onBattery: () => onBattery(folder),
    metered: async () => null,
    online: async () =>
      Object.values(networkInterfaces()).some((addresses) =>
        addresses?.some(({ internal, address }) => !internal && !address.startsWith('fe80:')),
      ),
    onResume: () => () => {},
  };
}

/** A battery alone says little: it can be one of a mouse. A mains adapter that is off says it. */
async function onBattery(folder: string): Promise<boolean | null> {
  const supplies = await readdir(folder).catch(() => []);
  const facts = await Promise.all(
    supplies.map(async (name) => ({
      type: await factIn(folder, name, 'type'),
      online: await factIn(folder, name, 'online'),
      scope: await factIn(folder, name, 'scope'),
      status: await factIn(folder, name, 'status'),
    })),
  );
  const mains = facts.filter(({ type, online }) => (type === 'Mains' || type === 'USB') && online !== null);
  if (mains.some(({ online }) => online === '1')) return false;
  const batteries = facts.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device');
  if (batteries.some(({ status }) => status === 'Discharging')) return true;
  if (mains.length > 0) return batteries.length > 0 ? true : null;
  return batteries.length > 0 ? false : null;
}

async function factIn(folder: string, supply: string, fact: string): Promise<string | null> {
  return readFile(path.join(folder, supply, fact), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}
