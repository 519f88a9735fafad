import { lstatSync, readFileSync, statSync } from 'node:fs';
import { Fail } from '../../../shared/failure.ts';
import { Secret } from '../../base/secret.ts';

/** What a connection is looked up by. `host` may be the folder of a Unix socket. */
export interface PasswordQuestion {
  host: string;
  port: number;
  database: string;
  user: string;
}

/**
 * The password that a file in the form of ~/.pgpass holds for this connection; undefined where no line fits or no file is there.
 * A file that others may read is refused (`source.auth-failed`), as libpq refuses it.
 */
export function passwordFromFile(file: string, question: PasswordQuestion): Secret | undefined {
  const text = readPrivate(file);
  if (text === undefined) return undefined;
  // libpq lets `localhost` stand for local sockets too.
  const hosts = question.host.startsWith('/') ? [question.host, 'localhost'] : [question.host];
  const wanted = [hosts, [String(question.port)], [question.database], [question.user]];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields.length < 5) continue;
    const fits = wanted.every((values, index) => {
      const field = fields[index];
      return field !== undefined && (field.raw === '*' || values.includes(field.text));
    });
    if (fits) return new Secret(fields[4]?.text ?? '');
  }
  return undefined;
}

function readPrivate(file: string): string | undefined {
  let mode: number;
  try {
    lstatSync(file);
    const found = statSync(file);
    if (!found.isFile())
      throw new Fail('source.auth-failed', `${file} is not a plain file, so no password is read from it.`);
    mode = found.mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof Fail) throw error;
    throw unreadable(file, error);
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Fail('source.auth-failed', `${file} can be read by others, so no password is taken from it.`, {
      hint: `Run: chmod 600 ${file}`,
    });
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): Fail {
  return new Fail('source.permission', `${file} cannot be read.`, {
    hint: 'Give your user the right to read it.',
    cause,
  });
}

/** Fields are parted by colons; a backslash takes the meaning from a colon, a star or itself. The last field keeps its colons. */
function fieldsOf(line: string): { raw: string; text: string }[] {
  const fields: { raw: string; text: string }[] = [];
  let raw = '';
  let text = '';
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\' && at + 1 < line.length) {
      at++;
      raw += `\\${line.charAt(at)}`;
      text += line.charAt(at);
    } else if (character === ':' && fields.length < 4) {
      fields.push({ raw, text });
      raw = '';
      text = '';
    } else {
      raw += character;
      text += character;
    }
  }
  fields.push({ raw, text });
  return fields;
}

/** One line of a password file that gives this password to this user, wherever the connection leads. */
export function passwordLine(user: string, password: Secret): string {
  const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
  const text = password.reveal();
  if (/[\n\r\0]/.test(text) || /[\n\r\0]/.test(user)) {
    throw new Fail(
      'source.auth-failed',
      "The password or the user name has a line break, which PostgreSQL's programs cannot be given.",
      {
        hint: 'Set a password without line breaks.',
      },
    );
  }
  return `*:*:*:${escape(user)}:${escape(text)}\n`;
}
