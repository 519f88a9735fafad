import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as openpgp from 'openpgp';
import { pack } from '../../../src/main/artifact/pack.ts';
import {
  hmacKeyOf,
  newRecoveryKey,
  recoveryKey,
  type RecoveryKey,
} from '../../../src/main/artifact/recovery-secret.ts';
import { passphrasePacketBytes } from '../../../src/main/artifact/passphrase-packet.ts';
import { openSealer } from '../../../src/main/artifact/seal.ts';
import { unpack } from '../../../src/main/artifact/unpack.ts';
import { unseal } from '../../../src/main/artifact/unseal.ts';
import { key } from '../../../src/main/base/key.ts';
import { rangeSizeBytes, type ArtifactFacts } from '../../../src/shared/artifact.ts';
import { Fail } from '../../../src/shared/failure.ts';
import { memoryDestination } from '../../helpers/memory-destination.ts';
import { tempFolder } from '../../helpers/temp.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  // The same memory again and again, as ranges are read.
  const memory = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) yield memory.subarray(0, bytes.copy(memory, 0, at, at + size));
}

const [one, two, three] = [newRecoveryKey(), newRecoveryKey(), newRecoveryKey()];

describe('SV-1 BS-1 What is sealed', () => {
  const raw = randomBytes(300_000);

  test('opens with each of its secrets, byte for byte, and with no other', async () => {
    const sealer = await openSealer({ secrets: [one, two], publicKeys: [] });
    const sealed = await buffer(sealer.seal(inPieces(raw, 65_536)));
    expect(sealed.includes(raw.subarray(0, 64))).toBe(false);
    for (const own of [one, two]) {
      const keyring = { secrets: [three, own] };
      expect((await buffer(unseal(inPieces(sealed, 1000), sealer.facts, keyring))).equals(raw)).toBe(true);
    }
    await expect(buffer(unseal(inPieces(sealed, 1000), sealer.facts, { secrets: [three] }))).rejects.toEqual(
      code('seal.no-key'),
    );
    await expect(buffer(unseal(inPieces(sealed, 1000), sealer.facts, { secrets: [] }))).rejects.toEqual(
      code('seal.no-key'),
    );
  });

  test('names its recipients in the order in which they lie, and nothing twice', async () => {
    const sealer = await openSealer({ secrets: [one, two], publicKeys: [] });
    expect(sealer.facts).toEqual({ method: 'openpgp', keyId: one.keyId, recipients: [one.keyId, two.keyId] });
    const [first, second] = await Promise.all([0, 1].map(() => buffer(sealer.seal(inPieces(raw, 65_536)))));
    expect(first?.length).toBe(second?.length);
    expect(first?.equals(second as Buffer)).toBe(false);
  });

  // Where a length changes its form, and where a part of either frame is just full.
  const partBytes = 2 ** 17;
  test.for([
    0,
    1,
    185,
    186,
    8377,
    8378,
    partBytes - 6,
    partBytes - 5,
    partBytes - 47,
    2 * partBytes,
    3 * partBytes - 70,
  ])('of %i bytes, opens with another program’s reader as well as with ours', async (size) => {
    const bytes = raw.subarray(0, size).length === size ? raw.subarray(0, size) : randomBytes(size);
    const sealer = await openSealer({ secrets: [one], publicKeys: [] });
    const sealed = await buffer(sealer.seal(inPieces(bytes, 10_007)));
    const message = await openpgp.readMessage({ binaryMessage: sealed });
    const { data } = await openpgp.decrypt({ message, passwords: [one.secret.reveal()], format: 'binary' });
    expect(bytes.equals(data)).toBe(true);
    expect((await buffer(unseal(inPieces(sealed, 999), sealer.facts, { secrets: [one] }))).equals(bytes)).toBe(true);
  });

  test('is SEIPDv1 under AES-256, also for public keys that would have it newer', async () => {
    const { publicKey, privateKey } = await openpgp.generateKey({
      type: 'curve25519',
      userIDs: [{ name: 'a team' }],
      format: 'armored',
      config: { aeadProtect: true },
    });
    const sealer = await openSealer({ secrets: [one], publicKeys: [publicKey] });
    const sealed = await buffer(sealer.seal(inPieces(raw, 65_536)));
    const message = await openpgp.readMessage({ binaryMessage: sealed });
    const kinds = message.packets.map((packet) => [packet.constructor.name, (packet as { version?: number }).version]);
    expect(kinds).toEqual([
      ['SymEncryptedSessionKeyPacket', 4],
      ['PublicKeyEncryptedSessionKeyPacket', 3],
      ['SymEncryptedIntegrityProtectedDataPacket', 1],
    ]);
    const keyring = { secrets: [], privateKeys: [privateKey] };
    expect((await buffer(unseal(inPieces(sealed, 65_536), sealer.facts, keyring))).equals(raw)).toBe(true);
    const onlyKey = await openSealer({ secrets: [], publicKeys: [publicKey] });
    const forKey = await buffer(onlyKey.seal(inPieces(raw, 65_536)));
    expect((await buffer(unseal(inPieces(forKey, 65_536), onlyKey.facts, keyring))).equals(raw)).toBe(true);
    await expect(openSealer({ secrets: [], publicKeys: [privateKey] })).rejects.toEqual(code('seal.unusable-key'));
    await expect(openSealer({ secrets: [], publicKeys: ['no key'] })).rejects.toEqual(code('seal.unusable-key'));
  });

  test('no secret makes a session key out of the packet of another', async () => {
    const secrets = Array.from({ length: 8 }, newRecoveryKey);
    const sealer = await openSealer({ secrets, publicKeys: [] });
    // 56 pairs a round, of which one in 85 would look opened: without the check, ten rounds pass once in a hundred.
    for (let round = 0; round < 10; round += 1) {
      const sealed = await buffer(sealer.seal(inPieces(Buffer.from('x'), 1)));
      for (const [place, own] of secrets.entries()) {
        const at = place * passphrasePacketBytes;
        const packet = sealed.subarray(at, at + passphrasePacketBytes);
        const rest = sealed.subarray(secrets.length * passphrasePacketBytes);
        const openers: RecoveryKey[] = [];
        for (const other of secrets) {
          const message = await openpgp.readMessage({ binaryMessage: Buffer.concat([packet, rest]) });
          const opening = openpgp.decryptSessionKeys({ message, passwords: [other.secret.reveal()] });
          await opening.then(
            () => openers.push(other),
            () => {},
          );
        }
        expect(openers).toEqual([own]);
      }
    }
  });
});

