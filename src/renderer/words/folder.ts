import { type PathPurpose } from '../../shared/door.ts';

export const folderWords = {
  titles: {
    'sqlite-file': 'Choose a SQLite database',
    'env-file': 'Choose a .env file',
    'ca-file': 'Choose a certificate file',
    'key-file': 'Choose a private key file',
    'public-key-file': 'Choose an OpenPGP public key',
    folder: 'Choose a folder',
    'restore-file': 'Choose where the new file goes',
    'kit-file': 'Choose where the page to print goes',
  } satisfies Record<PathPurpose, string>,
  where: 'Files on the computer that Holdfast runs on',
  places: 'Places',
  up: 'Up one folder',
  name: 'Name',
  size: 'Size',
  kind: 'Kind',
  folder: 'Folder',
  sqlite: 'SQLite database',
  hidden: 'Show hidden files',
  empty: 'This folder is empty.',
  cut: 'Only the first 2 000 entries are shown.',
  fileName: 'File name',
  open: 'Open',
  choose: 'Choose',
  chooseFolder: (name: string) => `Choose ${name}`,
};
