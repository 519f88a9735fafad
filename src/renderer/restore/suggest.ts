/** Pure: which backup to offer first, and the names of new places. */
import type { BackupCard } from '../../shared/artifact.ts';

/** The newest one that was restored and found equal; else the newest that nothing speaks against; else the newest. */
export function suggestedBackup(cards: readonly BackupCard[]): BackupCard | undefined {
  const newestFirst = cards.toSorted((a, b) => b.takenAt - a.takenAt);
  return (
    newestFirst.find((card) => card.verdict === 'proven') ??
    newestFirst.find((card) => card.verdict !== 'failed') ??
    newestFirst[0]
  );
}

/** PostgreSQL cuts names at 63 bytes. */
const longestNameBytes = 63;

/** `shop_1403`: the database's name and the time of the backup, cut so that PostgreSQL keeps all of it. */
export function besideName(database: string, hourMinute: string): string {
  const tail = `_${hourMinute.replace(':', '')}`;
  const encoder = new TextEncoder();
  const characters = Array.from(database);
  while (encoder.encode(characters.join('') + tail).length > longestNameBytes) characters.pop();
  return characters.join('') + tail;
}

/** `shop-1403.sqlite` for `/srv/shop.sqlite`, or `shop-1403.db` for `shop.db`. */
export function besideFileName(file: string, hourMinute: string): string {
  const name = fileNameOf(file);
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '.sqlite'];
  return `${stem}-${hourMinute.replace(':', '')}${ending}`;
}

/** The folder of a path, with the separator that the path itself has; null for a bare name. */
export function folderOf(file: string): string | null {
  const at = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  return at < 0 ? null : file.slice(0, at + 1);
}

/** The last part of a path. */
export const fileNameOf = (file: string): string => file.slice((folderOf(file) ?? '').length);

/** Letters, digits, space, dot, dash and underscore, with an ending: what may be made beside a live file by its name alone. */
export const isPlainFileName = (name: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._-]*\.[\p{L}\p{N}]+$/u.test(name) && name.length <= 200;

/** What is wrong with a database's name, before a server is asked; null where nothing is. */
export function databaseNameFault(name: string): 'empty' | 'too-long' | 'unusable' | null {
  if (name.trim() === '') return 'empty';
  if (new TextEncoder().encode(name).length > longestNameBytes) return 'too-long';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f]/.test(name) ? 'unusable' : null;
}
