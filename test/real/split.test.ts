/** A place that takes no file above 1 MiB, beside one that takes all: through the whole life of a backup. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const oneMiB = 1024 * 1024;

describe('BS-14 SV-1 a backup in a place that takes no large files', () => {
  const folder = tempFolder('split-life');
  const mail = path.join(folder, 'mail');
  const disk = path.join(folder, 'disk');
  let bucket: FakeS3;
  let house: OpenedHouse;
  let backupId: BackupId;

  const filesIn = (root: string, id: string = backupId): string[] => {
    const at = path.join(root, 'data', id);
    return existsSync(at) ? readdirSync(at).toSorted() : [];
  };
  const joinedIn = (root: string): Buffer =>
    Buffer.concat(filesIn(root).map((name) => readFileSync(path.join(root, 'data', backupId, name))));
  const partAt = (number: number): string =>
    path.join(mail, 'data', backupId, `01-database.sqlite.zst.gpg.part-000${number}`);
  const backUp = async (): Promise<BackupId> => {
    const { backup } = await house.result(house.api.backup.start({ name: 'shop' }));
    return (backup as { card: BackupCard }).card.backupId;
  };
  const scrubbed = async (name = 'mail') => {
    const { scrub } = await house.result(house.api.scrub.start({ name, backup: backupId }));
    return scrub?.damaged.map(({ finding }) => [finding.kind, finding.code]);
  };
  const env = () => ({ passphraseFile: path.join(folder, 'passphrase') });

  beforeAll(async () => {
    bucket = await fakeS3();
    writeFileSync(path.join(folder, 'passphrase'), 'only for tests\n', { mode: 0o600 });
    house = await realHouse(path.join(folder, 'home'), env());
    const { destination } = house.api;
    await destination.add({ name: 'mail', settings: { kind: 'folder', path: mail }, seal: true, maxFileBytes: oneMiB });
    await destination.add({ name: 'disk', settings: { kind: 'folder', path: disk }, seal: true });
    const endpoint = { endpoint: bucket.endpoint, region: 'eu-test-1', bucket: 'backups', prefix: '' };
    const settings = { kind: 's3' as const, ...endpoint, pathStyle: true, accessKeyId };
    await destination.add({ name: 'cloud', settings, secret: secretAccessKey, seal: false, maxFileBytes: 2 * oneMiB });
    makeDatabase(path.join(folder, 'shop.db'), (db) =>
      db.exec(`CREATE TABLE noise (id INTEGER PRIMARY KEY, bytes BLOB);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 34) INSERT INTO noise (bytes) SELECT randomblob(100000) FROM n;`),
    );
    await house.api.source.add({
      name: 'shop',
      settings: { kind: 'sqlite', file: path.join(folder, 'shop.db') },
      scope: wholeScope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      destinations: ['mail', 'disk'],
      secrets: {},
      replace: false,
    });
    backupId = await backUp();
  });
  afterAll(async () => {
    await house.close();
    await bucket.stop();
  });

  test('lies there in parts, in the other place in one piece: the same bytes, the same first line', () => {
    expect(filesIn(mail)).toEqual([1, 2, 3, 4].map((n) => `01-database.sqlite.zst.gpg.part-000${n}`));
    expect(filesIn(disk)).toEqual(['01-database.sqlite.zst.gpg']);
    expect(joinedIn(mail).equals(joinedIn(disk))).toBe(true);
    const line = (root: string) =>
      readFileSync(path.join(root, 'manifests', `${backupId}.jsonl`), 'utf8').split('\n')[0];
    expect(line(mail)).toBe(line(disk));
    expect(readFileSync(path.join(mail, 'HOW-TO-RESTORE.txt'), 'utf8')).toContain('.part-*');
  });

  test('is copied from parts into other parts, and into one piece again', async () => {
    rmSync(path.join(disk, 'data'), { recursive: true });
    const { jobIds } = await house.api.backup.carry({ backup: backupId, destination: 'cloud' });
    for (const jobId of jobIds) await house.result(Promise.resolve({ jobId }));
    const stored = [...bucket.objects].filter(([name]) => name.includes(`data/${backupId}`));
    expect(stored.map(([name]) => name.slice(-9))).toEqual(['part-0001', 'part-0002']);
    expect(Buffer.concat(stored.map(([, { bytes }]) => bytes)).equals(joinedIn(mail))).toBe(true);
    expect(await scrubbed('disk')).toEqual([['missing', 'artifact.missing']]);
    const whole = await house.result(house.api.scrub.repair({ backup: backupId, name: 'disk', from: 'cloud' }));
    expect(whole.repair?.replaced).toEqual([`data/${backupId}/01-database.sqlite.zst.gpg`]);
    expect(joinedIn(disk).equals(joinedIn(mail))).toBe(true);
  });

  test('is proven and restored from its parts alone', async () => {
    renameSync(disk, `${disk}.away`);
    const { verify } = await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(verify?.verdict).toBe('proven');
    renameSync(`${disk}.away`, disk);
  });

  test.each<[string, () => void, [string, string]]>([
    ['a part is gone', () => rmSync(partAt(2)), ['damaged', 'artifact.truncated']],
    [
      'two parts changed places',
      () => {
        renameSync(partAt(2), partAt(9));
        renameSync(partAt(1), partAt(2));
        renameSync(partAt(9), partAt(1));
      },
      ['damaged', 'artifact.tampered'],
    ],
  ])('%s: scrub sees it, repair brings back the very parts', async (_what, damage, found) => {
    const before = joinedIn(mail);
    damage();
    expect(await scrubbed()).toEqual([found]);
    const { repair } = await house.result(house.api.scrub.repair({ backup: backupId, name: 'mail', from: 'disk' }));
    expect(repair?.replaced).toHaveLength(1);
    expect(filesIn(mail)).toHaveLength(4);
    expect(joinedIn(mail).equals(before)).toBe(true);
    expect(await scrubbed()).toEqual([]);
  });

  test('health counts it as whole, and parts without a manifest as what belongs to nothing', async () => {
    expect(await house.api.destination.health({ name: 'mail', again: true })).toMatchObject({
      orphans: [],
      withoutData: [],
    });
    const orphan = 'bk-20200101-000000-0rphan00';
    cpSync(path.join(mail, 'data', backupId), path.join(mail, 'data', orphan), { recursive: true });
    const { orphans } = await house.api.destination.health({ name: 'mail', again: true });
    expect(orphans).toMatchObject([{ name: orphan, objects: 1, sizeBytes: joinedIn(mail).length }]);
    rmSync(path.join(mail, 'data', orphan), { recursive: true });
  });

  test('is found again from the place and its kit alone, and restored there', async () => {
    const page = path.join(folder, 'kit.html');
    await house.api.kit.write({ name: 'mail', file: page });
    const kit = [...readFileSync(page, 'utf8').matchAll(/<td class="digits">([0-9a-f ]+)</g)]
      .map(([, row]) => row)
      .join(' ');
    const second = await realHouse(path.join(folder, 'second'), env());
    try {
      const settings = { kind: 'folder' as const, path: mail };
      const { find } = await second.result(second.api.destination.found({ name: 'found', settings, kit }));
      expect(find).toMatchObject({ backups: 1, added: 1, withoutManifest: 0, skipped: [] });
      const { verify } = await second.result(second.api.backup.verify({ backup: backupId, level: 'restore' }));
      expect(verify?.verdict).toBe('proven');
    } finally {
      await second.close();
    }
  });

  test('without the limit the next one is in one piece, and a purge takes every part of the first', async () => {
    await house.api.destination.change({ name: 'mail', maxFileBytes: null });
    const next = await backUp();
    expect(filesIn(mail, next)).toEqual(['01-database.sqlite.zst.gpg']);
    const what = { backup: backupId };
    const { token, confirm } = await house.api.backup.purgePreview({ what });
    const { purge } = await house.result(house.api.backup.purge({ what, token, confirm, reason: 'a test' }));
    expect(purge?.removed).toHaveLength(3);
    expect(filesIn(mail)).toEqual([]);
    expect([...bucket.objects.keys()].filter((name) => name.includes(backupId))).toEqual([]);
    expect(filesIn(mail, next)).toHaveLength(1);
  });
});
