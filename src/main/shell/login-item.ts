/** Starting with the computer: only if asked for, and then without a window. */
import { app } from 'electron';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { DoorFacts } from '../../shared/door.ts';
import { hiddenSwitch } from './switches.ts';

export interface LoginItem {
  state(): DoorFacts['loginItem'];
  set(on: boolean): void;
}

/** @param start the program that starts the app, with its arguments. */
export function loginItem(start: readonly string[], configFolder: string): LoginItem {
  if (process.platform === 'linux') return autostartFile(start, path.join(configFolder, 'autostart'));
  if (process.platform !== 'darwin' && process.platform !== 'win32')
    return { state: () => 'unsupported', set: () => {} };
  return {
    state: () => (app.getLoginItemSettings({ args: [hiddenSwitch] }).openAtLogin ? 'on' : 'off'),
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, args: [hiddenSwitch] }),
  };
}

/** The desktop entry that every Linux desktop starts at login (XDG autostart). */
function autostartFile(start: readonly string[], folder: string): LoginItem {
  const file = path.join(folder, 'holdfast.desktop');
  return {
    state: () => (existsSync(file) ? 'on' : 'off'),
    set(on) {
      if (!on) return rmSync(file, { force: true });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(file, desktopEntry([...start, hiddenSwitch]), { mode: 0o600 });
    },
  };
}

/** @throws Fail `call.refused` where a part of the command holds what ends a line. */
export function desktopEntry(command: readonly string[]): string {
  // oxlint-disable-next-line no-control-regex -- a line break in a path would begin a line of its own in the file
  if (command.some((part) => /[\u0000-\u001f]/.test(part)))
    throw new Fail('call.refused', 'Holdfast lies in a folder whose name no autostart file can hold.', {
      hint: 'Move it to a folder with a plain name.',
    });
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Holdfast',
    'Comment=Keeps the backup schedules of Holdfast',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * One argument of an Exec line. It is unquoted twice: first as a string of the file, then as an argument; and a percent
 * sign would be a field. https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
const quoted = (argument: string): string =>
  `"${argument
    .replaceAll(/["`$\\]/g, String.raw`\$&`)
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('%', '%%')}"`;
