/** What the system says of power and network, for the scheduler, and the one wish that the app has of it. */
import { net, powerMonitor, powerSaveBlocker } from 'electron';
import type { Surroundings } from '../base/surroundings.ts';

/** No desktop tells Electron whether a network costs by volume. */
export function desktopSurroundings(): Surroundings {
  return {
    onBattery: async () => powerMonitor.isOnBatteryPower(),
    metered: async () => null,
    online: async () => net.isOnline(),
    onResume(listen) {
      powerMonitor.on('resume', listen);
      return () => void powerMonitor.off('resume', listen);
    },
  };
}

/** Keeps the machine from falling asleep while a job runs, and at no other time. The display may go dark. */
export class Wakefulness {
  #id: number | undefined;

  need(needed: boolean): void {
    if (needed && this.#id === undefined) this.#id = powerSaveBlocker.start('prevent-app-suspension');
    if (needed || this.#id === undefined) return;
    powerSaveBlocker.stop(this.#id);
    this.#id = undefined;
  }
}
