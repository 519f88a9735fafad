import { Fail } from '../../../src/shared/failure.ts';
import { Secret } from '../../../src/main/base/secret.ts';
import type { Keychain } from '../../../src/main/vault/keeper.ts';

/** What a keeper holds, and how it is today. */
export interface Store {
  secrets: Map<string, string>;
  state: 'open' | 'locked' | 'gone' | 'forgetful';
}

export const newStore = (): Store => ({ secrets: new Map(), state: 'open' });

/** A keychain in memory. It keeps the promises of `test/contract/vault.suite.ts`, and can be locked or taken away. */
export function memoryKeeper(store: Store, kind: Keychain['kind'] = 'keychain'): Keychain {
  const opened = (): Map<string, string> => {
    if (store.state === 'locked') throw new Fail('vault.locked', 'Locked.');
    if (store.state === 'gone') throw new Fail('vault.unavailable', 'Gone.');
    return store.secrets;
  };
  const get = async (ref: string): Promise<Secret | undefined> => {
    const text = opened().get(ref);
    return await Promise.resolve(text === undefined ? undefined : new Secret(text));
  };
  const put = async (ref: string, secret: Secret): Promise<void> => {
    const secrets = opened();
    if (store.state !== 'forgetful') secrets.set(ref, secret.reveal());
    await Promise.resolve();
  };
  return {
    kind,
    strength: 'a keychain in memory',
    identity: async () => (await get('canary'))?.reveal(),
    claim: (id) => put('canary', new Secret(id)),
    put,
    get,
    forget: async (ref) => {
      opened().delete(ref);
      await Promise.resolve();
    },
  };
}
