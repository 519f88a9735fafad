/** How the vault file is sealed: scrypt and AES-256-GCM. Nothing here touches a disk. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { Fail } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';
import type { Secret } from '../base/secret.ts';

const Base64 = z.string().check(z.maxLength(8 * 1024 * 1024), z.regex(/^[A-Za-z0-9+/]*={0,2}$/));

/** Parameters come from a file: unbounded, they could ask for any amount of memory and time. */
const maxMemoryBytes = 512 * 1024 * 1024;
const Derivation = z
  .strictObject({
    name: z.literal('scrypt'),
    N: z.int().check(
      z.gte(2 ** 14),
      z.lte(2 ** 20),
      z.refine((n) => (n & (n - 1)) === 0),
    ),
    r: z.int().check(z.gte(1), z.lte(32)),
    p: z.int().check(z.gte(1), z.lte(8)),
    salt: Base64.check(z.length(24)),
  })
  .check(z.refine(({ N, r, p }) => 128 * N * r * p <= maxMemoryBytes));
export type Derivation = z.output<typeof Derivation>;

const Header = z.strictObject({
  format: z.literal('holdfast.vault'),
  version: z.literal(1),
  /** Tells this vault from any other; not a secret. */
  identity: z.string().check(z.regex(/^[a-z0-9-]{1,64}$/)),
  derivation: Derivation,
});
export type Header = z.output<typeof Header>;

const SealedFile = z.strictObject({
  header: Header,
  /** HMAC of the header under the derived key: tells a wrong passphrase from a damaged file. */
  check: Base64,
  nonce: Base64,
  tag: Base64,
  content: Base64,
  /** SHA-256 of the rest: damage is seen before the passphrase is blamed for it. */
  sum: z.string(),
});
export type SealedFile = z.output<typeof SealedFile>;

const Secrets = z.record(z.string(), z.string());
export type Secrets = z.output<typeof Secrets>;

export interface Keys {
  /** The derivation that these keys came from. */
  from: string;
  check: Buffer;
  content: Buffer;
}

export function newHeader(identity: string): Header {
  // 128 MiB and about a third of a second on a laptop: a guess costs as much as an unlock.
  const derivation = { name: 'scrypt' as const, N: 2 ** 17, r: 8, p: 1, salt: randomBytes(16).toString('base64') };
  return { format: 'holdfast.vault', version: 1, identity, derivation };
}

export function deriveKeys(passphrase: Secret, derivation: Derivation): Promise<Keys> {
  const { N, r, p, salt } = derivation;
  const options = { N, r, p, maxmem: maxMemoryBytes + 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(passphrase.reveal()), Buffer.from(salt, 'base64'), 64, options, (error, key) => {
      if (error === null)
        resolve({ from: JSON.stringify(derivation), check: key.subarray(0, 32), content: key.subarray(32) });
      else reject(error);
    });
  });
}

/** A new nonce every time, so the same content never looks the same. */
export function seal(header: Header, keys: Keys, secrets: Secrets): SealedFile {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keys.content, nonce);
  cipher.setAAD(Buffer.from(JSON.stringify(header)));
  const content = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  const body = {
    header,
    check: checkOf(header, keys).toString('base64'),
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    content: content.toString('base64'),
  };
  return { ...body, sum: sumOf(body) };
}

/** Fails with `vault.wrong-passphrase` or, where the bytes are not the ones that were sealed, `vault.corrupt`. */
export function unseal(file: SealedFile, keys: Keys): Secrets {
  if (!timingSafeEqual(digest(Buffer.from(file.check, 'base64')), digest(checkOf(file.header, keys)))) {
    throw new Fail('vault.wrong-passphrase', 'The passphrase does not open this vault.');
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.content, Buffer.from(file.nonce, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(JSON.stringify(file.header)));
    decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
    const text = Buffer.concat([decipher.update(Buffer.from(file.content, 'base64')), decipher.final()]).toString(
      'utf8',
    );
    return z.parse(Secrets, JSON.parse(text));
  } catch {
    // Without a cause: it could quote what was inside.
    throw new Fail('vault.corrupt', 'The vault file is damaged.');
  }
}

/** The file of a text, its form and sum checked, nothing opened. Fails with `vault.corrupt`. */
export function readSealed(text: string): SealedFile {
  try {
    const file = z.parse(SealedFile, JSON.parse(text));
    const { sum, ...body } = file;
    if (writeSealed(file) === text && sumOf(body) === sum) return file;
  } catch {
    // Told below, the same way for every kind of damage.
  }
  throw new Fail('vault.corrupt', 'The vault file is damaged.');
}

/** The one text of a sealed file. */
export function writeSealed({ header, check, nonce, tag, content, sum }: SealedFile): string {
  const { format, version, identity, derivation } = header;
  const { name, N, r, p, salt } = derivation;
  const ordered = {
    header: { format, version, identity, derivation: { name, N, r, p, salt } },
    check,
    nonce,
    tag,
    content,
    sum,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function checkOf(header: Header, keys: Keys): Buffer {
  return createHmac('sha256', keys.check).update(JSON.stringify(header)).digest();
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function sumOf({ header, check, nonce, tag, content }: Omit<SealedFile, 'sum'>): string {
  return digest(Buffer.from(JSON.stringify([header, check, nonce, tag, content]))).toString('hex');
}
