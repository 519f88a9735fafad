import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readHostKey } from '../../src/main/engine/postgres/host-key.ts';
import { wholeScope, type SourceDraft } from '../../src/shared/source.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { serverIsHere } from '../helpers/postgres-ways.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = serverIsHere();
const ssh = needs('an SSH server', sshdMissing());
const password = 'hunter22 of the shop';

const houses: OpenedHouse[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
  for (const server of servers.splice(0)) server.close();
});

async function open(): Promise<OpenedHouse> {
  const passphraseFile = path.join(tempFolder('house'), 'passphrase');
  writeFileSync(passphraseFile, 'a long passphrase of the test\n', { mode: 0o600 });
  const house = await realHouse(undefined, {
    passphraseFile,
    pgpassFile: '/nowhere/pgpass',
    sshAgentSocket: undefined,
  });
  houses.push(house);
  return house;
}

const rest = { scope: wholeScope, digests: true, compressionLevel: 1, folders: [], replace: false };

/** Every byte that the data folder holds. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe.runIf(here)('JO-1 CV-1 a .env file is read, tested and saved without its password leaving the owner', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ auth: 'scram', password });
    await cluster.createDatabase('shop');
  });
  afterAll(() => cluster?.stop());

  const envFile = path.join(tempFolder('house'), '.env');
  const write = (): void =>
    writeFileSync(
      envFile,
      `DATABASE_URL="postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${cluster.port}/shop"\n`,
    );

  test('the draft works for tests and one save, and is gone then', async () => {
    const house = await open();
    write();
    const draft: SourceDraft = await house.api.source.read({ envFile });
    expect(draft).toMatchObject({ name: 'shop', passwordFound: true, databaseNamed: true });
    expect(JSON.stringify(draft)).not.toContain('hunter22');
    const { settings, name } = draft;
    for (let round = 0; round < 2; round += 1) {
      const { job, probe } = await house.result(house.api.source.test({ settings, secrets: { draft: draft.draft } }));
      expect(probe).toMatchObject({ ok: true });
      // It is no source yet: a person is told what is tested.
      expect(job).toMatchObject({ sourceId: null, tested: `shop at 127.0.0.1:${cluster.port}` });
    }
    const wrong = await house.result(
      house.api.source.test({ settings, secrets: { draft: draft.draft, database: 'typed instead' } }),
    );
    expect(wrong.probe).toMatchObject({ ok: false });
    // Settings that were turned to another server do not carry the password there.
    const elsewhere = {
      settings: { ...settings, host: '127.0.0.2' } as SourceDraft['settings'],
      secrets: { draft: draft.draft },
    };
    const refused = { code: 'vault.saved-elsewhere' };
    await expect(house.api.source.test(elsewhere)).rejects.toMatchObject(refused);
    await expect(house.api.source.add({ ...rest, name, ...elsewhere })).rejects.toMatchObject(refused);
    await house.api.source.add({ ...rest, name, settings, secrets: { draft: draft.draft } });
    await house.result(house.api.backup.start({ name }));
    await expect(house.api.source.test({ settings, secrets: { draft: draft.draft } })).rejects.toMatchObject({
      code: 'source.draft-gone',
    });
    expect(JSON.stringify(house.events)).not.toContain('hunter22');
    expect(everything(house.home)).not.toContain('hunter22');
  });

  test('BS-15 the size that a wizard saw is the estimate once the source is saved', async () => {
    const house = await open();
    write();
    const { draft, settings } = await house.api.source.read({ envFile });
    const { probe } = await house.result(house.api.source.test({ settings, secrets: { draft } }));
    await house.api.source.add({ ...rest, name: 'shop', settings, secrets: { draft } });
    const { sources } = await house.api.app.overview({});
    const size = probe?.databases.find(({ name }) => name === 'shop')?.sizeBytes;
    expect(sources[0]?.estimate).toEqual({ sizeBytes: size, durationMs: null });
  });

  test('a name that is taken gives way, and nothing that cannot be read is kept', async () => {
    const house = await open();
    const draft = await house.api.source.read({ url: 'sqlite:////srv/shop.db' });
    await house.api.source.add({ ...rest, name: draft.name, settings: draft.settings, secrets: {} });
    expect((await house.api.source.read({ url: 'postgres://db/shop' })).name).toBe('shop-2');
    const folder = tempFolder('house');
    const code = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'read',
        (thrown: { code: string }) => thrown.code,
      );
    expect(await code(house.api.source.read({ envFile: path.join(folder, 'none') }))).toBe('source.file-missing');
    expect(await code(house.api.source.read({ envFile: folder }))).toBe('source.not-a-file');
    expect(await code(house.api.source.read({ envFile: 'relative/.env' }))).toBe('call.malformed');
    writeFileSync(path.join(folder, 'big'), 'x'.repeat(2_000_000));
    expect(await code(house.api.source.read({ envFile: path.join(folder, 'big') }))).toBe('source.not-a-file');
    expect(await code(house.api.source.read({ envFile: '/dev/zero' }))).toBe('source.not-a-file');
    expect(await code(house.api.source.read({ url: 'mysql://root:hunter22@db/shop' }))).toBe('source.url-malformed');
  });
});

describe('the key of an SSH server is asked for before it is trusted', () => {
  async function listening(greet: string | null): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (greet === null) socket.destroy();
      else socket.write(greet);
    });
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  describe.runIf(ssh)('of a real server', () => {
    let sshd: SshServer;
    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd?.stop());

    test('SV-21 it is the one that ssh-keygen prints, and nobody logged in', async () => {
      const { api } = await open();
      const { host, port, fingerprint } = sshd;
      expect(await api.source.hostKey({ host, port })).toEqual({ fingerprint, type: 'ssh-ed25519' });
    });
  });

  test('something else that answers is not waited for without end', async () => {
    const port = await listening('220 mail ready\r\n');
    const signal = new AbortController().signal;
    await expect(readHostKey('127.0.0.1', port, signal, 200)).rejects.toMatchObject({ code: 'tunnel.unreachable' });
  });

  test('whoever goes away in between leaves nothing behind', async () => {
    const port = await listening('220 mail ready\r\n');
    const controller = new AbortController();
    const asked = readHostKey('127.0.0.1', port, controller.signal);
    controller.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
  });

  test.each([
    ['nobody listens', async () => 1],
    ['something hangs up', () => listening(null)],
  ])('where %s, that is said', async (_story, portOf) => {
    const { api } = await open();
    const port = await portOf();
    await expect(api.source.hostKey({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'tunnel.unreachable',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