describe('A sealed message that was changed', () => {
  const raw = randomBytes(200_000);

  async function opened(change: (sealed: Buffer) => Buffer): Promise<unknown> {
    const sealer = await openSealer({ secrets: [one, two], publicKeys: [] });
    const sealed = change(await buffer(sealer.seal(inPieces(raw, 65_536))));
    const bytes = buffer(unseal(inPieces(sealed, 10_000), sealer.facts, { secrets: [two] }));
    return bytes.then(
      () => 'opened',
      (thrown: unknown) => (thrown instanceof Fail ? thrown.code : thrown),
    );
  }

  test('is refused: bits, cuts, what follows it, two of them, other packets', async () => {
    expect(await opened((sealed) => sealed)).toBe('opened');
    const changes: ((sealed: Buffer) => Buffer)[] = [
      (sealed) => sealed.subarray(0, -1),
      (sealed) => sealed.subarray(0, sealed.length / 2),
      (sealed) => sealed.subarray(0, 2 * passphrasePacketBytes),
      () => Buffer.alloc(0),
      () => Buffer.from('no message at all'),
      (sealed) => Buffer.concat([sealed, Buffer.alloc(7)]),
      (sealed) => Buffer.concat([sealed, sealed]),
      (sealed) => Buffer.concat([sealed, sealed.subarray(0, passphrasePacketBytes)]),
      ...[60, 110, 130, 5_000, 199_000].map((at) => (sealed: Buffer) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] as number) ^ 16;
        return changed;
      }),
    ];
    for (const change of changes) expect(await opened(change), change.toString()).toBe('artifact.unreadable');
  });

  test('what the giver of bytes fails with comes up as it is, both ways', async () => {
    const own = new Error('the disk went away');
    async function* failing(): AsyncGenerator<Buffer> {
      yield randomBytes(100_000);
      throw own;
    }
    const sealer = await openSealer({ secrets: [one], publicKeys: [] });
    await expect(buffer(sealer.seal(failing()))).rejects.toBe(own);
    const sealed = await buffer(sealer.seal(inPieces(raw, 65_536)));
    async function* cut(): AsyncGenerator<Buffer> {
      yield sealed.subarray(0, 150_000);
      throw own;
    }
    await expect(buffer(unseal(cut(), sealer.facts, { secrets: [one] }))).rejects.toBe(own);
  });

  test('who stops reading stops the giver, both ways', async () => {
    const sealer = await openSealer({ secrets: [one], publicKeys: [] });
    const sealed = await buffer(sealer.seal(inPieces(raw, 65_536)));
    for (const use of [
      (bytes: AsyncIterable<Buffer>) => sealer.seal(bytes),
      (bytes: AsyncIterable<Buffer>) => unseal(bytes, sealer.facts, { secrets: [one] }),
    ]) {
      let stopped = false;
      async function* endless(): AsyncGenerator<Buffer> {
        try {
          yield sealed.subarray(0, 150_000);
          for (;;) {
            await new Promise((resolve) => setImmediate(resolve));
            yield sealed.subarray(100_000, 150_000);
          }
        } finally {
          stopped = true;
        }
      }
      const reader = Readable.from(use(endless()));
      for await (const _ of reader) break;
      await expect.poll(() => stopped).toBe(true);
    }
  });
});

