import type { Secret } from '../base/secret.ts';

/**
 * Who keeps secrets. `test/contract/vault.suite.ts` holds every sentence here against every keeper.
 * Calls fail with `vault.locked`, `vault.unavailable`, `vault.wrong-passphrase` or `vault.corrupt`; never with the
 * secret in the message.
 */
export interface Keychain {
  readonly kind: 'keychain' | 'passphrase';
  /** How well it keeps, in words for a person. */
  readonly strength: string;
  /**
   * The id that {@link claim} left; undefined where this keeper was never claimed. It tells a keeper from another one
   * of the same kind (a keychain of another account, a vault file that was made anew).
   */
  identity(): Promise<string | undefined>;
  /** Leaves an id to be recognised by, in place of an earlier one. */
  claim(id: string): Promise<void>;
  /** Replaces what was under `ref`. Kept when this resolves. */
  put(ref: string, secret: Secret): Promise<void>;
  /** Undefined where nothing is kept under `ref`. */
  get(ref: string): Promise<Secret | undefined>;
  /** Forgetting what is not kept is not an error. */
  forget(ref: string): Promise<void>;
}
