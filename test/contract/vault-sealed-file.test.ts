import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSealedFile } from '../../src/main/vault/sealed-file.ts';
import { everyCharacter } from '../helpers/every-character.ts';
import { tempFolder } from '../helpers/temp.ts';
import { keeperPromises, type Stand } from './vault.suite.ts';

const stand: Stand = {
  fresh() {
    const folder = tempFolder('sealed');
    const passphraseFile = path.join(folder, 'passphrase');
    writeFileSync(passphraseFile, `${everyCharacter}\n`, { mode: 0o600 });
    const again = () => Promise.resolve(openSealedFile(path.join(folder, 'vault.json'), passphraseFile));
    return Promise.resolve({ keeper: openSealedFile(path.join(folder, 'vault.json'), passphraseFile), again });
  },
};

describe('SV-19 the vault file as a keeper of secrets', () => {
  test.for(keeperPromises)('$name', async (one) => {
    await expect(one.holds(stand)).resolves.toBeUndefined();
  });
});
