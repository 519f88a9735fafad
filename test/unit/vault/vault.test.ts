import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/main/base/secret.ts';
import { openVault, type Vault } from '../../../src/main/vault/vault.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { keeperPromises } from '../../contract/vault.suite.ts';
import { memoryKeeper, newStore } from './memory-keeper.ts';

const ref = 'source/src-1/database';
const secret = new Secret('hunter2!');
const code = (name: string) => expect.objectContaining({ code: name });

describe('the keychain of these tests', () => {
  test.for(keeperPromises)('$name', async (one) => {
    const fresh = () => {
      const store = newStore();
      return Promise.resolve({ keeper: memoryKeeper(store), again: () => Promise.resolve(memoryKeeper(store)) });
    };
    await expect(one.holds({ fresh })).resolves.toBeUndefined();
  });
});

function machine() {
  const folder = tempFolder('vault');
  const passphraseFile = path.join(tempFolder('passphrase'), 'passphrase');
  writeFileSync(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 });
  const keychain = newStore();
  const values = new Map<string, string>();
  const meta = {
    get: (key: string) => values.get(key),
    set: (key: string, value: string) => void values.set(key, value),
  };
  const open = (named?: 'passphrase'): Promise<Vault> =>
    openVault({
      folder,
      passphraseFile: named === undefined ? undefined : passphraseFile,
      meta,
      probeKeychain: (vaultId) => Promise.resolve(forVault(vaultId)),
    });
  // Entries carry the vault's id, as in the real keychain.
  const forVault = (vaultId: string) => {
    const keeper = memoryKeeper(keychain);
    const named = (name: string): string => `${vaultId}/${name}`;
    return {
      ...keeper,
      identity: async () => (await keeper.get(named('canary')))?.reveal(),
      claim: (id: string) => keeper.put(named('canary'), new Secret(id)),
      put: (name: string, value: Secret) => keeper.put(named(name), value),
      get: (name: string) => keeper.get(named(name)),
      forget: (name: string) => keeper.forget(named(name)),
    };
  };
  return {
    folder,
    passphraseFile,
    keychain,
    open,
    index: path.join(folder, 'vault-index.json'),
    sealed: path.join(folder, 'vault.json'),
  };
}

const reveal = async (vault: Vault, name = ref): Promise<string | undefined> => (await vault.get(name))?.reveal();

describe('SV-19 who keeps secrets', () => {
  test('a named passphrase goes before the keychain; the keychain before nothing', async () => {
    const { open, keychain, sealed } = machine();
    expect((await open()).keeper).toMatchObject({ kind: 'keychain', trouble: null });
    const withPassphrase = await open('passphrase');
    expect(withPassphrase.keeper).toMatchObject({ kind: 'passphrase', trouble: null });
    // A vault file begins with its first secret.
    expect(existsSync(sealed)).toBe(false);
    keychain.state = 'gone';
    expect((await open()).keeper).toMatchObject({ kind: 'none', trouble: { code: 'vault.unavailable' } });
  });

  test('a secret is kept, found after a restart, and forgotten; the index names it and does not hold it', async () => {
    const { open, index, keychain } = machine();
    const vault = await open();
    expect(await vault.get(ref)).toBeUndefined();
    await vault.put(ref, secret);
    await vault.put('source/src-2/tunnel', new Secret('other'));
    expect(vault.refs()).toEqual([ref, 'source/src-2/tunnel']);
    expect(await reveal(await open())).toBe('hunter2!');
    expect(readFileSync(index, 'utf8')).not.toContain('hunter2');
    expect(statSync(index).mode & 0o777).toBe(0o600);
    await (await open()).forget(ref);
    expect(await (await open()).get(ref)).toBeUndefined();
    expect([...keychain.secrets.values()]).not.toContain('hunter2!');
    expect(await reveal(vault, 'source/src-2/tunnel')).toBe('other');
  });

  test('without a keeper what needs no secret works, and nothing is kept as plain text', async () => {
    const { open, keychain, folder } = machine();
    keychain.state = 'gone';
    const vault = await open();
    await expect(vault.put(ref, secret)).rejects.toThrow(code('vault.unavailable'));
    await expect(vault.get(ref)).rejects.toThrow(code('vault.unavailable'));
    expect(vault.change).toBeNull();
    expect(vault.refs()).toEqual([]);
    expect(existsSync(path.join(folder, 'vault.json'))).toBe(false);
  });

  test('a keychain that does not keep what it is given is not used', async () => {
    const { open, keychain } = machine();
    keychain.state = 'forgetful';
    const vault = await open();
    expect(vault.keeper).toMatchObject({ kind: 'none', trouble: { code: 'vault.unavailable' } });
    await expect(vault.put(ref, secret)).rejects.toThrow(code('vault.unavailable'));
  });

  test("names that could be taken for the keeper's own mark are a bug of the caller", async () => {
    const vault = await machine().open();
    for (const name of ['canary', '', '../x', 'a//b', '/a/b', 'a/b\n', `a/${'b'.repeat(300)}/`]) {
      await expect(vault.put(name, secret)).rejects.toThrow(TypeError);
    }
  });
});

