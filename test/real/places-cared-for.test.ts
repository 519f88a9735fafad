/** Places over a network are looked after as folders are: read again, repaired, swept, pruned, purged, and found again by their kit. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import { realHouse } from '../helpers/house.ts';
import { digitsOnPage } from '../helpers/kit-page.ts';
import { movedClock, movedJobHost } from '../helpers/moved-clock.ts';
import { needs } from '../helpers/needs.ts';
import { placesWorld, secretFor, type PlacesWorld } from '../helpers/places-world.ts';
import { sshdMissing } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';

const ssh = needs('an SSH server', sshdMissing());
const day = 24 * 3_600_000;
const folder = tempFolder('cared-for');

/** What lies in a place, as its owner sees it past Holdfast. */
interface Raw {
  names(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  write(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}

const filesOf = (root: string): Raw => ({
  names: async () =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
  read: async (name) => readFileSync(path.join(root, name)),
  write: async (name, bytes) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), bytes);
  },
  remove: async (name) => rmSync(path.join(root, name)),
});

const blobsOf = (world: PlacesWorld): Raw => {
  const container = world.azure.container('backups');
  return {
    async names() {
      const names: string[] = [];
      for await (const { name } of container.listBlobsFlat({ prefix: 'h/' })) names.push(name.slice(2));
      return names;
    },
    read: (name) => container.getBlobClient(`h/${name}`).downloadToBuffer(),
    write: async (name, bytes) => void (await container.uploadBlockBlob(`h/${name}`, bytes, bytes.length)),
    remove: async (name) => void (await container.deleteBlob(`h/${name}`)),
  };
};

