import { readFileSync, statSync } from 'node:fs';
import { Fail } from '../../shared/failure.ts';

/** No `.env` file is larger; a log or a dump that was chosen by mistake is. */
const mostBytes = 1024 * 1024;

/** The text of a `.env` file. @throws Fail `source.file-missing`, `source.not-a-file`, `source.permission` */
export function readEnvFile(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new Fail('source.file-missing', `There is no file ${file}.`);
  if (!stats.isFile())
    throw new Fail('source.not-a-file', `${file} is not a file.`, { hint: 'Name the .env file itself.' });
  if (stats.size > mostBytes)
    throw new Fail('source.not-a-file', `${file} is too large for a .env file.`, {
      hint: 'Name the .env file itself.',
    });
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fail('source.permission', `${file} cannot be read.`, {
      hint: 'Give your user the right to read it.',
      cause: error,
    });
  }
}
