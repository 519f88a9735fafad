/** What SQLite and the system say, in the words of our failures. */
import { systemCode } from '../../base/file.ts';
import { readFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Fail, type FailureCode } from '../../../shared/failure.ts';
import { hasMagic, readHeader } from './header.ts';

/** Whose file SQLite was speaking of: the person's database, our private copy of it, or a restored one. */
export type Role = 'source' | 'copy' | 'target';

export type SqliteError = InstanceType<typeof Database.SqliteError>;

export const isSqliteError = (thrown: unknown): thrown is SqliteError => thrown instanceof Database.SqliteError;

export const isBusy = (thrown: unknown): boolean =>
  isSqliteError(thrown) && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(thrown.code);

/**
 * SQLite will not do it (a function, collation or module is not known, a statement cannot be compiled): no damage. The
 * code has extended forms, such as SQLITE_ERROR_MISSING_COLLSEQ.
 */
export const isRefusal = (thrown: unknown): thrown is SqliteError =>
  isSqliteError(thrown) && /^SQLITE_ERROR(_|$)/.test(thrown.code);

const walAdvice = 'Let your application use WAL (PRAGMA journal_mode=WAL), or back up when it is idle.';

/** `source.locked`, with the advice that helps. */
export function locked(file: string, what: string, cause?: unknown): Fail {
  return new Fail('source.locked', `${file}: ${what}`, { hint: walAdvice, cause });
}

/** The failure for whatever a step on `file` threw. What is neither SQLite's nor the system's comes back unchanged. */
export function explain(thrown: unknown, file: string, role: Role): unknown {
  if (thrown instanceof Fail) return thrown;
  if (isSqliteError(thrown)) return explainSqlite(thrown, file, role);
  const code = systemCode(thrown);
  return code === undefined ? thrown : explainSystem(code, thrown, file, role);
}

const full: Record<Role, FailureCode> = { source: 'spool.full', copy: 'spool.full', target: 'restore.full' };
const damaged: Record<Role, FailureCode> = {
  source: 'source.corrupt',
  copy: 'source.corrupt',
  target: 'artifact.unreadable',
};

function explainSqlite(error: SqliteError, file: string, role: Role): unknown {
  const { code } = error;
  if (isBusy(error)) return locked(file, 'another program holds the database.', error);
  if (/^SQLITE_(FULL|IOERR_WRITE|IOERR_TRUNCATE)/.test(code)) {
    return new Fail(full[role], `There is no room for the copy of ${file}.`, { cause: error });
  }
  if (code === 'SQLITE_NOTADB') {
    return new Fail(
      role === 'target' ? 'artifact.unreadable' : 'source.not-a-database',
      `${file} is not a database that SQLite can read.`,
      { cause: error },
    );
  }
  if (/^SQLITE_(CORRUPT|IOERR_SHORT_READ)/.test(code)) {
    return isShort(file)
      ? new Fail(role === 'target' ? 'artifact.unreadable' : 'source.truncated', `${file} ends before its last page.`, {
          cause: error,
        })
      : new Fail(damaged[role], `SQLite finds ${file} damaged: ${error.message}.`, { cause: error });
  }
  if (code.startsWith('SQLITE_IOERR'))
    return new Fail(damaged[role], `The disk gave an error while ${file} was read (${code}).`, { cause: error });
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    return new Fail('source.permission', `SQLite may not open ${file} (${code}).`, { cause: error });
  }
  return error;
}

function explainSystem(code: string, thrown: unknown, file: string, role: Role): unknown {
  const options = { cause: thrown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new Fail(full[role], `The disk has no room for ${file}.`, options);
  if (role === 'target') return explainTarget(code, thrown, file);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') {
    return new Fail('source.file-missing', `There is no file ${file}.`, options);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Fail('source.permission', `${file} may not be read by your user.`, options);
  if (code === 'EIO') return new Fail('source.corrupt', `The disk gave an error while ${file} was read.`, options);
  return thrown;
}

function explainTarget(code: string, thrown: unknown, file: string): unknown {
  const options = { cause: thrown };
  if (code === 'EEXIST') return new Fail('restore.target-exists', `${file} exists already.`, options);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new Fail('restore.no-rights', `Your user may not write in the folder of ${file}.`, {
      ...options,
      hint: 'Choose a folder of your own.',
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fail('restore.blocked', `The folder of ${file} does not exist.`, {
      ...options,
      hint: 'Make the folder first, or choose another.',
    });
  }
  return new Fail('restore.blocked', `${file} cannot be made (${code}).`, {
    ...options,
    hint: 'Choose another name or folder.',
  });
}

/** Only asked once SQLite has given up and its connection is closed. */
function isShort(file: string): boolean {
  try {
    const head = readFileSync(file).subarray(0, 100);
    if (!hasMagic(head)) return false;
    const header = readHeader(head);
    if (header === undefined) return head.length < 100;
    return header.pageCount !== null && header.pageCount * header.pageSizeBytes > statSync(file).size;
  } catch {
    return false;
  }
}
