/** Pure: what a target is called. */
import type { RestoreTarget } from '../../shared/restore.ts';
import { fileNameOf } from './suggest.ts';

/** The database's name, or the file's without its folder. */
export const targetName = (target: RestoreTarget): string =>
  target.kind === 'file' ? fileNameOf(target.file) : target.database;
