/** Runs inside a desktop session: a vault over a keychain that is locked, restarted, frozen and gone. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/main/base/secret.ts';
import { openKeychain } from '../../src/main/vault/keychain.ts';
import { openSealedFile } from '../../src/main/vault/sealed-file.ts';
import { openVault } from '../../src/main/vault/vault.ts';
import { freezeDaemon, lockCollection, startDaemon, stopDaemon, tell } from '../helpers/desktop-session.ts';

const home = process.env['HOME'] ?? '';
const newFolder = (name: string): string => {
  mkdirSync(join(home, name), { mode: 0o700 });
  return join(home, name);
};
const passphraseFile = join(home, 'passphrase');
writeFileSync(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 });

const ref = 'source/src-1/database';
const folder = newFolder('holdfast');
const open = (named?: string) => openVault({ folder, passphraseFile: named });
const isFail = (code: string) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal('code' in error ? error.code : error.stack, code);
  assert.equal(error.message.includes('hunter2'), false);
  return true;
};
const restart = async (password: string | undefined): Promise<void> => {
  await stopDaemon();
  await startDaemon(password);
};

await tell({
  'without a secret service the vault opens, and says so when it is asked': async () => {
    const vault = await open();
    assert.equal(vault.keeper.kind, 'none');
    assert.equal(vault.keeper.trouble?.code, 'vault.unavailable');
    await assert.rejects(vault.put(ref, new Secret('hunter2!')), isFail('vault.unavailable'));
    await assert.rejects(vault.get(ref), isFail('vault.unavailable'));
    assert.deepEqual(readdirSync(folder), []);
  },
  'a keychain that comes later is used without a restart': async () => {
    const vault = await open();
    await startDaemon('pw');
    await vault.put(ref, new Secret('hunter2!'));
    assert.equal(vault.keeper.kind, 'keychain');
    assert.equal((await vault.get(ref))?.reveal(), 'hunter2!');
  },
  'secrets survive a restart of the daemon, and nothing of them is in the data folder': async () => {
    await restart('pw');
    const vault = await open();
    assert.equal(vault.change, null);
    assert.equal((await vault.get(ref))?.reveal(), 'hunter2!');
    for (const name of readdirSync(folder))
      assert.equal(readFileSync(join(folder, name), 'utf8').includes('hunter2'), false, name);
  },
  'a collection that is locked in the middle is told as locked': async () => {
    const vault = await open();
    await lockCollection();
    await assert.rejects(vault.get(ref), isFail('vault.locked'));
    await assert.rejects(vault.put(ref, new Secret('hunter2!')), isFail('vault.locked'));
  },
  'a collection that is locked from the start too, and is no change of keeper': async () => {
    await restart(undefined);
    const vault = await open();
    assert.equal(vault.keeper.trouble?.code, 'vault.locked');
    assert.equal(vault.keeper.kind, 'keychain');
    assert.equal(vault.change, null);
    await assert.rejects(vault.get(ref), isFail('vault.locked'));
    await restart('pw');
    assert.equal((await vault.get(ref))?.reveal(), 'hunter2!');
    assert.equal((await open()).change, null);
  },
  'a daemon that is frozen does not freeze the vault': async () => {
    const vault = await open();
    freezeDaemon();
    await assert.rejects(vault.get(ref), isFail('vault.keeper-changed'));
    assert.equal((await open()).keeper.kind, 'none');
    await restart('pw');
  },
  'with a passphrase named later, the keychain is still asked for what it keeps': async () => {
    const vault = await open(passphraseFile);
    assert.equal(vault.keeper.kind, 'passphrase');
    assert.equal((await vault.get(ref))?.reveal(), 'hunter2!');
    await vault.put('source/src-2/database', new Secret('hunter3!'));
    const back = await open();
    assert.equal(back.keeper.kind, 'keychain');
    assert.equal((await back.get(ref))?.reveal(), 'hunter2!');
    await assert.rejects(back.get('source/src-2/database'), isFail('vault.keeper-changed'));
  },
  'everything can be moved from the keychain to a vault file and be read there without a keychain': async () => {
    const vault = await open(passphraseFile);
    const { moved } = await vault.moveTo(openSealedFile(join(folder, 'vault.json'), passphraseFile));
    assert.equal(moved, 1);
    await stopDaemon();
    const alone = await open(passphraseFile);
    assert.equal((await alone.get(ref))?.reveal(), 'hunter2!');
    assert.equal((await alone.get('source/src-2/database'))?.reveal(), 'hunter3!');
    await startDaemon('pw');
  },
  'another keychain of the same kind is not taken for the old one': async () => {
    const other = newFolder('other');
    const first = await openVault({ folder: other, passphraseFile: undefined });
    await first.put(ref, new Secret('hunter4!'));
    // The keychain is as new: the canary is gone, as with another account's or one that was deleted.
    const index = JSON.parse(readFileSync(join(other, 'vault-index.json'), 'utf8')) as { vaultId: string };
    await (await openKeychain(index.vaultId)).forget('canary');
    const later = await openVault({ folder: other, passphraseFile: undefined });
    assert.deepEqual(later.change, { from: 'keychain', to: 'keychain' });
    await assert.rejects(later.get(ref), isFail('vault.keeper-changed'));
    await later.put(ref, new Secret('hunter5!'));
    assert.equal((await later.get(ref))?.reveal(), 'hunter5!');
  },
  'a secret that was deleted in the keychain itself is told as missing': async () => {
    const third = newFolder('third');
    const vault = await openVault({ folder: third, passphraseFile: undefined });
    await vault.put(ref, new Secret('hunter6!'));
    const index = JSON.parse(readFileSync(join(third, 'vault-index.json'), 'utf8')) as { vaultId: string };
    await (await openKeychain(index.vaultId)).forget(ref);
    await assert.rejects(vault.get(ref), isFail('vault.missing-secret'));
  },
});
await stopDaemon();
