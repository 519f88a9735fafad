/** Puts a database file where there was none. */
import { systemCode, syncFolder } from '../../base/file.ts';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, link, lstat, open, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fail } from '../../../shared/failure.ts';
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import type { Watch } from '../../base/watch.ts';
import type { Opened, RestoreFacts } from '../engine.ts';
import { integrityOf } from './check.ts';
import { removeDatabase } from './copy.ts';
import { explain } from './explain.ts';
import { realPath, sidecars } from './live-file.ts';
import { numberOf, openPrivate } from './open.ts';
import { noteOf, settleNote } from './swap-note.ts';

/**
 * Makes `target` from the opened backup, which is used up. The file is checked before it appears, and appears whole, on
 * stable storage, with rights 0600, or not at all; nothing that exists is replaced. On the disk of the opened backup it
 * is that very file under its new name; on another disk it is first copied beside its place.
 * @throws Fail restore.target-exists, restore.no-rights, restore.full, restore.blocked, artifact.unreadable; the signal's reason
 */
export async function restoreFile(target: string, opened: Opened, watch: Watch): Promise<RestoreFacts> {
  const unusable = unusableName(target);
  if (unusable !== undefined)
    throw new Fail('restore.blocked', unusable, { hint: 'Name the whole path of the new file.' });
  const folder = path.dirname(target);
  const beside = besideOf(target, opened.token);
  let placed = false;
  try {
    watch.signal.throwIfAborted();
    await refuseTaken(target);
    await chmod(opened.file, 0o600);
    refuseDamage(opened.file, opened.inventory);
    await place(opened.file, beside, target, watch);
    placed = true;
    await syncFolder(folder);
    const own = await stat(target, { bigint: true });
    return {
      problems: [],
      place: { settings: { kind: 'sqlite', file: target }, secrets: {} },
      target: `file ${target}`,
      undo: () => takeBack(target, own),
    };
  } catch (thrown) {
    if (placed) await rm(target, { force: true });
    watch.signal.throwIfAborted();
    throw explain(thrown, target, 'target');
  } finally {
    removeDatabase(beside);
    removeDatabase(opened.file);
  }
}

const besideOf = (target: string, token: string): string =>
  path.join(path.dirname(target), `.holdfast-${token}.restoring`);

/** Where a file that is whole waits to take the place of a live one. */
export const standInOf = (live: string, token: string): string =>
  path.join(path.dirname(realPath(live)), `.holdfast-${token}.restored`);

/** Removes what a killed restore with this token had made beside its target, and puts a half-done exchange right. */
export async function sweepFile(target: string, token: string, watch: Watch): Promise<string[]> {
  if (!path.isAbsolute(target)) return [];
  const live = realPath(target);
  const swept = await settleNote(noteOf(path.dirname(live), token), watch);
  for (const file of new Set([besideOf(target, token), besideOf(live, token), standInOf(live, token)])) {
    if (!(await exists(file))) continue;
    removeDatabase(file);
    swept.push(`file ${file}`);
  }
  return swept;
}

/** Why SQLite could not open a file of this name, in words. */
export function unusableName(file: string): string | undefined {
  if (!path.isAbsolute(file)) return `${file} is not an absolute path.`;
  // better-sqlite3 trims names.
  return file === file.trim() ? undefined : `${JSON.stringify(file)} ends with a blank, which cannot be opened.`;
}

async function place(from: string, beside: string, target: string, watch: Watch): Promise<void> {
  const put = async (ready: string): Promise<void> => {
    await syncFile(ready);
    watch.signal.throwIfAborted();
    await refuseTaken(target);
    await appear(ready, target);
  };
  if ((await stat(from)).dev === (await stat(path.dirname(target))).dev) {
    try {
      return await put(from);
    } catch (thrown) {
      // One disk that is mounted in two places (containers do that) counts as two.
      if (systemCode(thrown) !== 'EXDEV') throw thrown;
    }
  }
  await put(await copyTo(beside, from, watch));
}

async function refuseTaken(target: string): Promise<void> {
  if (await exists(target)) throw new Fail('restore.target-exists', `${target} exists already.`);
  for (const suffix of sidecars) {
    if (await exists(target + suffix)) {
      throw new Fail(
        'restore.target-exists',
        `${target}${suffix} is left of another database: SQLite would take it for a part of the restored one and bring old data back.`,
        {
          hint: 'Choose another name, or move that file away once no program uses it.',
        },
      );
    }
  }
}

/** A symbolic link that leads nowhere exists too. */
export async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

async function copyTo(beside: string, from: string, watch: Watch): Promise<string> {
  let bytes = 0;
  const source = createReadStream(from, { highWaterMark: 1024 * 1024 });
  source.on('data', (chunk) => watch.progress({ bytes: (bytes += chunk.length) }));
  await pipeline(source, createWriteStream(beside, { flags: 'wx', mode: 0o600 }), { signal: watch.signal });
  return beside;
}

/** Enough to know that this is the database of the inventory and that SQLite can walk it; counts and the full check follow. */
function refuseDamage(file: string, inventory: DatabaseInventory): void {
  const db = openPrivate(file, 'target', { readonly: true });
  try {
    const pages = numberOf(db, 'page_count');
    if (inventory.engine.kind !== 'sqlite' || pages !== inventory.engine.pageCount) {
      throw new Fail(
        'artifact.unreadable',
        `The database of this backup has ${pages} pages, not as many as its inventory says.`,
      );
    }
    const [first] = integrityOf(db, 'quick_check').damage;
    if (first !== undefined) throw new Fail('artifact.unreadable', `The database of this backup is damaged: ${first}.`);
  } finally {
    db.close();
  }
}

/** A second name for the finished file: unlike a rename, it fails when somebody else took the name meanwhile. */
async function appear(ready: string, target: string): Promise<void> {
  try {
    await link(ready, target);
  } catch (thrown) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(thrown) ?? '')) throw thrown;
    // No second names on this file system (FAT, some shares): take the name by an empty file of ours, then replace that.
    await (await open(target, 'wx', 0o600)).close();
    try {
      await rename(ready, target);
    } catch (renaming) {
      await rm(target, { force: true });
      throw renaming;
    }
    return;
  }
  await unlink(ready);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Only the file that was made here goes: a name that has passed to another file is left alone. */
async function takeBack(target: string, own: { dev: bigint; ino: bigint }): Promise<void> {
  const now = await lstat(target, { bigint: true }).catch(() => undefined);
  if (now !== undefined && now.dev === own.dev && now.ino === own.ino) removeDatabase(target);
}
