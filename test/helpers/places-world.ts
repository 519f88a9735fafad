/** One house with one source and the places that a test asks for: what the tests of scrub, purge, health and prune stand on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { DestinationSettings } from '../../src/shared/destination.ts';
import { wholeScope } from '../../src/shared/source.ts';
import type { Clock } from '../../src/main/base/clock.ts';
import type { HouseOptions } from '../../src/main/wire.ts';
import { account, accountKey, startAzurite, type Azurite } from './azurite.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from './fake-s3.ts';
import { realHouse, type OpenedHouse } from './house.ts';
import { makeDatabase } from './sqlite.ts';
import { startSshd, type SshServer } from './sshd.ts';

export interface WorldPlace {
  kind: DestinationSettings['kind'];
  seal: boolean;
}

export interface PlacesWorld {
  home: string;
  passphraseFile: string;
  house: OpenedHouse;
  /** Where a folder lies, and where the files of an SFTP server lie. */
  folderOf(place: string): string;
  backUp(): Promise<BackupCard>;
  /** Opens the same data folder again after `house.close()`. */
  reopen(): Promise<OpenedHouse>;
  settingsOf(place: string): DestinationSettings;
  /** The servers; asking for one that no place stands on fails the test. */
  readonly bucket: FakeS3;
  readonly azure: Azurite;
  close(): Promise<void>;
}

export const secretFor: Record<DestinationSettings['kind'], string | undefined> = {
  folder: undefined,
  sftp: undefined,
  s3: secretAccessKey,
  azure: accountKey,
};

export const sqliteSource = (name: string, file: string, destinations?: string[]) => ({
  name,
  settings: { kind: 'sqlite' as const, file },
  scope: wholeScope,
  digests: true,
  compressionLevel: 3,
  folders: [],
  ...(destinations === undefined ? {} : { destinations }),
  secrets: {},
  replace: false,
});

/** The servers that these kinds of places need; nothing is started that no place asks for. */
interface Servers {
  s3?: FakeS3;
  azure?: Azurite;
  sftp?: SshServer;
}

export async function placesWorld(options: {
  folder: string;
  places: Record<string, WorldPlace>;
  /** Fills the database of the source `shop`. */
  fill: (database: Database.Database) => void;
  clock?: Clock;
  house?: HouseOptions;
}): Promise<PlacesWorld> {
  const { folder, fill, places } = options;
  const kinds = new Set(Object.values(places).map(({ kind }) => kind));
  const servers: Servers = {
    ...(kinds.has('s3') ? { s3: await fakeS3() } : {}),
    ...(kinds.has('azure') ? { azure: await startAzurite(['backups']) } : {}),
    ...(kinds.has('sftp') ? { sftp: await startSshd(['Subsystem sftp internal-sftp']) } : {}),
  };
  const home = path.join(folder, 'home');
  const passphraseFile = path.join(folder, 'passphrase');
  mkdirSync(folder, { recursive: true });
  writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
  const open = (): Promise<OpenedHouse> => realHouse(home, { passphraseFile }, options.clock, options.house);
  const folderOf = (place: string): string => path.join(folder, place);
  const settingsOf = (place: string): DestinationSettings =>
    settingsFor(places[place]?.kind ?? 'folder', folderOf(place), servers);
  const world: PlacesWorld = {
    home,
    passphraseFile,
    house: await open(),
    get bucket() {
      return needed(servers.s3);
    },
    get azure() {
      return needed(servers.azure);
    },
    folderOf,
    settingsOf,
    backUp: async () => {
      const { backup } = await world.house.result(world.house.api.backup.start({ name: 'shop' }));
      if (backup?.card === undefined) throw new Error('A backup came to nothing.');
      return backup.card;
    },
    reopen: async () => (world.house = await open()),
    close: async () => {
      await world.house.close();
      await servers.s3?.stop();
      await servers.azure?.stop();
      await servers.sftp?.stop();
    },
  };
  const { api } = world.house;
  for (const [name, { kind, seal }] of Object.entries(places)) {
    const secret = secretFor[kind];
    await api.destination.add({ name, settings: settingsOf(name), seal, ...(secret === undefined ? {} : { secret }) });
  }
  const file = makeDatabase(path.join(folder, 'shop.db'), fill);
  await api.source.add(sqliteSource('shop', file, Object.keys(places)));
  return world;
}

function needed<T>(server: T | undefined): T {
  if (server === undefined) throw new Error('No place of this world needs that server.');
  return server;
}

function settingsFor(kind: DestinationSettings['kind'], where: string, servers: Servers): DestinationSettings {
  switch (kind) {
    case 'folder':
      return { kind, path: where };
    case 's3':
      return {
        kind,
        endpoint: servers.s3?.endpoint ?? '',
        region: 'eu-test-1',
        bucket: 'backups',
        prefix: 'h',
        pathStyle: true,
        accessKeyId,
      };
    case 'azure':
      return { kind, account, container: 'backups', prefix: 'h', auth: 'key', endpoint: servers.azure?.endpoint ?? '' };
    case 'sftp': {
      const { host = '', port = 0, user = '', fingerprint = '', keyFile = '' } = servers.sftp ?? {};
      return { kind, host, port, user, auth: 'key', keyFile, hostKey: fingerprint, path: where };
    }
  }
}
