// Whether a build is older than what it is made of.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

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
