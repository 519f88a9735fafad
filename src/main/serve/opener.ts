/** Opens something with the program that the desktop has for it. */
import path from 'node:path';
import { desktopEnvironment, type Environment } from '../base/environment.ts';
import { isProgram } from '../base/file.ts';
import { start } from '../base/run.ts';

/**
 * Opens a page or a file in the person's browser and does not wait for it. Never a URL with a secret in it: every account
 * of this machine can read the arguments of a program.
 * @returns why it cannot be opened, or undefined.
 */
export function openInBrowser(env: Environment, target: string): string | undefined {
  const desktop = desktopEnvironment();
  const opener = openerOf(env, desktop);
  if (typeof opener === 'string') return opener;
  const [program = '', ...args] = opener;
  const running = start(program, [...args, target], { env: desktop, detached: true });
  running.stdout.resume();
  // A browser that does not open has shown nothing; the link stands in the terminal as well.
  running.ended.catch(() => {});
  return undefined;
}

function openerOf(env: Environment, desktop: Record<string, string>): string[] | string {
  if (process.platform === 'darwin') return ['/usr/bin/open'];
  if (process.platform === 'win32') return ['C:\\Windows\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler'];
  if (desktop['DISPLAY'] === undefined && desktop['WAYLAND_DISPLAY'] === undefined) return 'There is no display here.';
  const found = env.path.map((folder) => path.join(folder, 'xdg-open')).find(isProgram);
  return found === undefined ? 'There is no xdg-open here.' : [found];
}
