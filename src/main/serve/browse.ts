/** The folders of this machine, for a window that has no file dialog of its own: the browser door's. */
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isNewFile, type FolderView, type PathPurpose } from '../../shared/door.ts';
import { Fail } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';
import { hasMagic, headerSizeBytes } from '../engine/sqlite/header.ts';

const maxEntries = 2_000;
/** How many files are looked at in one go. */
const atOnce = 32;

type Entry = FolderView['entries'][number];

/**
 * What is in a folder; links are followed and named. `folder` null begins in `home`.
 * @throws Fail `path.missing`, `path.unreadable`, `path.wrong-kind` (not a folder, not absolute)
 */
export async function browse(
  folder: string | null,
  options: { hidden: boolean; home: string; last: string | undefined },
): Promise<FolderView> {
  const real = await realFolder(folder ?? options.home);
  const names = await reading(real, readdir(real));
  const shown = names.filter((name) => options.hidden || !name.startsWith('.')).toSorted(byName);
  // Which of very many are folders is not known before each was looked at; the first by name will do.
  const entries: Entry[] = [];
  const looked = shown.slice(0, maxEntries);
  for (let from = 0; from < looked.length; from += atOnce)
    entries.push(...(await Promise.all(looked.slice(from, from + atOnce).map((name) => entryOf(real, name)))));
  const parent = path.dirname(real);
  return {
    folder: real,
    parent: parent === real ? null : parent,
    entries: [...entries.filter(({ kind }) => kind === 'folder'), ...entries.filter(({ kind }) => kind === 'file')],
    cut: shown.length > maxEntries,
    places: placesOf(options),
  };
}

/**
 * The path that a choice in a browsed folder means; an empty name is the folder itself.
 * @throws Fail `path.missing`, `path.unreadable`, `path.wrong-kind` where what is there is not what `purpose` wants
 */
export async function pick(purpose: PathPurpose, folder: string, name: string): Promise<string> {
  const real = await realFolder(folder);
  if (name === '' && purpose === 'folder') return real;
  if (!isPlainName(name)) throw wrongKind(`${JSON.stringify(name.slice(0, 80))} is not a plain name.`);
  const file = path.join(real, name);
  if (isNewFile(purpose)) return newFile(file);
  const target = await reading(file, realpath(file));
  const stats = await reading(target, stat(target));
  if (purpose === 'folder' && !stats.isDirectory()) throw wrongKind(`${target} is not a folder.`);
  if (purpose !== 'folder' && !stats.isFile()) throw wrongKind(`${target} is not a file.`);
  return target;
}

function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) return false;
  return process.platform !== 'win32' || !/[\\:]/.test(name);
}

async function newFile(file: string): Promise<string> {
  const there = await lstat(file).then(
    () => true,
    () => false,
  );
  if (there) throw wrongKind(`${file} exists already; a new file is needed.`);
  return file;
}

async function realFolder(folder: string): Promise<string> {
  if (!path.isAbsolute(folder) || folder.includes('\0')) throw wrongKind('A folder is named by its whole path.');
  const real = await reading(folder, realpath(folder));
  const stats = await reading(real, stat(real));
  if (!stats.isDirectory()) throw wrongKind(`${real} is not a folder.`);
  return real;
}

async function entryOf(folder: string, name: string): Promise<Entry> {
  const file = path.join(folder, name);
  const link = await linkOf(file);
  const stats = await stat(file).catch(() => undefined);
  return {
    name,
    kind: stats?.isDirectory() === true ? 'folder' : 'file',
    sizeBytes: stats?.isFile() === true ? stats.size : null,
    sqlite: stats?.isFile() === true && stats.size >= headerSizeBytes && (await beginsAsSqlite(file)),
    ...(link === undefined ? {} : { link }),
  };
}

/** A link that leads nowhere is one too. */
async function linkOf(file: string): Promise<string | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isSymbolicLink() === true ? realpath(file).catch(() => '') : undefined;
}

async function beginsAsSqlite(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerSizeBytes), 0, headerSizeBytes, 0);
    return hasMagic(buffer.subarray(0, bytesRead));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

function placesOf({ home, last }: { home: string; last: string | undefined }): FolderView['places'] {
  const places = [
    { name: 'Home', path: home },
    { name: 'This computer', path: path.parse(home).root },
  ];
  return last === undefined || places.some((place) => place.path === last)
    ? places
    : [...places, { name: path.basename(last), path: last }];
}

const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
const wrongKind = (message: string): Fail => new Fail('path.wrong-kind', message);

async function reading<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Fail('path.missing', `${what} is not there.`, { cause: thrown });
    if (code === undefined) throw thrown;
    const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read by this account' : `cannot be read (${code})`;
    throw new Fail('path.unreadable', `${what} ${why}.`, { cause: thrown });
  }
}
