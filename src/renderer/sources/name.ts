/** Pure: a name for a source, from where it is. */
import type { Draft } from './draft.ts';

/** A name that the contract takes: what it does not take becomes a dash; empty where nothing is left. */
export const asSourceName = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 63)
    .replace(/[._-]+$/, '');

/** The only database, or the server's first label; a file's name without its ending. */
export function suggestName(draft: Draft): string {
  switch (draft.kind) {
    case 'unknown':
      return '';
    case 'sqlite': {
      const file = draft.file.split(/[\\/]/).at(-1) ?? '';
      return asSourceName(file.replace(/\.(sqlite3?|db3?|s3db)$/i, ''));
    }
    case 'postgres': {
      const [only] = draft.databases;
      if (draft.databases.length === 1 && only !== undefined && only !== 'postgres') return asSourceName(only);
      const host = draft.host.startsWith('/') ? '' : draft.host;
      return asSourceName(/^[0-9.:[\]]+$/.test(host) ? host : (host.split('.')[0] ?? ''));
    }
  }
}

/** The first of `name`, `name-2`, `name-3` … that is free. */
export function freeName(name: string, taken: readonly string[]): string {
  if (name === '' || !taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name.slice(0, 58)}-${number}`;
    if (!taken.includes(next)) return next;
  }
}
