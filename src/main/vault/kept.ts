import { readFileSync } from 'node:fs';
import { Fail } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';
import { homeFailure, writePrivateFile } from '../base/private-file.ts';

const Kept = z.strictObject({
  format: z.literal('holdfast.vault-index'),
  version: z.literal(1),
  /** Part of every account name in an OS keychain, so that two data folders never share an entry. */
  vaultId: z.string().check(z.regex(/^[a-z0-9-]{1,64}$/)),
  /** Every keeper that was ever used, by the id it was claimed with. */
  keepers: z.record(z.string(), z.enum(['keychain', 'passphrase'])),
  /** The keeper that was in use when the vault was last opened; null where none answered. */
  current: z.nullable(z.string()),
  /** Which keepers hold a secret. The first has the one that counts; others have what was there before a move. */
  secrets: z.record(z.string(), z.array(z.string()).check(z.minLength(1))),
});
/** What is kept where: names only, no secrets. */
export type Kept = z.output<typeof Kept>;

export function nothingKept(vaultId: string): Kept {
  return { format: 'holdfast.vault-index', version: 1, vaultId, keepers: {}, current: null, secrets: {} };
}

/** Undefined where there is no index yet. Fails with `vault.corrupt`. */
export function readKept(file: string): Kept | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw homeFailure(error, file);
  }
  try {
    return z.parse(Kept, JSON.parse(text));
  } catch {
    throw new Fail('vault.corrupt', `The list of saved passwords, ${file}, is damaged.`, {
      hint: 'Put a copy of it back, or move it away: saved passwords are then looked for where they would be kept now.',
    });
  }
}

export function writeKept(file: string, kept: Kept): void {
  writePrivateFile(file, `${JSON.stringify(kept, null, 2)}\n`);
}