// Deriving a key is slow on purpose.
const slow = { timeout: 30_000 };

describe('SV-19 another keeper than the last time', slow, () => {
  test('is told once, and what the old one holds is read there', async () => {
    const { open } = machine();
    await (await open()).put(ref, secret);
    const vault = await open('passphrase');
    expect(vault.change).toEqual({ from: 'keychain', to: 'passphrase' });
    expect(await reveal(vault)).toBe('hunter2!');
    expect((await open('passphrase')).change).toBeNull();
    expect((await open()).change).toEqual({ from: 'passphrase', to: 'keychain' });
  });

  test('nothing is deleted: the old keeper is asked again when it is back', async () => {
    const { open, keychain } = machine();
    await (await open()).put(ref, secret);
    keychain.state = 'gone';
    const without = await open();
    expect(without.change).toEqual({ from: 'keychain', to: 'none' });
    await expect(without.get(ref)).rejects.toThrow(code('vault.keeper-changed'));
    await expect((await open('passphrase')).get(ref)).rejects.toThrow(code('vault.keeper-changed'));
    keychain.state = 'open';
    expect(await reveal(without)).toBe('hunter2!');
    expect(await reveal(await open('passphrase'))).toBe('hunter2!');
  });

  test('a new secret goes to the new keeper and counts from then on', async () => {
    const { open, keychain } = machine();
    await (await open()).put(ref, secret);
    keychain.state = 'gone';
    const vault = await open('passphrase');
    await vault.put(ref, new Secret('newer'));
    keychain.state = 'open';
    expect(await reveal(await open('passphrase'))).toBe('newer');
    await expect((await open()).get(ref)).rejects.toThrow(code('vault.keeper-changed'));
    await (await open('passphrase')).forget(ref);
    expect([...keychain.secrets.values()]).not.toContain('hunter2!');
  });

  test('a vault file that is gone is a change; it is found again when it is put back', async () => {
    const { open, sealed } = machine();
    await (await open('passphrase')).put(ref, secret);
    renameSync(sealed, `${sealed}.away`);
    const vault = await open('passphrase');
    expect(vault.change).toEqual({ from: 'passphrase', to: 'passphrase' });
    await expect(vault.get(ref)).rejects.toThrow(code('vault.keeper-changed'));
    expect(existsSync(sealed)).toBe(false);
    renameSync(`${sealed}.away`, sealed);
    expect(await reveal(await open('passphrase'))).toBe('hunter2!');
  });

  test('a lock is no change, and what is unlocked is used at once', async () => {
    const { open, keychain } = machine();
    await (await open()).put(ref, secret);
    keychain.state = 'locked';
    const vault = await open();
    expect(vault.change).toBeNull();
    expect(vault.keeper).toMatchObject({ kind: 'keychain', trouble: { code: 'vault.locked' } });
    await expect(vault.get(ref)).rejects.toThrow(code('vault.locked'));
    await expect(vault.put(ref, secret)).rejects.toThrow(code('vault.locked'));
    keychain.state = 'open';
    expect(await reveal(vault)).toBe('hunter2!');
    expect((await open()).change).toBeNull();
  });

  test('a secret that its keeper has lost is told as missing', async () => {
    const { open, keychain } = machine();
    const vault = await open();
    await vault.put(ref, secret);
    for (const name of keychain.secrets.keys()) if (name.endsWith(ref)) keychain.secrets.delete(name);
    await expect(vault.get(ref)).rejects.toThrow(code('vault.missing-secret'));
  });

  test('a lost index does not lose the secrets of the keeper in use', async () => {
    const { open, index } = machine();
    await (await open()).put(ref, secret);
    rmSync(index);
    expect(await reveal(await open())).toBe('hunter2!');
    expect((await open()).refs()).toEqual([ref]);
  });

  test('a damaged index is told, with what to do', async () => {
    const { open, index } = machine();
    await (await open()).put(ref, secret);
    writeFileSync(index, readFileSync(index, 'utf8').slice(0, -20));
    await expect(open()).rejects.toThrow(code('vault.corrupt'));
  });
});