describe('A sealed artifact', () => {
  const { signal } = new AbortController();
  const head = { number: 1, name: 'shop', content: 'postgres-custom' } as const;
  const raw = Buffer.concat([randomBytes(900_000), Buffer.alloc(900_000)]);
  const name = key('data', 'set', 'x');

  /** What lies in the place is sealed; what is inside may be anything, and its ranges are right for it. */
  async function placed(inside: Buffer, rawSizeBytes: number) {
    const sealer = await openSealer({ secrets: [one, two], publicKeys: [] });
    const bytes = await buffer(sealer.seal(inPieces(inside, 65_536)));
    const place = memoryDestination();
    place.files.set(name, bytes);
    const facts: ArtifactFacts = {
      name: '01-database.pgdump.zst.gpg',
      content: 'postgres-custom',
      coding: ['zstd', 'openpgp'],
      sizeBytes: bytes.length,
      rawSizeBytes,
      rangeSizeBytes,
      ranges: [createHash('sha256').update(bytes).digest('hex')],
    };
    return { place, facts, sealing: sealer.facts };
  }

  async function read(made: Awaited<ReturnType<typeof placed>>, secrets = [two]): Promise<[number, string]> {
    let count = 0;
    try {
      const opener = { sealing: made.sealing, keyring: { secrets } };
      for await (const chunk of unpack(made.place, name, made.facts, { signal, opener }))
        count += (chunk as Buffer).length;
      return [count, 'whole'];
    } catch (thrown) {
      return [count, thrown instanceof Fail ? thrown.code : String(thrown)];
    }
  }

  test('comes out as it was packed', async () => {
    const sealer = await openSealer({ secrets: [one], publicKeys: [] });
    const { facts, file } = await pack(head, Readable.from([raw]), tempFolder('spool'), { signal, sealer });
    expect(facts.name).toBe('01-database.pgdump.zst.gpg');
    expect(facts.coding).toEqual(['zstd', 'openpgp']);
    expect(facts.sizeBytes).toBe(readFileSync(file).length);
    const place = memoryDestination();
    place.files.set(name, readFileSync(file));
    expect(await read({ place, facts, sealing: sealer.facts }, [one])).toEqual([raw.length, 'whole']);
  });

  test('without a key of its recipients no byte of it is read', async () => {
    const made = await placed(zstdCompressSync(raw), raw.length);
    made.place.get = () => Promise.reject(new Error('read'));
    expect(await read(made, [three])).toEqual([0, 'seal.no-key']);
  });

  test.each<[string, (stored: Buffer) => Buffer]>([
    ['no zstd', () => randomBytes(1000)],
    ['nothing', () => Buffer.alloc(0)],
    ['half a frame', (frame) => frame.subarray(0, frame.length / 2)],
    ['two frames', (frame) => Buffer.concat([frame, frame])],
    ['something after the frame', (frame) => Buffer.concat([frame, Buffer.alloc(3)])],
    ['much after the frame', (frame) => Buffer.concat([frame, randomBytes(3_000_000)])],
    ['a bomb', () => zstdCompressSync(Buffer.alloc(200 * 1024 * 1024))],
  ])('sealed well, but not one zstd frame: %s', async (_name, inside) => {
    const frame = zstdCompressSync(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    expect((await read(await placed(inside(frame), raw.length)))[1]).toBe('artifact.unreadable');
  });

  test('a range that was changed is told before a byte of it is unsealed', async () => {
    const made = await placed(zstdCompressSync(raw), raw.length);
    const bytes = made.place.files.get(name) as Buffer;
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
    expect(await read(made)).toEqual([0, 'artifact.tampered']);
  });

  test('a body that fails, and a cancel, leave no file', async () => {
    const sealer = await openSealer({ secrets: [one], publicKeys: [] });
    const spool = tempFolder('spool');
    const own = new Error('the dump broke');
    async function* failing(): AsyncGenerator<Buffer> {
      yield randomBytes(2_000_000);
      throw own;
    }
    await expect(pack(head, Readable.from(failing()), spool, { signal, sealer })).rejects.toBe(own);
    const aborter = new AbortController();
    async function* cancelled(): AsyncGenerator<Buffer> {
      for (;;) {
        yield randomBytes(2_000_000);
        aborter.abort(own);
      }
    }
    await expect(pack(head, Readable.from(cancelled()), spool, { signal: aborter.signal, sealer })).rejects.toBe(own);
    expect(readdirSync(spool)).toEqual([]);
  });
});

describe('A recovery secret', () => {
  test('is 256 bits, and what is derived from it is fixed for ever', () => {
    // Computed by HKDF as RFC 5869 writes it, in another language.
    const fixed = recoveryKey('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
    expect(fixed.keyId).toBe('secret-ee752d14c31bfa5d');
    expect(hmacKeyOf(fixed).toString('hex')).toBe('c068107502ba27fc629742e10f9472666f26cbaab707e356447a35c7ab682e86');
    expect(new Set([one, two, three].map(({ secret }) => secret.reveal())).size).toBe(3);
    expect(one.secret.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(one)).not.toContain(one.secret.reveal());
  });

  test('may be typed in groups and rows, in any case', () => {
    const text = one.secret.reveal().toUpperCase();
    const rows = text.replaceAll(/(.{4})(.{4})/g, '$1-$2\n');
    expect(recoveryKey(` ${rows} `).keyId).toBe(one.keyId);
    for (const wrong of ['', text.slice(1), `${text}0`, text.replace(/^./, 'g'), 'ä'.repeat(64)]) {
      expect(() => recoveryKey(wrong)).toThrow(code('kit.unreadable'));
    }
    expect(createHash('sha256').update(one.secret.reveal()).digest('hex')).not.toContain(one.keyId.slice(7));
  });
});
