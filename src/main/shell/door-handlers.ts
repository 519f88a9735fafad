/** What the Electron door answers itself: dialogs, the login item, links, folders. */
import { shell, type BrowserWindow } from 'electron';
import path from 'node:path';
import type { Handlers } from '../../shared/channel.ts';
import type { DoorContract, DoorFacts } from '../../shared/door.ts';
import { Fail } from '../../shared/failure.ts';
import { links } from '../window/links.ts';
import type { PathGuard } from '../window/paths.ts';
import { platformName } from '../window/platform.ts';
import { choosePath } from './dialogs.ts';
import type { LoginItem } from './login-item.ts';

export interface DoorHandlerOptions {
  home: string;
  version: string;
  paths: PathGuard;
  loginItem: LoginItem;
  tray(): DoorFacts['tray'];
  window(): BrowserWindow;
}

export function doorHandlers(options: DoorHandlerOptions): Handlers<DoorContract> {
  const { home, paths, loginItem } = options;
  const facts = (): DoorFacts => ({
    kind: 'window',
    platform: platformName(process.platform),
    holdfast: options.version,
    electron: process.versions['electron'] ?? null,
    tray: options.tray(),
    loginItem: loginItem.state(),
    dialogs: true,
  });
  return {
    door: {
      about: async () => facts(),
      choose: async ({ purpose, ...where }) => {
        const chosen = await choosePath(options.window(), purpose, where);
        if (chosen === null) return null;
        paths.handOut(purpose, chosen);
        return { path: chosen };
      },
      browse: async () => refuse('The window has the dialogs of the system.'),
      pick: async () => refuse('The window has the dialogs of the system.'),
      setLoginItem: async ({ on }) => {
        loginItem.set(on);
        return facts();
      },
      openLink: async ({ link }) => {
        await shell.openExternal(links[link]);
        return {};
      },
      reveal: async ({ what }) => {
        const problem = await shell.openPath(what === 'logs' ? path.join(home, 'logs') : home);
        if (problem !== '') throw new Fail('call.refused', problem, { hint: `The data folder is ${home}.` });
        return {};
      },
    },
  };
}

function refuse(message: string): never {
  throw new Fail('call.refused', message);
}
