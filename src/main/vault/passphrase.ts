import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Fail } from '../../shared/failure.ts';
import { Secret } from '../base/secret.ts';

const maxSizeBytes = 4096;

/**
 * The master passphrase: the text of the file without its last newline. Fails with `vault.passphrase-unusable` where
 * the file is missing, empty, not text, or can be read by anybody but its owner (which Windows cannot tell).
 */
export function readPassphrase(file: string): Secret {
  const bytes = readOwn(file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(file, 'is not text in UTF-8');
  }
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw unusable(file, 'is empty');
  if (Buffer.byteLength(passphrase) > maxSizeBytes) throw unusable(file, `is longer than ${maxSizeBytes} bytes`);
  return new Secret(passphrase);
}

function readOwn(file: string): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw unusable(file, 'cannot be opened', error);
  }
  try {
    // Of what was opened, not of the name: the name could be another file by now.
    const facts = fstatSync(descriptor);
    if (facts.isDirectory()) throw unusable(file, 'is a folder');
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
      throw unusable(file, 'can be read or changed by others');
    }
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(file: string, why: string, cause?: unknown): Fail {
  return new Fail('vault.passphrase-unusable', `The passphrase file ${file} ${why}.`, { cause });
}
