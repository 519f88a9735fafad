// Whether a build is older than what it is made of, and how a new one takes its place.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './install.mjs';

/**
 * When anything below a path was changed last; 0 where there is nothing.
 * @param {string} path
 * @returns {number}
 */
export function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time tells of what was removed from it.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** What is built is what is shipped, whoever asks for it: a test runner's NODE_ENV would bring in React's own checks. */
export const buildEnvironment = () => ({ ...environment(), NODE_ENV: 'production' });

/**
 * Puts a whole new folder where the old one was.
 * @param {string} next
 * @param {string} out
 */
export function swap(next, out) {
  const old = `${next}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(out)) renameSync(out, old);
  renameSync(next, out);
  rmSync(old, { recursive: true, force: true });
}
