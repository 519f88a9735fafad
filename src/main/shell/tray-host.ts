/** Whether the desktop shows trays at all. macOS and Windows do; on Linux it is asked over the session's message bus. */
import { existsSync } from 'node:fs';
import { run } from '../base/run.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const properties = 'org.freedesktop.DBus.Properties.Get';
const question = 'IsStatusNotifierHostRegistered';
const place = '/StatusNotifierWatcher';

/** Programs that ask a message bus, each with its arguments for a bus at this address. The first that is there is used. */
const askers: Record<string, (bus: string) => string[]> = {
  '/usr/bin/gdbus': (bus) =>
    `call --address ${bus} --timeout 2 --dest ${watcher} --object-path ${place} --method ${properties} ${watcher} ${question}`.split(
      ' ',
    ),
  '/usr/bin/dbus-send': (bus) =>
    `--bus=${bus} --print-reply=literal --reply-timeout=2000 --dest=${watcher} ${place} ${properties} string:${watcher} string:${question}`.split(
      ' ',
    ),
};

/**
 * True only where it is known: on Linux where a host of status notifiers (KDE, Xfce, GNOME with its extension …) says that
 * it is there. A desktop that cannot be asked counts as one without a tray, because a window that hides behind a tray
 * which nobody sees is lost.
 * @param sessionBus the address of the message bus; undefined where there is none.
 */
export async function showsTrays(sessionBus: string | undefined): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  // An address has no spaces; one that has any is not one.
  if (sessionBus === undefined || sessionBus.includes(' ')) return false;
  const asker = Object.keys(askers).find((program) => existsSync(program));
  if (asker === undefined) return false;
  const { code, stdout } = await run(asker, askers[asker]?.(sessionBus) ?? []);
  return code === 0 && /\btrue\b/.test(stdout);
}
