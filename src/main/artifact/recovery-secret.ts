/** The recovery secret of a place: 256 random bits that open everything sealed for it, and that a printed kit carries. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { Fail } from '../../shared/failure.ts';
import { Secret } from '../base/secret.ts';

/** A recovery secret and the name it is known by in manifests. */
export interface RecoveryKey {
  /** `secret-` and 16 hexadecimal digits; says nothing about the secret. */
  keyId: string;
  /** 64 lower-case hexadecimal digits: this very text is the passphrase for `gpg -d`. */
  secret: Secret;
}

const form = /^[0-9a-f]{64}$/;
const keyIdContext = 'holdfast v1 recovery key id';
const hmacContext = 'holdfast v1 manifest hmac';

export function newRecoveryKey(): RecoveryKey {
  return recoveryKey(randomBytes(32).toString('hex'));
}

/**
 * The key of a secret as a person gives it: upper case, blanks, line ends and dashes do not matter.
 * @throws Fail kit.unreadable; its message never quotes what was given.
 */
export function recoveryKey(given: string): RecoveryKey {
  const text = given.toLowerCase().replaceAll(/[\s-]+/g, '');
  if (!form.test(text))
    throw new Fail('kit.unreadable', `A recovery secret has 64 digits of 0-9 and a-f; this has ${text.length}.`);
  return { keyId: `secret-${derive(text, keyIdContext, 8).toString('hex')}`, secret: new Secret(text) };
}

/** The key under which the manifests of a place are authenticated. */
export const hmacKeyOf = ({ secret }: RecoveryKey): Buffer => derive(secret.reveal(), hmacContext, 32);

/** HKDF-SHA-256 without salt: the secret is random already, and only the context tells its uses apart. */
function derive(secret: string, context: string, lengthBytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'hex'), Buffer.alloc(0), context, lengthBytes));
}
