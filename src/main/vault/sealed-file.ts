import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { homeFailure, writePrivateFile } from '../base/private-file.ts';
import { Secret } from '../base/secret.ts';
import type { Keychain } from './keeper.ts';
import { readPassphrase } from './passphrase.ts';
import {
  deriveKeys,
  newHeader,
  readSealed,
  seal,
  unseal,
  writeSealed,
  type Keys,
  type SealedFile,
  type Secrets,
} from './seal.ts';
import { oneAtATime } from './turn.ts';

/**
 * A keeper for machines without a keychain: one 0600 file, sealed by a master passphrase as a whole, so that not even
 * the names in it can be read. The file is made when the first secret comes; the passphrase is read once.
 */
export function openSealedFile(file: string, passphraseFile: string): Keychain {
  const keys = keyRing(passphraseFile);
  // Two changes at once would each write without the other.
  const inTurn = oneAtATime();
  const read = async (): Promise<{ sealed: SealedFile; secrets: Secrets } | undefined> => {
    const sealed = readFile(file);
    if (sealed === undefined) return undefined;
    return { sealed, secrets: unseal(sealed, await keys.derived(sealed.header.derivation)) };
  };
  const change = async (edit: (secrets: Secrets) => Secrets, identity: string | undefined): Promise<void> => {
    const found = await read();
    const header = found?.sealed.header ?? newHeader(identity ?? `vault-${randomBytes(8).toString('hex')}`);
    const named = identity === undefined ? header : { ...header, identity };
    const sealed = seal(named, await keys.derived(named.derivation), edit(found?.secrets ?? {}));
    writePrivateFile(file, writeSealed(sealed));
  };
  return {
    kind: 'passphrase',
    strength: 'Vault file sealed by a master passphrase (scrypt, AES-256-GCM)',
    identity: () =>
      inTurn(() => {
        keys.usable();
        return Promise.resolve(readFile(file)?.header.identity);
      }),
    claim: (id) => inTurn(() => change((secrets) => secrets, id)),
    put: (ref, secret) => inTurn(() => change((secrets) => ({ ...secrets, [ref]: secret.reveal() }), undefined)),
    get: (ref) =>
      inTurn(async () => {
        const secrets = (await read())?.secrets ?? {};
        const text = Object.hasOwn(secrets, ref) ? secrets[ref] : undefined;
        return text === undefined ? undefined : new Secret(text);
      }),
    forget: (ref) =>
      inTurn(async () => {
        const secrets = (await read())?.secrets;
        if (secrets === undefined || !Object.hasOwn(secrets, ref)) return;
        await change((all) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== ref)), undefined);
      }),
  };
}

interface KeyRing {
  /** Fails with `vault.passphrase-unusable`. */
  usable(): void;
  derived(derivation: SealedFile['header']['derivation']): Promise<Keys>;
}

/** Reads the passphrase once, and derives keys once per derivation: it is slow on purpose. */
function keyRing(passphraseFile: string): KeyRing {
  let passphrase: Secret | undefined;
  let keys: Keys | undefined;
  const read = (): Secret => (passphrase ??= readPassphrase(passphraseFile));
  return {
    usable: () => void read(),
    derived: async (derivation) => {
      if (keys?.from !== JSON.stringify(derivation)) keys = await deriveKeys(read(), derivation);
      return keys;
    },
  };
}

function readFile(file: string): SealedFile | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw homeFailure(error, file);
  }
  return readSealed(text);
}
