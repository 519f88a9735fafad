/** What the browser door answers itself: there are no system dialogs behind a tab, so folders are browsed. */
import path from 'node:path';
import type { Handlers } from '../../shared/channel.ts';
import type { DoorContract, DoorFacts } from '../../shared/door.ts';
import { Fail } from '../../shared/failure.ts';
import type { Environment } from '../base/environment.ts';
import { links } from '../window/links.ts';
import type { PathGuard } from '../window/paths.ts';
import { platformName } from '../window/platform.ts';
import { browse, pick } from './browse.ts';

export interface BrowserHandlerOptions {
  env: Environment;
  version: string;
  paths: PathGuard;
  /** Opens a page in the system's browser; the reason where it cannot. */
  openPage: (url: string) => string | undefined;
}

export function browserHandlers({ env, version, paths, openPage }: BrowserHandlerOptions): Handlers<DoorContract> {
  const facts: DoorFacts = {
    kind: 'browser',
    platform: platformName(process.platform),
    holdfast: version,
    electron: null,
    tray: 'none',
    loginItem: 'unsupported',
    dialogs: false,
  };
  let last: string | undefined;
  return {
    door: {
      about: async () => facts,
      choose: async () => refuse('A tab has no file dialog of the system.'),
      browse: ({ folder, hidden }) => browse(folder, { hidden, home: env.userHome, last }),
      pick: async ({ purpose, folder, name }) => {
        const file = await pick(purpose, folder, name);
        paths.handOut(purpose, file);
        last = purpose === 'folder' ? file : path.dirname(file);
        return { path: file };
      },
      setLoginItem: async () => refuse('A tab cannot start with the computer.'),
      openLink: async ({ link }) => {
        const why = openPage(links[link]);
        if (why !== undefined) refuse(why, `Open ${links[link]} yourself.`);
        return {};
      },
      reveal: async () => refuse('A tab shows no folders of this computer.', `The data folder is ${env.home}.`),
    },
  };
}

function refuse(message: string, hint = 'The desktop app can.'): never {
  throw new Fail('call.refused', message, { hint });
}
