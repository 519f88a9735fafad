/** Sealed artifacts and gpg as Debian has it: the recipes of docs/format.md, and what gpg says to damage. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { pack } from '../../src/main/artifact/pack.ts';
import { newRecoveryKey, type RecoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { passphrasePacketBytes } from '../../src/main/artifact/passphrase-packet.ts';
import { openSealer } from '../../src/main/artifact/seal.ts';
import { unpack } from '../../src/main/artifact/unpack.ts';
import { key } from '../../src/main/base/key.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import { tempFolder } from '../helpers/temp.ts';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';

const { signal } = new AbortController();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.runIf(hasGpg)('BS-1 SV-1 A sealed file and gpg', () => {
  const gpg = gpgHome();
  const secrets = [newRecoveryKey(), newRecoveryKey(), newRecoveryKey()];
  const body = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(3_000_000, 'rows and rows')]);

  async function sealed(publicKeys: string[] = [], forSecrets: readonly RecoveryKey[] = secrets) {
    const sealer = await openSealer({ secrets: forSecrets, publicKeys });
    const folder = tempFolder('sealed');
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    const head = { number: 1, name: 'shop', content: 'postgres-custom' } as const;
    const pieces = Readable.from([body.subarray(0, 1_000_000), body.subarray(1_000_000)]);
    const { facts, file } = await pack(head, pieces, join(folder, 'data'), { signal, sealer });
    return { sealer, folder, facts, file };
  }

  const opened = (file: string, place: number, secret: RecoveryKey) =>
    gpg.run(`tail -c +${place * passphrasePacketBytes + 1} ${file} | ${gpg.decrypt(secret.secret.reveal())} | zstd -d`);

  test('each secret opens it at its place in the order, and at no other', async () => {
    const { file, facts } = await sealed();
    expect(facts).toMatchObject({
      name: '01-database.pgdump.zst.gpg',
      coding: ['zstd', 'openpgp'],
      rawSizeBytes: 6_000_000,
    });
    for (const [place, secret] of secrets.entries()) {
      const { status, stdout } = opened(file, place, secret);
      expect(status).toBe(0);
      expect(sha256(stdout)).toBe(sha256(body));
      const elsewhere = opened(file, (place + 1) % 3, secret);
      expect(elsewhere.status).not.toBe(0);
      expect(elsewhere.stdout.length).toBe(0);
    }
  });

  test('with one secret, gpg -d alone does', async () => {
    const { file } = await sealed([], secrets.slice(0, 1));
    const { status, stdout } = gpg.run(`${gpg.decrypt(secrets[0]?.secret.reveal() as string)} ${file} | zstd -d`);
    expect([status, sha256(stdout)]).toEqual([0, sha256(body)]);
  });

  test('BD-7 a key of gpg opens it, beside secrets and without any', async () => {
    const team = gpg.newKey('team@example.org');
    for (const forSecrets of [secrets, []]) {
      const { file, sealer, facts, folder } = await sealed([team.publicKey], forSecrets);
      expect(sealer.facts.recipients.at(-1)).toBe(`key-${team.fingerprint}`);
      const { status, stdout } = gpg.run(
        `tail -c +${forSecrets.length * passphrasePacketBytes + 1} ${file} | gpg --batch -d | zstd -d`,
      );
      expect([status, sha256(stdout)]).toEqual([0, sha256(body)]);
      // And Holdfast with the private key that gpg made.
      const opener = { sealing: sealer.facts, keyring: { secrets: [], privateKeys: [team.privateKey] } };
      const place = folderDestination(folder);
      const parts: Buffer[] = [];
      for await (const part of unpack(place, key('data', facts.name), facts, { signal, opener }))
        parts.push(part as Buffer);
      expect(sha256(Buffer.concat(parts))).toBe(sha256(body));
    }
  });

  test('gpg tells damage: a bit, a cut', async () => {
    const { file } = await sealed();
    const bytes = readFileSync(file);
    const flipped = Buffer.from(bytes);
    flipped[1_500_000] = (flipped[1_500_000] as number) ^ 1;
    for (const changed of [flipped, bytes.subarray(0, -1), bytes.subarray(0, 2_000_000)]) {
      rmSync(file);
      writeFileSync(file, changed);
      const { status } = gpg.run(`${gpg.decrypt(secrets[0]?.secret.reveal() as string)} ${file} > ${gpg.folder}/out`);
      expect(status).toBe(2);
    }
  });
});
