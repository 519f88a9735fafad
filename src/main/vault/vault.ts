/**
 * Secrets by reference. The vault chooses who keeps them and remembers who kept what; it never keeps one itself, and
 * never lets one be kept as plain text.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Fail } from '../../shared/failure.ts';
import type { Secret } from '../base/secret.ts';
import { Desk } from './desk.ts';
import type { Keychain } from './keeper.ts';
import { openKeychain } from './keychain.ts';
import { nothingKept, readKept } from './kept.ts';
import { openSealedFile } from './sealed-file.ts';
import { oneAtATime } from './turn.ts';

export interface VaultOptions {
  /** The data folder. */
  folder: string;
  /** HOLDFAST_PASSPHRASE_FILE; where it is named, no keychain is asked to keep anything. */
  passphraseFile: string | undefined;
  /** A second place for the vault's id, should the index be lost. */
  meta?: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** The OS keychain as this machine has it. */
  probeKeychain?: (vaultId: string) => Promise<Keychain>;
}

export interface Vault {
  /** Who keeps what comes next, and how well; `trouble` is why nothing can be kept or read just now. */
  readonly keeper: { kind: 'keychain' | 'passphrase' | 'none'; detail: string; trouble: Fail | null };
  /**
   * Set when another keeper (or none) answered than the last time, by their kinds. Told once per change. Nothing is
   * deleted because of it: what the earlier keeper holds is read from there while it answers.
   */
  readonly change: { from: string; to: string } | null;
  /** Keeps a secret under a reference, in place of the one before. Fails with `vault.unavailable`, `vault.locked` and the like. */
  put(ref: string, secret: Secret): Promise<void>;
  /**
   * The secret; undefined where none was ever put or it was forgotten. Fails with `vault.keeper-changed` where its
   * keeper cannot be reached any more, `vault.missing-secret` where the keeper has lost it.
   */
  get(ref: string): Promise<Secret | undefined>;
  /** Takes a secret from every keeper that has it. Fails where one of them cannot be reached; it is remembered there. */
  forget(ref: string): Promise<void>;
  /** The references of everything that is kept, sorted. */
  refs(): string[];
  /**
   * Gives every secret to another keeper: all are copied and read back before the first counts there. The earlier
   * copies stay until they are forgotten. When it fails, everything is where it was.
   */
  moveTo(keeper: Keychain): Promise<{ moved: number }>;
}

const idKey = 'vault.id';
/** A reference has two parts at least, so that none is ever taken for a keeper's own mark. */
const refForm = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){1,4}$/;

/**
 * Opens the vault of a data folder. It opens without any keeper too: what needs no secret keeps working.
 * Fails with `vault.corrupt` where the index cannot be read.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { folder, passphraseFile, meta, probeKeychain = openKeychain } = options;
  const indexFile = path.join(folder, 'vault-index.json');
  const kept = readKept(indexFile) ?? nothingKept(meta?.get(idKey) ?? `vault-${randomBytes(10).toString('hex')}`);
  meta?.set(idKey, kept.vaultId);
  const desk = new Desk(indexFile, kept, {
    keychain: () => probeKeychain(kept.vaultId),
    sealedFile:
      passphraseFile === undefined ? undefined : openSealedFile(path.join(folder, 'vault.json'), passphraseFile),
  });
  const id = await desk.choose();
  // Behind a trouble that may pass (a lock) stands the same keeper as ever.
  const change = desk.trouble === null || desk.chosen === undefined ? desk.noteChange(id) : null;
  // The list and the keepers have to agree.
  const inTurn = oneAtATime();
  return {
    get keeper(): Vault['keeper'] {
      const { chosen, trouble } = desk;
      return { kind: chosen?.kind ?? 'none', detail: detailOf(chosen, trouble), trouble };
    },
    change,
    put: (ref, secret) => inTurn(() => desk.put(named(ref), secret)),
    get: (ref) => inTurn(() => desk.get(named(ref))),
    forget: (ref) => inTurn(() => desk.forget(named(ref))),
    refs: () => Object.keys(desk.kept.secrets).toSorted(),
    moveTo: (keeper) => inTurn(() => desk.moveTo(keeper)),
  };
}

function detailOf(chosen: Keychain | undefined, trouble: Fail | null): string {
  const who = chosen?.strength ?? 'No keeper of secrets';
  return trouble === null ? who : `${who}: ${trouble.message}`;
}

function named(ref: string): string {
  if (!refForm.test(ref)) throw new TypeError(`${JSON.stringify(ref)} cannot be the name of a secret.`);
  return ref;
}
