import { DraftId } from '../id.ts';
import { z } from '../schema.ts';

/** A secret on its way in. It goes to the vault (or to one job) and never comes back over this contract. */
export const SecretText = z.string().check(z.minLength(1), z.maxLength(4096));

export const PrivateKeyText = z.string().check(z.minLength(1), z.maxLength(65_536));

/** Passwords of a server, by what they open. */
export const SecretsIn = z.strictObject({
  database: z.optional(SecretText),
  tunnel: z.optional(SecretText),
  jump: z.optional(SecretText),
  /** Takes the password that `source.read` found; one given here by name wins. */
  draft: z.optional(DraftId),
  /** The digits of a recovery kit, instead of what the vault has: what they open is shown to be open to whoever holds the page. */
  kit: z.optional(SecretText),
  /** An armored OpenPGP private key without a passphrase, for what is sealed for its public key. */
  privateKey: z.optional(PrivateKeyText),
});
export type SecretsIn = z.output<typeof SecretsIn>;
