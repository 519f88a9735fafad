/** Sealed backups as they were written when sealing was released: read for ever, by Holdfast and by gpg. */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { restoreHelp } from '../../src/main/artifact/help.ts';
import { openInventory } from '../../src/main/artifact/inventory.ts';
import { readManifest } from '../../src/main/artifact/manifest.ts';
import { recoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { passphrasePacketBytes } from '../../src/main/artifact/passphrase-packet.ts';
import { dataKey, listSets, manifestKey } from '../../src/main/artifact/set.ts';
import { unpack } from '../../src/main/artifact/unpack.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';
import { tempFolder } from '../helpers/temp.ts';

interface SealedSet {
  backupId: BackupId;
  sealedFor: string;
  of: BackupId;
  manifestSha256: string;
  tables: number;
}

const golden = path.join(import.meta.dirname, '../golden');
const written = JSON.parse(readFileSync(path.join(golden, 'v1-sealed.json'), 'utf8')) as {
  secrets: string[];
  privateKey: string;
  sets: SealedSet[];
};
const plain = JSON.parse(readFileSync(path.join(golden, 'v1.json'), 'utf8')) as {
  sets: { backupId: BackupId; contents: Record<string, string> }[];
};
const { signal } = new AbortController();
const secrets = written.secrets.map(recoveryKey);
const keyring = { secrets, privateKeys: [written.privateKey] };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const contentsOf = ({ of }: SealedSet): string[] =>
  Object.values(plain.sets.find(({ backupId }) => backupId === of)?.contents ?? {});

describe('BS-12 SV-1 Sealed backups of format version 1', () => {
  // A copy: whatever a test does, the golden files stay as they are.
  const root = tempFolder('golden-sealed');
  cpSync(path.join(golden, 'v1-sealed'), root, { recursive: true });
  const place = folderDestination(root);
  const manifestOf = async ({ backupId }: SealedSet) =>
    readManifest(await buffer(await place.get(manifestKey(backupId))), backupId, keyring);

  test('are found by listing, and known to be ours where they were sealed for a secret', async () => {
    const found: unknown[] = [];
    for await (const set of listSets(place, undefined, keyring))
      found.push('why' in set ? set : [set.backupId, set.sha256, set.authenticated]);
    const expected = written.sets.map(({ backupId, manifestSha256, sealedFor }) => [
      backupId,
      manifestSha256,
      sealedFor !== 'a public key',
    ]);
    expect(found).toHaveLength(6);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('give the bytes and the inventory that were sealed', async () => {
    for (const set of written.sets) {
      const { body } = await manifestOf(set);
      const { databases } = await openInventory(body, keyring);
      expect(databases.flatMap(({ tables }) => tables)).toHaveLength(set.tables);
      const opener = { sealing: body.sealing as NonNullable<typeof body.sealing>, keyring };
      const contents: string[] = [];
      for (const facts of body.artifacts)
        contents.push(
          sha256(await buffer(unpack(place, dataKey(set.backupId, facts.name), facts, { signal, opener }))),
        );
      expect(contents, set.sealedFor).toEqual(contentsOf(set));
    }
  });

  test('open with the second of two secrets alone', async () => {
    const set = written.sets.find(({ sealedFor }) => sealedFor === 'two secrets') as SealedSet;
    const { body } = await manifestOf(set);
    const second = { secrets: secrets.slice(1) };
    expect((await openInventory(body, second)).databases.length).toBe(1);
    await expect(openInventory(body, { secrets: [recoveryKey('0'.repeat(64))] })).rejects.toMatchObject({
      code: 'seal.no-key',
    });
  });

  describe.runIf(hasGpg)('with gpg and zstd alone', () => {
    const gpg = gpgHome();
    beforeAll(() => {
      const keyFile = path.join(gpg.folder, 'golden.asc');
      writeFileSync(keyFile, written.privateKey, { mode: 0o600 });
      gpg.run(`gpg --batch --import ${keyFile}`);
    });

    test('every one gives its bytes, to every secret and to the private key', async () => {
      for (const set of written.sets) {
        const { body } = await manifestOf(set);
        for (const [index, recipient] of (body.sealing?.recipients ?? []).entries()) {
          const secret = secrets.find(({ keyId }) => keyId === recipient);
          const decrypt = secret === undefined ? 'gpg --batch -d' : gpg.decrypt(secret.secret.reveal());
          const contents = body.artifacts.map(({ name }) => {
            const file = path.join(root, 'data', set.backupId, name);
            const { stdout } = gpg.run(`tail -c +${index * passphrasePacketBytes + 1} ${file} | ${decrypt} | zstd -d`);
            return sha256(stdout);
          });
          expect(contents, `${set.sealedFor}, ${recipient}`).toEqual(contentsOf(set));
        }
      }
    });

    test.each([
      ['two secrets', 'a secret of two'],
      ['a public key', 'a private key'],
    ])('%s: by what HOW-TO-RESTORE.txt says', (sealedFor) => {
      const set = written.sets.find((one) => one.sealedFor === sealedFor) as SealedSet;
      const [, section = ''] = /^4[.] Sealed([^]*)^5[.]/m.exec(restoreHelp) ?? [];
      const [digits = '', number = '', bySecret = '', byKey = ''] = section
        .split('\n')
        .filter((line) => line.startsWith('     '))
        .map((line) => line.trim());
      const isKey = sealedFor === 'a public key';
      const [name = ''] = readdirSync(path.join(root, 'data', set.backupId));
      const chosen = (command: string): string =>
        command
          .replaceAll(/\bID\b/g, set.backupId)
          .replace(/\bKEY\b/, isKey ? 'key-' : (secrets[1]?.keyId ?? ''))
          .replace(/\bFILE\b/, `data/${set.backupId}/${name}`);
      writeFileSync(
        path.join(root, 'typed.txt'),
        (written.secrets[1] ?? '').toUpperCase().replaceAll(/(.{8})/g, '$1 \n'),
      );
      const steps = isKey ? [number, byKey] : [digits, number, bySecret];
      const { status, stdout, stderr } = gpg.run([`cd ${root}`, ...steps.map(chosen)].join('\n'));
      expect(status, stderr).toBe(0);
      const numberEnds = stdout.indexOf('\n');
      expect(stdout.subarray(0, numberEnds).toString()).toBe(isKey ? '1' : '2');
      expect(sha256(stdout.subarray(numberEnds + 1))).toBe(contentsOf(set)[0]);
    });
  });
});
