/** The data folder: made on first use, private, and refused where it could not be kept so. */
import { chmodSync, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { Fail } from '../../shared/failure.ts';

/** In every data folder from the first use on; its presence says that a folder is one of ours. */
export const lockFile = 'owner.lock';

/**
 * Makes sure that `home` is a folder of this account that nobody else can enter.
 * @throws Fail `home.unusable`: it is a file, belongs to somebody else, can be written by others, cannot be made.
 */
export function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(home, reasonOf(error), error);
  }
  const stats = statSync(home);
  if (!stats.isDirectory()) throw unusable(home, 'is not a folder');
  // Windows keeps these rights elsewhere; the profile folder is private there.
  if (process.platform !== 'win32') keepPrivate(home, stats);
}

function keepPrivate(home: string, stats: Stats): void {
  if (stats.uid !== process.getuid?.()) throw unusable(home, 'belongs to another account');
  if ((stats.mode & 0o022) !== 0) throw unusable(home, 'can be written by other accounts');
  if ((stats.mode & 0o077) === 0) return;
  // Closing a folder that is in use for something else would take it away from whoever uses it.
  const names = readdirSync(home);
  if (names.length > 0 && !names.includes(lockFile))
    throw unusable(home, 'can be read by other accounts and holds other files');
  chmodSync(home, 0o700);
}

/** The failure for a home that cannot be used, with the reason in words. */
export function unusable(home: string, why: string, cause?: unknown): Fail {
  return new Fail('home.unusable', `The data folder ${home} ${why}.`, { cause });
}

/** Why a step in the home failed, in words. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code?.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN')
    return 'may not be written by this account';
  if (code === 'EROFS') return 'lies on a disk that cannot be written';
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return 'lies on a disk that is full';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'is not a folder';
  if (code === 'ELOOP') return 'is a loop of symbolic links';
  return `cannot be used (${code ?? String(error)})`;
}
