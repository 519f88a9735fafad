/** The system's dialogs. What they are called and which files they show is decided here; the window names a purpose. */
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import path from 'node:path';
import type { PathPurpose } from '../../shared/door.ts';
import { words } from './words.ts';

const everything: FileFilter = { name: words.allFiles, extensions: ['*'] };
const databases: FileFilter = { name: words.databases, extensions: ['sqlite', 'sqlite3', 'db', 'db3', 's3db'] };

type Shown = Pick<OpenDialogOptions, 'title' | 'buttonLabel' | 'filters' | 'properties'>;

const openDialogs: Record<Exclude<PathPurpose, 'restore-file'>, Shown> = {
  'sqlite-file': { ...words.dialogs['sqlite-file'], filters: [databases, everything], properties: ['openFile'] },
  // A file named .env has no ending to filter by, and on most systems is hidden.
  'env-file': { ...words.dialogs['env-file'], filters: [everything], properties: ['openFile', 'showHiddenFiles'] },
  'ca-file': {
    ...words.dialogs['ca-file'],
    filters: [{ name: words.certificates, extensions: ['pem', 'crt', 'cer'] }, everything],
    properties: ['openFile'],
  },
  'key-file': { ...words.dialogs['key-file'], filters: [everything], properties: ['openFile', 'showHiddenFiles'] },
  folder: { ...words.dialogs.folder, properties: ['openDirectory', 'createDirectory'] },
};

/** @returns an absolute path, or null where the dialog was closed. */
export async function choosePath(
  window: BrowserWindow,
  purpose: PathPurpose,
  suggestedName: string | undefined,
): Promise<string | null> {
  if (purpose === 'restore-file') return chooseNewFile(window, suggestedName);
  const { canceled, filePaths } = await dialog.showOpenDialog(window, openDialogs[purpose]);
  const [chosen] = filePaths;
  return canceled || chosen === undefined ? null : path.resolve(chosen);
}

async function chooseNewFile(window: BrowserWindow, suggestedName: string | undefined): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    ...words.dialogs['restore-file'],
    filters: [databases, everything],
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
