/** A window that lies names another server and hopes for the password that was saved for this one. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareOrder, type WrittenOrder } from '../../src/main/house/order.ts';
import type { Rooms } from '../../src/main/house/rooms.ts';
import type { JobId } from '../../src/shared/id.ts';
import type { Job } from '../../src/shared/job.ts';
import { wholeScope, type PostgresSettings, type Source } from '../../src/shared/source.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { setPasswordTrap, type PasswordTrap } from '../helpers/password-trap.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { serverIsHere } from '../helpers/postgres-ways.ts';
import { tempFolder } from '../helpers/temp.ts';

const password = 'hunter22 of the shop';
const pinned = `SHA256:${'a'.repeat(43)}`;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (thrown: { code: string }) => thrown.code,
  );

describe.runIf(serverIsHere())('SV-19 a saved password goes only to the server it was saved for', () => {
  let cluster: Cluster;
  let trap: PasswordTrap;
  let house: OpenedHouse;
  let shop: PostgresSettings;
  const add = (settings: PostgresSettings, secrets = {}): Promise<Source> =>
    house.api.source.add({
      name: 'shop',
      settings,
      scope: wholeScope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets,
      replace: true,
    });
  const savedWorks = async (): Promise<void> => {
    const { probe } = await house.result(house.api.source.test({ name: 'shop' }));
    expect(probe).toMatchObject({ ok: true });
  };

  beforeAll(async () => {
    cluster = await startCluster({ auth: 'scram', password });
    await cluster.createDatabase('shop');
    await cluster.createDatabase('blog');
    trap = await setPasswordTrap();
    const passphraseFile = path.join(tempFolder('trap'), 'passphrase');
    writeFileSync(passphraseFile, 'a long passphrase of the test\n', { mode: 0o600 });
    house = await realHouse(undefined, { passphraseFile, pgpassFile: '/nowhere', sshAgentSocket: undefined });
    shop = {
      kind: 'postgres',
      host: '127.0.0.1',
      port: cluster.port,
      user: 'postgres',
      databases: ['shop'],
      tls: { mode: 'disable' },
      password: 'vault',
    };
    await add(shop, { database: password });
  });
  afterAll(async () => {
    await house?.close();
    trap?.close();
    await cluster?.stop();
  });

  it('the trap hears a password that is sent to it', async () => {
    const settings = { ...shop, port: trap.port };
    const asked = await house.api.source.test({ settings, secrets: { database: 'bait for the trap' } });
    await house.api.job.wait(asked);
    expect(trap.heard()).toContain('bait for the trap');
  });

  const hop = { host: '127.0.0.1', port: 22, user: 'ada', auth: 'agent' as const, hostKey: pinned };
  it.each<[string, () => PostgresSettings]>([
    ['another port', () => ({ ...shop, port: trap.port })],
    ['another host', () => ({ ...shop, host: 'localhost', port: trap.port })],
    ['another spelling of the host', () => ({ ...shop, host: '127.0.0.2' })],
    ['another user', () => ({ ...shop, user: 'eve' })],
    ['a tunnel', () => ({ ...shop, tunnel: { server: { ...hop, port: trap.port } } })],
    ['a socket in a folder', () => ({ ...shop, host: '/tmp/eve' })],
  ])('%s is neither tested nor saved with it, and all stays as it was', async (_what, elsewhere) => {
    const before = trap.visits();
    const settings = elsewhere();
    expect(await codeOf(add(settings))).toBe('vault.saved-elsewhere');
    expect(await codeOf(house.api.source.test({ settings, secrets: {}, saved: 'shop' }))).toBe('vault.saved-elsewhere');
    expect((await house.api.source.show({ name: 'shop' })).source.settings).toEqual(shop);
    await savedWorks();
    expect(trap.visits()).toBe(before);
  });

  it('a restore to a database anywhere takes no saved password', async () => {
    await house.result(house.api.backup.start({ name: 'shop' }));
    const server = { ...shop, port: trap.port, databases: ['copy'] };
    // Not even to the very server that it was saved for: the window asks for it, or names the source.
    for (const port of [trap.port, cluster.port]) {
      const target = { kind: 'database' as const, server: { ...server, port }, database: 'copy' };
      const asked = await house.api.restore.rehearse({ backup: 'shop@latest', target, secrets: {} });
      const { job, rehearse } = await house.api.job.wait(asked);
      expect(job.state === 'failed' || rehearse?.canRun === false).toBe(true);
    }
    expect(trap.heard()).not.toContain('hunter22');
  });

  it('what was asked before the source moved does not take the new password to the old server', async () => {
    const moved: PostgresSettings = { ...shop, host: 'new.example.com' };
    const source = (await house.api.source.show({ name: 'shop' })).source;
    const rooms = {
      catalog: { sources: { byId: () => ({ ...source, settings: moved }) } },
      vault: { get: () => Promise.reject(new Error('The vault was asked.')) },
      env: {},
      folders: {},
    } as unknown as Rooms;
    const target = { kind: 'database' as const, server: shop, database: 'shop' };
    for (const order of [
      { kind: 'backup', source },
      { kind: 'diff', source },
      { kind: 'probe', settings: shop },
      { kind: 'rehearse', target: { kind: 'original', settings: shop } },
      { kind: 'rehearse', target },
      { kind: 'restore', plan: { target } },
      { kind: 'undo', target },
      { kind: 'release', target },
      { kind: 'sweep', target },
    ]) {
      const written = { order, secretsOf: source.id } as unknown as WrittenOrder;
      const prepared = prepareOrder(rooms, { id: 'job' as JobId } as Job, written, undefined);
      expect([order.kind, await codeOf(prepared)]).toEqual([order.kind, 'vault.saved-elsewhere']);
    }
  });

  it('other databases, and a scope, are changed without giving it again', async () => {
    const settings = { ...shop, databases: ['shop', 'blog'] };
    const { probe } = await house.result(house.api.source.test({ settings, secrets: {}, saved: 'shop' }));
    expect(probe).toMatchObject({ ok: true });
    await add(settings);
    await savedWorks();
    expect(await codeOf(house.api.source.test({ settings, secrets: {}, saved: 'nobody' }))).toBe('source.unknown');
  });

  it('where it is given for another server, the one before is forgotten', async () => {
    const settings = { ...shop, port: trap.port };
    await add(settings, { database: 'the trap has its own' });
    await house.api.job.wait(await house.api.source.test({ name: 'shop' }));
    expect(trap.heard()).toContain('the trap has its own');
    expect(trap.heard()).not.toContain('hunter22');
    // And back: what was saved for the first server is not there any more.
    expect(await codeOf(add(shop))).toBe('vault.saved-elsewhere');
    await add({ ...settings, password: 'none' });
    expect(await codeOf(add(settings))).toBe('vault.missing-secret');
  });
});
