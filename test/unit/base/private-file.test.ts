import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeFailure, writePrivateFile } from '../../../src/main/base/private-file.ts';
import { needs } from '../../helpers/needs.ts';
import { tempFolder } from '../../helpers/temp.ts';

const code = (name: string) => expect.objectContaining({ code: name });

describe('a file of the data folder', () => {
  test('is for this user alone and replaced whole', () => {
    const file = path.join(tempFolder('private'), 'file.json');
    writePrivateFile(file, 'first, and longer than the second');
    writePrivateFile(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test('a link where it is made is not followed', () => {
    const folder = tempFolder('private');
    const other = path.join(folder, 'other');
    writeFileSync(other, 'untouched');
    symlinkSync(other, path.join(folder, 'file.json.new'));
    writePrivateFile(path.join(folder, 'file.json'), 'x');
    expect(readFileSync(other, 'utf8')).toBe('untouched');
  });

  test('what cannot be written is told, and nothing is left', () => {
    const folder = tempFolder('private');
    expect(() => writePrivateFile(path.join(folder, 'none', 'file.json'), 'x')).toThrow(code('home.unusable'));
    mkdirSync(path.join(folder, 'taken'));
    expect(() => writePrivateFile(path.join(folder, 'taken'), 'x')).toThrow(code('home.unusable'));
    expect(existsSync(path.join(folder, 'taken.new'))).toBe(false);
  });

  const full = needs(
    '/dev/full',
    existsSync('/dev/full') ? undefined : 'this system has no device that is always full',
  );
  test.runIf(full)('a full disk is told as such', () => {
    let thrown: unknown;
    try {
      writeFileSync('/dev/full', 'x');
    } catch (error) {
      thrown = error;
    }
    expect(homeFailure(thrown, '/dev/full')).toMatchObject({ code: 'home.full' });
    const bug = new TypeError('x');
    expect(homeFailure(bug, 'f')).toBe(bug);
  });
});
