/** A file that is kept for undo. It is known by its name and its place. */
import { chmod, chown, readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import { syncFolder } from '../../base/file.ts';
import type { WantedKept } from '../engine.ts';
import { modeOf } from './closed.ts';
import { setJournalMode } from './copy.ts';
import { holdersOf, named } from './holders.ts';
import { identityOf, isTaken, realPath, withSidecars } from './live-file.ts';

const keptPattern = /__(?:before|undone)_\d{4}(?:_\d+)?$/;

/** The restored file gets the live one's rights, owner and journal mode. */
export async function inheritFile(target: string, incoming: string): Promise<void> {
  const live = realPath(target);
  const journalMode = modeOf(live);
  if (journalMode !== null && modeOf(incoming) !== journalMode) setJournalMode(incoming, journalMode);
  const { mode, uid, gid } = await stat(live);
  const own = await stat(incoming);
  if (own.uid !== uid || own.gid !== gid) await chown(incoming, uid, gid);
  await chmod(incoming, mode & 0o7777);
}

/**
 * The kept file where it is there and is not the live one under another name. One that an undo has renamed is found by its
 * name and by the moment: the exchange is the last thing that happened to it.
 */
export async function findKeptFile(target: string, wanted: WantedKept): Promise<string | null> {
  const live = realPath(target);
  const [now, kept] = [await identityOf(live), await identityOf(wanted.name)];
  if (kept !== null) return kept === now ? null : wanted.name;
  if (!wanted.renamed) return null;
  const { dir, name: stem, ext } = path.parse(live);
  const candidates: { file: string; changed: number }[] = [];
  for (const entry of await readdir(dir)) {
    const parts = path.parse(entry);
    if (!entry.startsWith(`${stem}__`) || parts.ext !== ext || !keptPattern.test(parts.name)) continue;
    const file = path.join(dir, entry);
    if ((await identityOf(file)) !== now) candidates.push({ file, changed: (await stat(file)).ctimeMs });
  }
  return candidates.toSorted((a, b) => b.changed - a.changed)[0]?.file ?? null;
}

/** Removes a file that was kept, and what SQLite keeps beside it. */
export async function removeKeptFile(target: string, name: string): Promise<void> {
  const live = realPath(target);
  const { dir, name: stem, ext } = path.parse(name);
  const isKept = dir === path.dirname(live) && ext === path.extname(live) && keptPattern.test(stem);
  if (!isKept || !isTaken(name) || (await identityOf(name)) === (await identityOf(live)))
    throw new Fail('restore.not-kept', `${name} is not there, or not a file that was kept. Nothing was removed.`);
  const { found } = await holdersOf(withSidecars(name));
  if (found.length > 0) throw new Fail('restore.in-use', `${name} is open in ${named(found)}.`);
  for (const file of withSidecars(name)) if (isTaken(file)) await unlink(file);
  await syncFolder(dir);
}
