import { homedir, userInfo } from 'node:os';
import path from 'node:path';

/** The only reader of the environment. Values are read once, at the door, and handed on. */
export interface Environment {
  /** The data folder: HOLDFAST_HOME, else the platform's place for application data. */
  home: string;
  /** File that holds the master passphrase, where there is no OS keychain. */
  passphraseFile: string | undefined;
  /** The user's home folder, for ~/.pgpass and ~/.ssh. */
  userHome: string;
  /** PGPASSFILE, else ~/.pgpass. */
  pgpassFile: string;
  sshAgentSocket: string | undefined;
  /** PATH entries, for finding client tools. */
  path: string[];
  /** The OS account. */
  account: string;
  /** Where desktops look for settings and autostart files: XDG_CONFIG_HOME, else ~/.config. */
  configFolder: string;
  /** Address of the session's message bus, where there is one. */
  sessionBus: string | undefined;
  /** The file that an AppImage was started from. */
  appImage: string | undefined;
}

function platformDataFolder(userHome: string): string {
  if (process.platform === 'darwin') return path.join(userHome, 'Library', 'Application Support', 'Holdfast');
  if (process.platform === 'win32')
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(userHome, 'AppData', 'Local'), 'Holdfast');
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(userHome, '.local', 'share'), 'holdfast');
}

export function readEnvironment(): Environment {
  const userHome = process.env['HOME'] ?? homedir();
  const text = (name: string): string | undefined => process.env[name] || undefined;
  return {
    home: path.resolve(text('HOLDFAST_HOME') ?? platformDataFolder(userHome)),
    passphraseFile: text('HOLDFAST_PASSPHRASE_FILE'),
    userHome,
    pgpassFile: text('PGPASSFILE') ?? path.join(userHome, '.pgpass'),
    sshAgentSocket: text('SSH_AUTH_SOCK'),
    path: (process.env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry)),
    account: userInfo().username,
    configFolder: text('XDG_CONFIG_HOME') ?? path.join(userHome, '.config'),
    sessionBus: text('DBUS_SESSION_BUS_ADDRESS'),
    appImage: text('APPIMAGE'),
  };
}

/**
 * The whole environment of a child program: what a program needs to run and nothing that steers it.
 * No PG* variable, no LD_* or NODE_* variable is inherited; messages come in English so that they can be recognised.
 */
export function childEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'LOCALAPPDATA', 'TZ']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, LC_ALL: 'C', LANGUAGE: 'C', ...extra };
}

const desktopNames = [
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_CURRENT_DESKTOP',
  'XDG_SESSION_TYPE',
  'XDG_DATA_DIRS',
  'XDG_CONFIG_DIRS',
  'DBUS_SESSION_BUS_ADDRESS',
  'BROWSER',
];

/** What a program needs beside {@link childEnvironment} to show itself on the person's desktop. */
export function desktopEnvironment(): Record<string, string> {
  return Object.fromEntries(
    desktopNames.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
