/** How missing PostgreSQL programs are installed on this system (BS-14): a line to copy. */
import { readFileSync } from 'node:fs';

/** Kinds of systems, by the way they install programs. */
export type SystemFamily = 'darwin' | 'win32' | 'debian' | 'fedora' | 'arch' | 'alpine' | 'other';

/** The newest version that Holdfast works with: what is proposed where any will do. */
export const newestMajor = 18;

/** @param what the client programs (pg_dump, pg_restore) or a whole server, of this version or newer. */
export function installHint(what: 'client' | 'server', major: number, family: SystemFamily = thisFamily()): string {
  const server = what === 'server';
  const commands: Partial<Record<SystemFamily, string>> = {
    darwin: `brew install postgresql@${major}`,
    win32: `winget install PostgreSQL.PostgreSQL.${major}`,
    debian: `sudo apt install postgresql-${server ? '' : 'client-'}${major}`,
    fedora: `sudo dnf install postgresql${major}${server ? '-server' : ''}`,
    arch: `sudo pacman -S postgresql${server ? '' : '-libs'}`,
    alpine: `sudo apk add postgresql${major}${server ? '' : '-client'}`,
  };
  const command = commands[family];
  if (command === undefined) return `Install PostgreSQL ${major} or newer.`;
  const source =
    family === 'debian' || family === 'fedora'
      ? ' (from https://www.postgresql.org/download/linux/, where your release has no such version)'
      : '';
  return `Install it: ${command}${source}`;
}

function thisFamily(): SystemFamily {
  if (process.platform === 'darwin' || process.platform === 'win32') return process.platform;
  return process.platform === 'linux' ? linuxFamily() : 'other';
}

function linuxFamily(): SystemFamily {
  try {
    return familyOf(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    // No such file: another kind of Linux.
    return 'other';
  }
}

/** @param release the text of /etc/os-release. */
export function familyOf(release: string): SystemFamily {
  const words = (/^ID=(.*)$/m.exec(release)?.[1] ?? '') + ' ' + (/^ID_LIKE=(.*)$/m.exec(release)?.[1] ?? '');
  if (/debian|ubuntu/.test(words)) return 'debian';
  if (/fedora|rhel|centos/.test(words)) return 'fedora';
  if (/arch/.test(words)) return 'arch';
  return /alpine/.test(words) ? 'alpine' : 'other';
}
