import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/main/base/secret.ts';
import {
  deriveKeys,
  newHeader,
  readSealed,
  seal,
  unseal,
  writeSealed,
  type Keys,
  type SealedFile,
} from '../../../src/main/vault/seal.ts';
import { openSealedFile } from '../../../src/main/vault/sealed-file.ts';
import { tempFolder } from '../../helpers/temp.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const secrets = { 'source/src-1/database': 'hunter2!', 'source/src-2/tunnel': 'pässwörd' };

describe('SV-19 the vault file', { timeout: 30_000 }, () => {
  const header = newHeader('keeper-1');
  let keys: Keys;
  let file: SealedFile;
  beforeAll(async () => {
    keys = await deriveKeys(new Secret('correct horse'), header.derivation);
    file = seal(header, keys, secrets);
  });

  test('opens with its passphrase and shows neither secrets nor their names without it', () => {
    const text = writeSealed(file);
    expect(unseal(readSealed(text), keys)).toEqual(secrets);
    for (const word of ['hunter2', 'pässwörd', 'src-1', 'database', 'horse']) {
      expect(text).not.toContain(word);
      expect(text).not.toContain(Buffer.from(word).toString('base64').replace(/=+$/, ''));
    }
  });

  test('is sealed another way each time, and each file has a salt of its own', () => {
    expect(seal(header, keys, secrets).content).not.toBe(file.content);
    expect(newHeader('a').derivation.salt).not.toBe(newHeader('a').derivation.salt);
    expect(header.derivation).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 });
  });

  test('tells another passphrase from damage', async () => {
    const wrong = await deriveKeys(new Secret('correct horsE'), header.derivation);
    expect(() => unseal(file, wrong)).toThrow(code('vault.wrong-passphrase'));
  });

  test('any single byte that is another one is told as damage, never as a wrong passphrase', () => {
    const bytes = Buffer.from(writeSealed(file));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(() => readSealed(changed.toString('utf8'))).toThrow(code('vault.corrupt'));
      }),
      { numRuns: 500 },
    );
    expect(() => readSealed('')).toThrow(code('vault.corrupt'));
    expect(() => readSealed(bytes.subarray(0, -1).toString())).toThrow(code('vault.corrupt'));
  });

  test('content, nonce or tag of another sealing are refused', () => {
    const other = seal(header, keys, { 'source/src-1/database': 'evil' });
    for (const part of ['content', 'nonce', 'tag'] as const) {
      expect(() => unseal({ ...file, [part]: other[part] }, keys)).toThrow(code('vault.corrupt'));
    }
    expect(() => unseal({ ...file, tag: file.tag.slice(0, 8) }, keys)).toThrow(code('vault.corrupt'));
    expect(() => unseal({ ...file, header: { ...header, identity: 'keeper-2' } }, keys)).toThrow(
      code('vault.wrong-passphrase'),
    );
  });

  test.each([
    ['more memory than any laptop has', { N: 2 ** 30 }],
    ['next to no work', { N: 2 }],
    ['no power of two', { N: 100_000 }],
    ['endless rounds', { p: 1_000_000 }],
    ['a large product of harmless numbers', { N: 2 ** 20, r: 32 }],
    ['no salt', { salt: '' }],
  ])('parameters that ask for %s are refused before anything is derived', (_what, changes) => {
    const bad = { ...header, derivation: { ...header.derivation, ...changes } };
    expect(() => readSealed(writeSealed(seal(bad, keys, secrets)))).toThrow(code('vault.corrupt'));
  });

  test('is for this user alone, and a change leaves no other file behind', async () => {
    const folder = tempFolder('sealed');
    const passphraseFile = path.join(folder, 'passphrase');
    writeFileSync(passphraseFile, 'correct horse\n', { mode: 0o600 });
    const vault = path.join(folder, 'vault.json');
    // What a crash in mid-write left.
    writeFileSync(`${vault}.new`, 'half', { mode: 0o644 });
    const keeper = openSealedFile(vault, passphraseFile);
    await keeper.put('source/a', new Secret('1'));
    expect(statSync(vault).mode & 0o777).toBe(0o600);
    expect(() => statSync(`${vault}.new`)).toThrow(/ENOENT/);
    const before = readFileSync(vault, 'utf8');
    writeFileSync(vault, before.slice(0, 100));
    await expect(keeper.get('source/a')).rejects.toThrow(code('vault.corrupt'));
    await expect(keeper.put('source/b', new Secret('2'))).rejects.toThrow(code('vault.corrupt'));
    expect(readFileSync(vault, 'utf8')).toBe(before.slice(0, 100));
  });
});
