import type * as Library from 'keytar';
import { Fail } from '../../shared/failure.ts';
import { Secret } from '../base/secret.ts';
import type { Keychain } from './keeper.ts';

const service = 'holdfast';
const canary = 'canary';

/**
 * The operating system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service (GNOME Keyring,
 * KWallet, KeePassXC) elsewhere. Accounts are `<vaultId>/<ref>`, so that two data folders never share an entry.
 * The library is loaded here and not before: a machine without a keychain, or without its binary, works all the same.
 */
export async function openKeychain(vaultId: string): Promise<Keychain> {
  const { AsyncEntry } = await loadLibrary();
  const entry = (ref: string): Library.AsyncEntry =>
    // Left to itself the library falls back to the kernel's key ring on Linux, which forgets everything at a reboot.
    new AsyncEntry(service, `${vaultId}/${ref}`, { linux: { store: 'secret-service' } });
  const get = async (ref: string): Promise<Secret | undefined> => {
    const text = await told(() => entry(ref).getPassword());
    return text === null || text === undefined ? undefined : new Secret(text);
  };
  const put = async (ref: string, secret: Secret): Promise<void> => {
    await told(() => entry(ref).setPassword(secret.reveal()));
  };
  return {
    kind: 'keychain',
    strength: strengthHere(),
    identity: async () => (await get(canary))?.reveal(),
    claim: (id) => put(canary, new Secret(id)),
    put,
    get,
    forget: async (ref) => {
      await told(() => entry(ref).deletePassword());
    },
  };
}

async function loadLibrary(): Promise<typeof Library> {
  try {
    return await import('keytar');
  } catch (error) {
    throw new Fail('vault.unavailable', 'The keychain library cannot be loaded on this machine.', { cause: error });
  }
}

function strengthHere(): string {
  if (process.platform === 'darwin') return 'macOS Keychain, unlocked with your login';
  if (process.platform === 'win32') return 'Windows Credential Manager, unlocked with your login';
  return 'Secret Service of your desktop, unlocked with your login';
}

/** Runs one call of the library; what it throws has no code of its own, only words. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    // Seen with GNOME Keyring: a locked collection asks by a dialog; closed or impossible to show, it is "dismissed".
    if (/\blocked\b|dismissed|interaction is not allowed/i.test(words)) {
      throw new Fail('vault.locked', 'The OS keychain is locked.', { cause: error });
    }
    throw new Fail('vault.unavailable', 'The OS keychain does not answer.', { cause: error });
  }
}