describe.runIf(ssh)('SV-1 SV-17 BD-17 BS-18 places over a network are looked after', () => {
  /** Two days on: what was written in this minute is old enough to be swept. */
  const clock = movedClock(Date.now() + 2 * day);
  let world: PlacesWorld;
  /** Oldest first. */
  const cards: BackupCard[] = [];

  beforeAll(async () => {
    world = await placesWorld({
      folder,
      clock,
      house: { host: movedJobHost(clock) },
      places: {
        disk: { kind: 'folder', seal: false },
        attic: { kind: 'sftp', seal: true },
        cloud: { kind: 'azure', seal: true },
      },
      fill: (db) =>
        db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO orders VALUES (1, 2)'),
    });
    for (let made = 0; made < 3; made += 1) cards.push(await world.backUp());
  }, 60_000);
  afterAll(() => world.close());

  describe.each(['attic', 'cloud'])('%s', (name) => {
    const raw = (): Raw => (name === 'attic' ? filesOf(world.folderOf('attic')) : blobsOf(world));
    const namesWith = async (text: string): Promise<string[]> =>
      (await raw().names()).filter((one) => one.includes(text));
    const scrub = async () => {
      const share = { percent: 100 };
      const { scrub: report } = await world.house.result(world.house.api.scrub.start({ name, share }));
      return report;
    };

    test('a changed, a missing and a forged object raise the alarm and are brought back from the disk', async () => {
      const [backupId = '', , other = ''] = cards.map((one) => one.backupId as string);
      const [data = ''] = await namesWith(`data/${backupId}/`);
      const good = await raw().read(data);
      const bad = Buffer.from(good);
      bad[bad.length >> 1] = (bad[bad.length >> 1] ?? 0) ^ 4;
      await raw().write(data, bad);
      await raw().remove(`manifests/${other}.jsonl`);
      const report = await scrub();
      expect(new Map(report?.damaged.map((one) => [one.backupId, one.finding.objects]))).toEqual(
        new Map([
          [backupId, [data]],
          [other, [`manifests/${other}.jsonl`]],
        ]),
      );
      for (const backup of [backupId, other]) {
        const { repair } = await world.house.result(world.house.api.scrub.repair({ backup, name, from: 'disk' }));
        expect(repair?.replaced).toHaveLength(1);
      }
      // The disk holds it unsealed: every place has the bytes that its own manifest names.
      expect((await raw().read(data)).equals(good)).toBe(true);
      expect(await world.house.api.scrub.state({ name })).toMatchObject([{ readBackups: 3, damaged: [] }]);
    });

    test('what belongs to no backup is told and swept, and a stranger’s stays', async () => {
      const { jobId } = await world.house.api.backup.start({ name: 'shop' });
      const own = (await world.house.api.job.show({ jobId })).job.backupId ?? '';
      await world.house.api.job.cancel({ jobId });
      await world.house.api.job.wait({ jobId });
      const foreign = 'bk-20200101-000000-foreign1';
      for (const id of [own, foreign]) await raw().write(`data/${id}/01-shop.sqlite.zst`, Buffer.from('left behind'));
      const health = await world.house.api.destination.health({ name, again: true });
      expect(health).toMatchObject({ backups: 3, unknownBackups: 0, withoutData: [] });
      expect(new Map(health.orphans.map((one) => [one.name, one.stays === null]))).toEqual(
        new Map([
          [own, true],
          [foreign, false],
        ]),
      );
      const orphans = [own, foreign, cards[0]?.backupId ?? ''];
      const report = await world.house.api.destination.sweep({ name, orphans });
      expect(report.removed.map((one) => one.name)).toEqual([own]);
      expect(await namesWith(own)).toEqual([]);
      expect(await namesWith(foreign)).toHaveLength(1);
      await raw().remove(`data/${foreign}/01-shop.sqlite.zst`);
    });

    test('BS-4 CV-2 on a new laptop its address and its kit are enough', async () => {
      const page = path.join(folder, `${name}.html`);
      await world.house.api.kit.write({ name, file: page });
      const laptop = await realHouse(path.join(folder, `laptop-${name}`), { passphraseFile: world.passphraseFile });
      try {
        const settings = world.settingsOf(name);
        const secret = secretFor[settings.kind];
        const asked = { name: 'found', settings, ...(secret === undefined ? {} : { secret }) };
        const { find } = await laptop.result(
          laptop.api.destination.found({ ...asked, kit: digitsOnPage(page).join(' ') }),
        );
        expect(find).toMatchObject({ backups: 3, closed: [], skipped: [], withoutManifest: 0 });
        const { verify } = await laptop.result(laptop.api.backup.verify({ backup: 'shop@latest', level: 'restore' }));
        expect(verify).toMatchObject({ verdict: 'proven' });
      } finally {
        await laptop.close();
      }
    });

    test('a rule of its own prunes it after a person has seen the list, and no other place', async () => {
      const { api } = world.house;
      const card = (await api.destination.list({})).find((one) => one.name === name);
      const [source] = await api.source.list({});
      if (card === undefined || source === undefined) throw new Error('not there');
      // What does not hold any more goes by its rule all the same, and is told as that.
      const damaged = cards[0]?.backupId ?? '';
      const [data = ''] = await namesWith(`data/${damaged}/`);
      await raw().write(data, (await raw().read(data)).subarray(1));
      await scrub();
      const keepLast = 2;
      const none = { timeZone: 'UTC', daily: null, weekly: null, monthly: null, yearly: null, keepDays: null };
      const preview = await api.retention.set({
        owner: { sourceId: source.id },
        rule: null,
        places: [{ destination: card.id, rule: { ...none, keepLast, maxBytes: null } }],
      });
      const oldest = cards[0]?.backupId ?? '';
      const going = preview.lines.map((line) => [line.place, line.goes.map((one) => one.backupId)]);
      expect(going.filter(([, ids]) => ids?.length !== 0)).toEqual([[name, [oldest]]]);
      expect(preview.lines.flatMap(({ goes }) => goes)[0]?.words).toContain('does not hold');
      const { jobIds } = await api.retention.apply({ previewId: preview.previewId });
      for (const jobId of jobIds) await world.house.result(Promise.resolve({ jobId }));
      expect(await namesWith(oldest)).toEqual([]);
      expect(await filesOf(world.folderOf('disk')).names()).toContain(`manifests/${oldest}.jsonl`);
    });

    test('BS-16 SV-22 a purge leaves nothing there, and says what the place itself keeps', async () => {
      if (name === 'cloud') await keepDeleted(world, 7);
      const asked = { what: { source: 'shop' }, places: [name] };
      const shown = await world.house.api.backup.purgePreview(asked);
      const { token, confirm } = shown;
      const { purge } = await world.house.result(
        world.house.api.backup.purge({ ...asked, token, confirm, reason: 'asked by letter' }),
      );
      expect((await raw().names()).filter((one) => /^(?:data|manifests|proofs)/.test(one))).toEqual([]);
      expect(purge?.removed).toHaveLength(2);
      expect(purge?.stopped).toEqual([]);
      const record = readFileSync(purge?.record?.file ?? '', 'utf8');
      const kept = name === 'cloud' ? 'Azure keeps what is deleted for 7 more days' : 'Snapshots, a recycle bin';
      expect(shown.places[0]?.keeps.join()).toContain(kept);
      expect(record).toContain(kept);
      // What only the place keeps is told as that; nothing of it can be asked of an SFTP server.
      expect(purge?.remains).toHaveLength(name === 'cloud' ? 1 : 0);
      const left = await world.house.api.backup.list({ name: 'shop' });
      expect(left).toHaveLength(3);
    });
  });
});

/** As a person who set up the account did. */
async function keepDeleted(world: PlacesWorld, days: number): Promise<void> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const container = world.azure.container('backups');
  const account = container.url.slice(0, container.url.lastIndexOf('/'));
  await new BlobServiceClient(account, container.credential).setProperties({
    deleteRetentionPolicy: { enabled: true, days },
  });
}
