/** The system's dialogs. What they are called and which files they show is decided here; the window names a purpose. */
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isNewFile, type NewFilePurpose, type PathPurpose } from '../../shared/door.ts';
import { words } from './words.ts';

const everything: FileFilter = { name: words.allFiles, extensions: ['*'] };
const databases: FileFilter = { name: words.databases, extensions: ['sqlite', 'sqlite3', 'db', 'db3', 's3db'] };

type Shown = Pick<OpenDialogOptions, 'title' | 'buttonLabel' | 'filters' | 'properties'>;

const openDialogs: Record<Exclude<PathPurpose, NewFilePurpose>, Shown> = {
  'sqlite-file': { ...words.dialogs['sqlite-file'], filters: [databases, everything], properties: ['openFile'] },
  // A file named .env has no ending to filter by, and on most systems is hidden.
  'env-file': { ...words.dialogs['env-file'], filters: [everything], properties: ['openFile', 'showHiddenFiles'] },
  'ca-file': {
    ...words.dialogs['ca-file'],
    filters: [{ name: words.certificates, extensions: ['pem', 'crt', 'cer'] }, everything],
    properties: ['openFile'],
  },
  'public-key-file': {
    ...words.dialogs['public-key-file'],
    filters: [{ name: words.publicKeys, extensions: ['asc', 'gpg', 'pgp', 'key', 'pub', 'txt'] }, everything],
    properties: ['openFile'],
  },
  'key-file': { ...words.dialogs['key-file'], filters: [everything], properties: ['openFile', 'showHiddenFiles'] },
  folder: { ...words.dialogs.folder, properties: ['openDirectory', 'createDirectory'] },
};

/** @returns an absolute path, or null where the dialog was closed. */
export async function choosePath(
  window: BrowserWindow,
  purpose: PathPurpose,
  where: { suggestedName?: string | undefined; folder?: string | undefined },
): Promise<string | null> {
  if (isNewFile(purpose)) return chooseNewFile(window, purpose, where.suggestedName);
  // A folder only: no file of the window's choice stands in the dialog, to be taken with a stroke of Enter.
  const begin = where.folder !== undefined && (await isFolder(where.folder)) ? { defaultPath: where.folder } : {};
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { ...openDialogs[purpose], ...begin });
  const [chosen] = filePaths;
  return canceled || chosen === undefined ? null : path.resolve(chosen);
}

const isFolder = (folder: string): Promise<boolean> =>
  path.isAbsolute(folder)
    ? stat(folder).then(
        (found) => found.isDirectory(),
        () => false,
      )
    : Promise.resolve(false);

const newFileFilters: Record<NewFilePurpose, FileFilter[]> = {
  'restore-file': [databases, everything],
  'kit-file': [{ name: words.pages, extensions: ['html'] }],
};

async function chooseNewFile(
  window: BrowserWindow,
  purpose: NewFilePurpose,
  suggestedName: string | undefined,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    ...words.dialogs[purpose],
    filters: newFileFilters[purpose],
    properties: ['createDirectory'],
    // A name, whatever the window sent: never a folder of its choice.
    ...(suggestedName === undefined ? {} : { defaultPath: path.basename(suggestedName.replaceAll('\\', '/')) }),
  });
  return canceled || filePath === '' ? null : path.resolve(filePath);
}

/** Asks and returns the key of the chosen button; closing the dialog is the last one. */
export async function ask<K extends string>(
  window: BrowserWindow | undefined,
  question: { message: string; detail?: string; type?: 'question' | 'warning' | 'info' },
  buttons: Record<K, string>,
): Promise<K> {
  const keys = Object.keys(buttons) as K[];
  const options = {
    type: question.type ?? 'question',
    message: question.message,
    ...(question.detail === undefined ? {} : { detail: question.detail }),
    buttons: keys.map((key) => buttons[key]),
    defaultId: 0,
    cancelId: keys.length - 1,
    noLink: true,
  };
  const shown = window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
  const { response } = await shown;
  return keys[response] ?? (keys.at(-1) as K);
}
