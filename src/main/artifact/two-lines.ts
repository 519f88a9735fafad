/**
 * The form that manifests and proofs share: a line of JSON, and a line of JSON that speaks about the bytes of the first.
 * `docs/format.md` describes it. Reading is strict to the byte, so that there is one way to read a file and not two.
 */
import { isUtf8 } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { ManifestSeal } from '../../shared/artifact.ts';
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';

/** Which of the two it is: the value of `format`, its word for people, and the failures of a file that is not whole. */
export interface Form {
  format: string;
  noun: string;
  tampered: FailureCode;
  malformed: FailureCode;
  newer: FailureCode;
}

/** Far more than any real file (some 300 000 tables); a larger one is not read into memory. */
export const maxFileBytes = 64 * 1024 * 1024;
const version = 1;
const newline = 0x0a;

/** What the second line's HMAC is made with. */
export interface Authenticator {
  keyId: string;
  key: Buffer;
}

/** The bytes of a file, and the SHA-256 of its first line, which is the name of its content. */
export function writeTwoLines(value: object, authenticator?: Authenticator): { file: Buffer; sha256: string } {
  const line = Buffer.from(JSON.stringify(value));
  const file = withSeal(line, authenticator);
  if (file.length > maxFileBytes) throw new Error(`A file of ${file.length} bytes would be refused when it is read.`);
  return { file, sha256: sha256Of(line) };
}

/** The bytes of a file with this first line. */
export function withSeal(line: Buffer, authenticator?: Authenticator): Buffer {
  const sha256 = sha256Of(line);
  const seal: ManifestSeal =
    authenticator === undefined
      ? { sha256, hmac: null, keyId: null }
      : { sha256, hmac: hmacOf(line, authenticator.key), keyId: authenticator.keyId };
  return Buffer.concat([line, Buffer.from(`\n${JSON.stringify(seal)}\n`)]);
}

/**
 * The JSON value of the first line, after everything but its own schema was checked.
 * @throws Fail form.tampered, form.malformed, form.newer.
 */
export function readTwoLines(
  file: Buffer,
  form: Form,
): { value: unknown; line: Buffer; sha256: string; seal: ManifestSeal } {
  if (file.length > maxFileBytes) {
    throw new Fail(form.malformed, `The ${form.noun} has ${file.length} bytes; none is larger than ${maxFileBytes}.`);
  }
  const broken = breakage(file, form);
  const end = file.indexOf(newline);
  if (end === -1 || file.indexOf(newline, end + 1) !== file.length - 1)
    throw broken('does not consist of two whole lines');
  const line = file.subarray(0, end);
  const sealLine = file.subarray(end + 1, -1);
  const sha256 = sha256Of(line);
  const seal = parseJson(sealLine);
  if (!isObject(seal) || seal['sha256'] !== sha256) throw broken('does not have the SHA-256 that its second line says');
  const value = parseJson(line);
  if (!isObject(value) || value['format'] !== form.format) throw broken(`is not JSON of the format ${form.format}`);
  refuseNewer(value['version'], form);
  const strictSeal = z.safeParse(ManifestSeal, seal);
  if (
    !strictSeal.success ||
    !isExactly(sealLine, strictSeal.data) ||
    (strictSeal.data.hmac === null) !== (strictSeal.data.keyId === null)
  ) {
    throw broken('has a second line that is not of its form');
  }
  if (!isExactly(line, value)) throw broken('is not written the one way it can be written');
  return { value, line, sha256, seal: strictSeal.data };
}

/** The value in the form of its schema; what is not declared is refused. */
export function demandSchema<S extends z.ZodMiniType>(schema: S, value: unknown, form: Form): z.output<S> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
  throw new Fail(form.malformed, `The ${form.noun} is not of its form (${where.slice(0, 200)}).`);
}

/** What begins like one of ours and is not whole was changed; what does not is something else under its name. */
function breakage(file: Buffer, form: Form): (why: string) => Fail {
  const start = Buffer.from(`{"format":${JSON.stringify(form.format)}`);
  const code = file.subarray(0, start.length).equals(start) ? form.tampered : form.malformed;
  return (why) => new Fail(code, `The ${form.noun} ${why}.`);
}

function refuseNewer(found: unknown, form: Form): void {
  if (found === version) return;
  if (typeof found === 'number' && Number.isInteger(found) && found > version) {
    throw new Fail(form.newer, `The ${form.noun} is of version ${found}; this Holdfast reads version ${version}.`);
  }
  throw new Fail(form.malformed, `The ${form.noun} has no version that ever was.`);
}

/** Undefined where it is not JSON; no JSON text has the value undefined. */
function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Names twice, other spaces, other escapes or other numbers can mean one thing to us and another to the next reader. */
function isExactly(bytes: Buffer, value: unknown): boolean {
  try {
    return bytes.equals(Buffer.from(JSON.stringify(value)));
  } catch (thrown) {
    // Nested so deeply that it can be parsed but not written.
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const hmacOf = (line: Buffer, key: Buffer): string => createHmac('sha256', key).update(line).digest('hex');

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
