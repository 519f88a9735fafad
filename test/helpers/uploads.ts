/** A source whose backup has a size of its own, and places that can be cut off: for tests of what uploads survive. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../src/main/base/clock.ts';
import { plainSurroundings } from '../../src/main/base/surroundings.ts';
import type { Environment } from '../../src/main/base/environment.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accountKey, azureSettingsOf, type Azurite } from './azurite.ts';
import { s3SettingsOf, secretAccessKey, type FakeS3 } from './fake-s3.ts';
import { realHouse, type OpenedHouse } from './house.ts';
import { makeDatabase } from './sqlite.ts';
import type { SshServer } from './sshd.ts';
import { tempFolder } from './temp.ts';

export const oneMiB = 1024 * 1024;

/** A SQLite file of about so many bytes that no compression makes smaller. */
export const makeSource = (folder: string, sizeBytes: number): string =>
  makeDatabase(path.join(folder, 'app.db'), (db) => {
    db.exec('CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)');
    const insert = db.prepare('INSERT INTO blobs (bytes) VALUES (?)');
    db.transaction(() => {
      for (let left = sizeBytes; left > 0; left -= oneMiB) insert.run(randomBytes(Math.min(left, oneMiB)));
    })();
  });

/** A house with a vault of its own, whose data folder outlives it. */
export interface UploadWorld {
  folder: string;
  home: string;
  env: Partial<Environment>;
  /** @param keeps whether it looks by itself for what waits, as a window does. */
  open(keeps?: boolean): Promise<OpenedHouse>;
}

export function uploadWorld(name: string): UploadWorld {
  const folder = tempFolder(name);
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
  const home = path.join(folder, 'home');
  const env = { passphraseFile };
  const schedule = { surroundings: plainSurroundings() };
  return { folder, home, env, open: (keeps = false) => realHouse(home, env, systemClock, keeps ? { schedule } : {}) };
}

export async function addBucket(
  house: OpenedHouse,
  name: string,
  server: Pick<FakeS3, 'endpoint'>,
  seal = false,
  prefix = name,
): Promise<void> {
  const settings = s3SettingsOf(server, { prefix, partBytes: 5 * oneMiB });
  await house.api.destination.add({ name, seal, secret: secretAccessKey, settings });
}

export async function addSftp(
  house: OpenedHouse,
  name: string,
  { host, port, user, keyFile, fingerprint }: Omit<SshServer, 'stop' | 'rsaFingerprint'>,
  folder: string,
  seal: boolean,
): Promise<void> {
  await house.api.destination.add({
    name,
    seal,
    settings: { kind: 'sftp', host, port, user, auth: 'key', keyFile, hostKey: fingerprint, path: folder },
  });
}

export async function addAzure(
  house: OpenedHouse,
  name: string,
  server: Pick<Azurite, 'endpoint'>,
  seal = false,
): Promise<void> {
  const settings = azureSettingsOf(server, { prefix: name, partBytes: 5 * oneMiB });
  await house.api.destination.add({ name, seal, secret: accountKey, settings });
}

export async function addFolder(house: OpenedHouse, name: string, folder: string, seal = false): Promise<void> {
  await house.api.destination.add({ name, seal, settings: { kind: 'folder', path: folder } });
}

export async function addSource(
  house: Pick<OpenedHouse, 'api'>,
  file: string,
  destinations: string[],
  { name = 'app', replace = false } = {},
): Promise<void> {
  await house.api.source.add({
    name,
    settings: { kind: 'sqlite', file },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    folders: [],
    destinations,
    secrets: {},
    replace,
  });
}

/** How often a source was dumped in this data folder, by the logs of its jobs. */
export function dumpsIn(home: string): number {
  const logs = path.join(home, 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(path.join(logs, name), 'utf8').split('"message":"dumped"').length - 1)
    .reduce((sum, one) => sum + one, 0);
}

export const keptIn = (home: string): string[] => readdirSync(path.join(home, 'spool'));
