import { randomBytes } from 'node:crypto';
import { Fail } from '../../shared/failure.ts';
import type { Secret } from '../base/secret.ts';
import type { Keychain } from './keeper.ts';
import { writeKept, type Kept } from './kept.ts';

/** How the keepers of this machine are opened. */
export interface Keepers {
  keychain(): Promise<Keychain>;
  /** Undefined where no passphrase is named. */
  sealedFile: Keychain | undefined;
}

/** Who sits at the vault: the chosen keeper, those that may still answer, and the list of what is where. */
export class Desk {
  kept: Kept;
  chosen: Keychain | undefined;
  /** Why nothing can be kept just now. */
  trouble: Fail | null = null;
  readonly #indexFile: string;
  readonly #keepers: Keepers;

  constructor(indexFile: string, kept: Kept, keepers: Keepers) {
    this.#indexFile = indexFile;
    this.kept = kept;
    this.#keepers = keepers;
  }

  /** Finds the keeper of this machine and sees whether it answers. Its id, undefined where it has none yet or does not answer. */
  async choose(): Promise<string | undefined> {
    try {
      this.trouble = null;
      this.chosen = this.#keepers.sealedFile ?? (await this.#keepers.keychain());
      // A keychain that does not keep what it is given has to be known now. A vault file begins with its first secret.
      return this.chosen.kind === 'keychain' ? await this.#idOf(this.chosen) : await this.#knownId(this.chosen);
    } catch (error) {
      if (!(error instanceof Fail)) throw error;
      this.trouble = error;
      if (error.code === 'vault.unavailable') this.chosen = undefined;
      return undefined;
    }
  }

  /**
   * Compares who was chosen with who was there last, and remembers it.
   * @param id as {@link choose} gave it.
   */
  noteChange(id: string | undefined): { from: string; to: string } | null {
    const before = this.kept.current;
    const now = id ?? (this.chosen === undefined ? null : `new-${this.chosen.kind}`);
    if (now === before) return null;
    const anythingKept = Object.keys(this.kept.secrets).length > 0;
    if (anythingKept || now !== null) this.#write({ ...this.kept, current: now });
    if (!anythingKept) return null;
    return { from: this.#kindOf(before), to: this.chosen?.kind ?? 'none' };
  }

  async put(ref: string, secret: Secret): Promise<void> {
    const keeper = await this.#chosenNow();
    const id = await this.#idOf(keeper);
    await keeper.put(ref, secret);
    this.#nowKeptBy(id, [ref]);
  }

  async get(ref: string): Promise<Secret | undefined> {
    const holder = this.kept.secrets[ref]?.[0];
    if (holder === undefined) return await this.#find(ref);
    const secret = await (await this.#holder(holder)).get(ref);
    if (secret === undefined) throw new Fail('vault.missing-secret', 'The keeper of secrets has lost this one.');
    return secret;
  }

  async forget(ref: string): Promise<void> {
    const left: string[] = [];
    let failure: unknown;
    for (const id of this.kept.secrets[ref] ?? []) {
      try {
        await (await this.#holder(id)).forget(ref);
      } catch (error) {
        left.push(id);
        failure ??= error;
      }
    }
    const { [ref]: _gone, ...others } = this.kept.secrets;
    this.#write({ ...this.kept, secrets: left.length === 0 ? others : { ...others, [ref]: left } });
    if (left.length > 0) throw failure;
  }

  async moveTo(keeper: Keychain): Promise<{ moved: number }> {
    const id = await this.#idOf(keeper);
    const refs = Object.keys(this.kept.secrets).filter((ref) => this.kept.secrets[ref]?.[0] !== id);
    const copied: string[] = [];
    try {
      for (const ref of refs) {
        const secret = await this.get(ref);
        if (secret === undefined) continue;
        copied.push(ref);
        await keeper.put(ref, secret);
        const back = await keeper.get(ref);
        if (back?.reveal() !== secret.reveal())
          throw new Fail('vault.unavailable', 'The new keeper did not give back what it was given.');
      }
    } catch (error) {
      const strays = copied.filter((ref) => !this.kept.secrets[ref]?.includes(id));
      await Promise.allSettled(strays.map((ref) => keeper.forget(ref)));
      throw error;
    }
    this.chosen = keeper;
    this.trouble = null;
    this.kept = { ...this.kept, current: id };
    this.#nowKeptBy(id, copied);
    return { moved: copied.length };
  }

  /** A secret that the index does not know: the index may be younger than the keeper. */
  async #find(ref: string): Promise<Secret | undefined> {
    const keeper = await this.#chosenNow();
    const id = await this.#knownId(keeper);
    if (id === undefined) return undefined;
    const secret = await keeper.get(ref);
    if (secret !== undefined) this.#nowKeptBy(id, [ref]);
    return secret;
  }

  /** The chosen keeper, looked for again where none answered before: a keychain can be unlocked or started meanwhile. */
  async #chosenNow(): Promise<Keychain> {
    if (this.chosen === undefined || this.trouble !== null) await this.choose();
    if (this.trouble !== null) throw this.trouble;
    if (this.chosen === undefined) throw new Fail('vault.unavailable', 'No keeper of secrets answers on this machine.');
    return this.chosen;
  }

  /** The keeper with this id, if it is still within reach. */
  async #holder(id: string): Promise<Keychain> {
    const kind = this.kept.keepers[id];
    let keeper: Keychain | undefined;
    let found: string | undefined;
    try {
      keeper = await this.#ofKind(kind);
      found = await keeper?.identity();
    } catch (error) {
      if (!(error instanceof Fail) || error.code !== 'vault.unavailable') throw error;
      throw changed(`This secret is kept by ${keeperWords(kind)}, which does not answer now.`, error);
    }
    if (keeper === undefined) throw changed(`This secret is kept by ${keeperWords(kind)}, which is not in use now.`);
    if (found !== id)
      throw changed(`This secret was kept by ${keeperWords(kind)}, and another one is in its place now.`);
    return keeper;
  }

