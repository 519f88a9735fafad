/** Files that nobody else may read and that are still there after a power cut. */
import { accessSync, constants } from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';

/** The operating system's own code of an error (`ENOSPC`, `EACCES` …); undefined when it is something else. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('syscall' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Whether this says that a disk, or somebody's share of it, is full. */
export function saysDiskFull(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Bytes that this user can still write on the disk of `folder`; what is kept back for the system is not counted. */
export async function freeBytesOn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Writes all of `bytes` at the file's position; the operating system may take less than it is offered. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

/** Makes the names in a folder durable: without it a new file can be gone after a power cut, however well it was written. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder and keeps its names durable by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (thrown) {
    // Some network and FUSE file systems have no such call. There is nothing better to ask them for.
    const code = systemCode(thrown);
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw thrown;
  } finally {
    await handle.close();
  }
}

/** Whether this is a file that may be run. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
