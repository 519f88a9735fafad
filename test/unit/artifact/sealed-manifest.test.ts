import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openInventory, sealInventory } from '../../../src/main/artifact/inventory.ts';
import { readManifest, writeManifest } from '../../../src/main/artifact/manifest.ts';
import { hmacKeyOf, newRecoveryKey, type RecoveryKey } from '../../../src/main/artifact/recovery-secret.ts';
import { openSealer } from '../../../src/main/artifact/seal.ts';
import type { ManifestBody, Sealing } from '../../../src/shared/artifact.ts';
import type { Inventory } from '../../../src/shared/inventory.ts';
import { artifactFacts, backupId, manifestBody } from './facts.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });
const [one, two, other] = [newRecoveryKey(), newRecoveryKey(), newRecoveryKey()];
const artifact = artifactFacts({ name: '01-database.sqlite.zst.gpg', coding: ['zstd', 'openpgp'] });

function openContent(): Inventory {
  const plain = manifestBody().inventory;
  if (plain.form !== 'plain') throw new Error('a plain one');
  return {
    ...plain.content,
    databases: plain.content.databases.map((database) => ({ ...database, artifact: artifact.name })),
  };
}

async function sealedBody(secrets: RecoveryKey[] = [one, two], content = openContent()): Promise<ManifestBody> {
  const sealer = await openSealer({ secrets, publicKeys: [] });
  return manifestBody({
    artifacts: [artifact],
    inventory: await sealInventory(content, sealer),
    sealing: sealer.facts,
  });
}

/** The second line made anew over these bytes. */
function rewritten(file: Buffer, change: (line: string) => string, seal: (line: string) => object): Buffer {
  const line = change(file.toString('utf8').split('\n')[0] ?? '');
  return Buffer.from(`${line}\n${JSON.stringify(seal(line))}\n`);
}

const sha256 = (line: string): string => createHash('sha256').update(line).digest('hex');

describe('SV-17 BS-18 The manifest of a sealed set', () => {
  test('says nothing of what the databases held', async () => {
    const { file } = writeManifest(await sealedBody(), one);
    expect(file.toString('utf8')).not.toMatch(/quoted|app\.db|"12345"|sqlite_version|held-snapshot/);
    expect(file.toString('base64')).not.toContain('quoted');
  });

  test('opens with either secret to the inventory that was sealed', async () => {
    const { file } = writeManifest(await sealedBody(), one);
    for (const key of [one, two]) {
      const { body } = readManifest(file, backupId, { secrets: [key] });
      expect(await openInventory(body, { secrets: [key] })).toEqual(openContent());
    }
    const { body } = readManifest(file, backupId);
    await expect(openInventory(body, { secrets: [other] })).rejects.toEqual(code('seal.no-key'));
  });

  test('has one first line in every place, and a second line of the place', async () => {
    const body = await sealedBody();
    const [first, second] = [writeManifest(body, one), writeManifest(body, two)];
    expect(first.sha256).toBe(second.sha256);
    const lines = [first, second].map(({ file }) => file.toString('utf8').split('\n'));
    expect(lines[0]?.[0]).toBe(lines[1]?.[0]);
    const seals = lines.map((pair) => JSON.parse(pair[1] ?? '') as { hmac: string; keyId: string });
    expect(seals.map(({ keyId }) => keyId)).toEqual([one.keyId, two.keyId]);
    expect(seals.map(({ hmac }) => hmac)).toEqual(
      [one, two].map((key) =>
        createHmac('sha256', hmacKeyOf(key))
          .update(lines[0]?.[0] ?? '')
          .digest('hex'),
      ),
    );
  });

  test('is authenticated where the secret of its HMAC is known, and only there', async () => {
    const { file } = writeManifest(await sealedBody(), two);
    expect(readManifest(file, backupId, { secrets: [other, two] }).authenticated).toBe(true);
    expect(readManifest(file, backupId, { secrets: [one] }).authenticated).toBe(false);
    expect(readManifest(file, backupId).authenticated).toBe(false);
    expect(readManifest(writeManifest(manifestBody()).file, backupId, { secrets: [one] }).authenticated).toBe(false);
  });

  test('is refused when somebody without the secret wrote it anew', async () => {
    const { file } = writeManifest(await sealedBody(), one);
    const later = (line: string): string => line.replace(/"takenAt":(\d+)/, (_, at) => `"takenAt":${Number(at) + 1}`);
    const hashes = sha256(later(file.toString('utf8').split('\n')[0] ?? ''));
    const { hmac } = JSON.parse(file.toString('utf8').split('\n')[1] ?? '') as { hmac: string };
    const forgeries: [object, string][] = [
      [{ sha256: hashes, hmac, keyId: one.keyId }, 'manifest.tampered'],
      [{ sha256: hashes, hmac: 'ab'.repeat(32), keyId: one.keyId }, 'manifest.tampered'],
      [{ sha256: hashes, hmac: null, keyId: null }, 'manifest.tampered'],
      [{ sha256: hashes, hmac, keyId: other.keyId }, 'manifest.malformed'],
    ];
    for (const [seal, expected] of forgeries) {
      const forged = rewritten(file, later, () => seal);
      expect(() => readManifest(forged, backupId, { secrets: [one, two] })).toThrow(code(expected));
    }
  });

  test('that contradicts itself is neither written nor read', async () => {
    const body = await sealedBody();
    const sealing = body.sealing as Sealing;
    const wrong: ManifestBody[] = [
      { ...body, sealing: { ...sealing, keyId: two.keyId } },
      { ...body, sealing: { ...sealing, recipients: [one.keyId, one.keyId] } },
      { ...body, inventory: { form: 'plain', content: openContent() } },
      { ...body, sealing: null },
      { ...body, artifacts: [artifactFacts({ name: artifact.name })] },
    ];
    for (const bad of wrong) expect(() => writeManifest(bad, one)).toThrow('contradicts itself');
    for (const key of [undefined, other]) expect(() => writeManifest(body, key)).toThrow('authenticated');
    expect(() => writeManifest(manifestBody(), one)).toThrow('authenticated');
  });

  test('whose sealed part is not the inventory of this set is malformed', async () => {
    const keyring = { secrets: [one] };
    const foreign = await sealedBody([one], { ...openContent(), databases: [] });
    await expect(openInventory(foreign, keyring)).rejects.toEqual(code('manifest.malformed'));
    const { inventory } = await sealedBody([one]);
    for (const content of [
      '',
      'AAAA',
      `${inventory.content as string}AAAA`,
      (inventory.content as string).slice(0, -8),
    ]) {
      const changed: ManifestBody = { ...(await sealedBody([one])), inventory: { form: 'sealed', content } };
      await expect(openInventory(changed, keyring)).rejects.toEqual(code('manifest.malformed'));
    }
  });
});
