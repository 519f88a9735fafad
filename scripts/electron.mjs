// Where Electron's program is on this computer.
import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Where an unpacked Electron is, if there is one: unpacked by its installer or by hand. */
export const electronFolder = () =>
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules', 'electron', 'dist');

/** @returns {string | undefined} the program of Electron that was unpacked here */
export function electronProgram() {
  const folder = electronFolder();
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const name = process.platform === 'darwin' || process.platform === 'win32' ? names[process.platform] : 'electron';
  const program = join(folder, name);
  try {
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    return undefined;
  }
}

/** @returns {string | undefined} why a desktop app cannot be shown here, whatever is installed */
export function desktopMissing() {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'there is no display here';
  // Chromium refuses its sandbox to root, and Holdfast refuses to run without it.
  return process.getuid?.() === 0 ? 'it does not run as root' : undefined;
}