describe('SV-19 moving to another keeper', () => {
  test('copies everything, reads it back, then counts there; the old copies stay until they are forgotten', async () => {
    const { open, keychain } = machine();
    const vault = await open();
    await vault.put(ref, secret);
    await vault.put('source/src-2/jump', new Secret('other'));
    const target = newStore();
    expect(await vault.moveTo(memoryKeeper(target, 'passphrase'))).toEqual({ moved: 2 });
    expect(await reveal(vault)).toBe('hunter2!');
    keychain.state = 'gone';
    expect(await reveal(vault)).toBe('hunter2!');
    // One copy cannot be reached, so the secret is not forgotten altogether, and that is told.
    await expect(vault.forget(ref)).rejects.toThrow(code('vault.keeper-changed'));
    expect(target.secrets.has(ref)).toBe(false);
    keychain.state = 'open';
    await vault.forget('source/src-2/jump');
    expect([...keychain.secrets.values()]).not.toContain('other');
  });

  test('that fails in the middle leaves everything where it was', async () => {
    const { open } = machine();
    const vault = await open();
    await vault.put(ref, secret);
    await vault.put('source/src-2/jump', new Secret('other'));
    const target = newStore();
    const breaking = memoryKeeper(target, 'passphrase');
    let puts = 0;
    const put = (name: string, value: Secret) => {
      if ((puts += 1) === 2) target.state = 'forgetful';
      return breaking.put(name, value);
    };
    await expect(vault.moveTo({ ...breaking, put })).rejects.toThrow(code('vault.unavailable'));
    expect([...target.secrets.keys()]).toEqual(['canary']);
    expect(await reveal(vault)).toBe('hunter2!');
    expect(await reveal(await open(), 'source/src-2/jump')).toBe('other');
    expect((await open()).change).toBeNull();
  });
});

describe('the passphrase file', slow, () => {
  test.each<[string, (file: string) => void]>([
    ['is missing', (file) => rmSync(file)],
    ['is empty', (file) => writeFileSync(file, '')],
    ['holds a newline only', (file) => writeFileSync(file, '\n')],
    ['is not text', (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]))],
    ['is endless', (file) => writeFileSync(file, 'x'.repeat(5_000))],
    ['is a folder', (file) => (rmSync(file), mkdirSync(file))],
    [
      'can be read by others',
      (file) => {
        rmSync(file);
        writeFileSync(file, 'secret', { mode: 0o640 });
      },
    ],
  ])('that %s is refused with what to do, and the vault opens all the same', async (_what, spoil) => {
    const { open, passphraseFile, sealed } = machine();
    spoil(passphraseFile);
    const vault = await open('passphrase');
    expect(vault.keeper.trouble).toMatchObject({
      code: 'vault.passphrase-unusable',
      hint: expect.stringContaining('chmod 600') as string,
    });
    await expect(vault.put(ref, secret)).rejects.toThrow(code('vault.passphrase-unusable'));
    expect(existsSync(sealed)).toBe(false);
  });

  test('counts without its last newline, of whatever kind, and with everything else', async () => {
    const { open, passphraseFile } = machine();
    await (await open('passphrase')).put(ref, secret);
    writeFileSync(passphraseFile, 'correct horse battery staple\r\n');
    expect(await reveal(await open('passphrase'))).toBe('hunter2!');
    writeFileSync(passphraseFile, 'correct horse battery staple');
    expect(await reveal(await open('passphrase'))).toBe('hunter2!');
    writeFileSync(passphraseFile, 'correct horse battery staple \n');
    await expect((await open('passphrase')).get(ref)).rejects.toThrow(code('vault.wrong-passphrase'));
    await expect((await open('passphrase')).put(ref, new Secret('x'))).rejects.toThrow(code('vault.wrong-passphrase'));
    writeFileSync(passphraseFile, 'correct horse battery staple\n');
    expect(await reveal(await open('passphrase'))).toBe('hunter2!');
  });
});
