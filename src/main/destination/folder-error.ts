/** What the operating system says about a folder of backups, as a failure for a person. */
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';

const codes: Record<string, FailureCode> = {
  ENOSPC: 'destination.full',
  EDQUOT: 'destination.full',
  EFBIG: 'destination.full',
  EACCES: 'destination.permission',
  EPERM: 'destination.permission',
  EROFS: 'destination.permission',
  ELOOP: 'destination.symlink',
  EISDIR: 'destination.not-a-file',
  ENOTDIR: 'destination.not-a-file',
  ENXIO: 'destination.not-a-file',
  ENAMETOOLONG: 'destination.bad-key',
  EILSEQ: 'destination.bad-key',
};

const sentences: Partial<Record<FailureCode, string>> = {
  'destination.full': 'The disk is full',
  'destination.permission': 'The folder may not be read or written',
  'destination.symlink': 'A symbolic link lies where none belongs',
  'destination.not-a-file': 'Something that is no file lies in the way',
  'destination.bad-key': 'The file system cannot hold this name',
};

/** What is not from the operating system (a body's own error, an abort) stays as it is. */
export function folderFailure(thrown: unknown, file: string): unknown {
  const code = systemCode(thrown);
  if (code === undefined) return thrown;
  // A share that went away has many ways to say so: ENOENT of its root, ESTALE, EIO, ENOTCONN, ETIMEDOUT …
  const failure = codes[code] ?? 'destination.unreachable';
  return new Fail(failure, `${sentences[failure] ?? 'The disk or share does not answer'}: ${file} (${code}).`, {
    cause: thrown,
  });
}

/** Runs calls to the operating system about `file`, and nothing else. */
export async function onFolder<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw folderFailure(thrown, file);
  }
}