  async #ofKind(kind: Keychain['kind'] | undefined): Promise<Keychain | undefined> {
    if (kind === undefined) return undefined;
    if (this.chosen?.kind === kind) return this.chosen;
    return kind === 'passphrase' ? this.#keepers.sealedFile : await this.#keepers.keychain();
  }

  /** The keeper's id, where it has one; a keeper that the index does not know yet is written down. */
  async #knownId(keeper: Keychain): Promise<string | undefined> {
    const id = await keeper.identity();
    if (id !== undefined && this.kept.keepers[id] === undefined) this.#introduce(id, keeper);
    return id;
  }

  /** The keeper's id; a keeper without one gets it. */
  async #idOf(keeper: Keychain): Promise<string> {
    const known = await this.#knownId(keeper);
    if (known !== undefined) return known;
    const id = `keeper-${randomBytes(8).toString('hex')}`;
    await keeper.claim(id);
    if ((await keeper.identity()) !== id) {
      throw new Fail('vault.unavailable', 'The keeper of secrets does not give back what it was given.');
    }
    this.#introduce(id, keeper);
    return id;
  }

  #introduce(id: string, keeper: Keychain): void {
    this.#write({ ...this.kept, keepers: { ...this.kept.keepers, [id]: keeper.kind } });
  }

  #nowKeptBy(id: string, refs: readonly string[]): void {
    const moved = refs.map((ref) => [ref, [id, ...(this.kept.secrets[ref] ?? []).filter((other) => other !== id)]]);
    this.#write({ ...this.kept, current: id, secrets: { ...this.kept.secrets, ...Object.fromEntries(moved) } });
  }

  #write(next: Kept): void {
    writeKept(this.#indexFile, next);
    this.kept = next;
  }

  #kindOf(current: string | null): string {
    if (current === null) return 'none';
    return this.kept.keepers[current] ?? current.replace(/^new-/, '');
  }
}

function keeperWords(kind: Keychain['kind'] | undefined): string {
  return kind === 'passphrase' ? 'a vault file with a master passphrase' : 'the OS keychain';
}

function changed(message: string, cause?: Fail): Fail {
  return new Fail('vault.keeper-changed', message, { cause });
}
