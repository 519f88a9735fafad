/** Files of the data folder: for this user alone, replaced whole or not at all, on stable storage when a call returns. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';

/**
 * Replaces `file` (0600) by `content` in one step: after a crash it holds the old text or the new one, never a mixture.
 * Fails with `home.full` or `home.unusable`. One writer at a time.
 */
export function writePrivateFile(file: string, content: string): void {
  const next = `${file}.new`;
  try {
    // What a crash left behind may have another mode or be a link: a file of our own is made each time.
    rmSync(next, { force: true });
    const descriptor = openSync(next, 'wx', 0o600);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(next, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    rmSync(next, { force: true });
    throw homeFailure(error, file);
  }
}

/** Puts a folder's entries (new files, renames) on stable storage. Windows keeps them with the files and has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What the operating system said about a file of the data folder, as a failure. What is not about files stays as it is. */
export function homeFailure(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Fail('home.full', `The disk is full: ${file} could not be written.`, { cause: error });
  }
  if (typeof code === 'string' && unusable.has(code)) {
    return new Fail('home.unusable', `${file} cannot be read or written (${code}).`, { cause: error });
  }
  return error;
}

const unusable = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ELOOP',
  'EEXIST',
]);
