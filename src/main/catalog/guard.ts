import { Fail } from '../../shared/failure.ts';
import { homeFailure } from '../base/private-file.ts';

/** What SQLite said about the catalog, as a failure; anything else stays as it is. */
export function catalogFailure(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // A row is valid JSON when it is written; one that is not any more was damaged where SQLite does not look.
  if (/^SQLITE_(?:CORRUPT|NOTADB|FORMAT)/.test(code) || error instanceof SyntaxError) {
    return new Fail('catalog.corrupt', `The catalog ${file} is damaged.`, { cause: error });
  }
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    return new Fail('home.busy', `Another program holds the catalog ${file}.`, { cause: error });
  }
  if (code === 'SQLITE_FULL') {
    return new Fail('home.full', `The disk is full: ${file} could not be written.`, { cause: error });
  }
  if (/^SQLITE_(?:READONLY|CANTOPEN|PERM|AUTH|IOERR)/.test(code)) {
    return new Fail('home.unusable', `The catalog ${file} cannot be read or written (${code}).`, { cause: error });
  }
  return homeFailure(error, file);
}

type Methods = Record<string, (...input: never[]) => unknown>;

/** The same functions, whose troubles with the file come out as failures that a person can act on. */
export function guarded<T extends { [K in keyof T]: (...input: never[]) => unknown }>(file: string, table: T): T {
  const methods = Object.entries(table as unknown as Methods).map(([name, method]) => [
    name,
    (...input: never[]): unknown => {
      try {
        return method(...input);
      } catch (error) {
        throw catalogFailure(error, file);
      }
    },
  ]);
  return Object.fromEntries(methods) as T;
}
