/** Code that is compiled already, kept from one start to the next: a start then needs half the processor's time. */
import { lstatSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';

/**
 * Keeps it in the data folder, where nobody else can write: Node's own place is a folder of everybody's, and what lies there is
 * run. Job processes use the same. Where there is no data folder, or it is not this account's alone, nothing is kept or read.
 * Whoever named another place (NODE_COMPILE_CACHE) keeps it.
 */
export function keepCompiledCode(home: string): void {
  if (isPrivate(home)) enableCompileCache(path.join(home, 'code'));
}

function isPrivate(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return false;
  // Windows keeps these rights elsewhere; the profile folder is private there.
  return process.platform === 'win32' || (stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0);
}
