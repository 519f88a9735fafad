import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import { sftpDestination } from '../../src/main/destination/sftp.ts';
import { createDestination, openDestination, sweepDestination, type Access } from '../../src/main/destination/open.ts';
import { unfinishedName } from '../../src/main/destination/unfinished.ts';
import type { SftpSettings } from '../../src/shared/destination.ts';
import { noAccess } from '../helpers/access.ts';
import { needs } from '../helpers/needs.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';
import { wireTo } from '../helpers/wire.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';

const ssh = needs('an SSH server', sshdMissing());
const code = (value: string) => expect.objectContaining({ code: value });
async function listed(place: Destination): Promise<string[]> {
  const names: string[] = [];
  for await (const stored of place.list('')) names.push(stored.key);
  return names;
}

const hello = bodyOf(Buffer.from('hello'));

describe.runIf(ssh)('a place on an SFTP server', () => {
  let server: SshServer;
  const open: Destination[] = [];
  beforeAll(async () => {
    server = await startSshd(['Subsystem sftp internal-sftp']);
  });
  afterAll(async () => {
    for (const place of open) await place.close();
    await server.stop();
  });

  const settingsFor = (path: string, change: Partial<SftpSettings> = {}): SftpSettings => ({
    kind: 'sftp',
    host: server.host,
    port: server.port,
    user: server.user,
    auth: 'key',
    keyFile: server.keyFile,
    hostKey: server.fingerprint,
    path,
    ...change,
  });
  const placeAt = (path: string, change: Partial<SftpSettings> = {}, access: Access = noAccess): Destination => {
    const place = sftpDestination(settingsFor(path, change), access.secrets['login'], access.surroundings);
    open.push(place);
    return place;
  };

  destinationSuite('a folder of an SFTP server', {
    open: async () => {
      const settings = settingsFor(join(tempFolder('sftp'), 'made', 'by us'));
      await createDestination(settings, noAccess);
      return openDestination(settings, noAccess);
    },
  });

  splitSuite('a folder of an SFTP server', async () => placeAt(tempFolder('sftp-split')));

  test('files are 0600 in folders 0700, and nothing unfinished is left beside them', async () => {
    const root = tempFolder('sftp-modes');
    const place = placeAt(root);
    await place.put(key('data', 'set', 'x'), hello);
    await place.put(key('data', 'set', 'x'), hello);
    await place.put(key('data', 'set', 'y'), hello, { ifAbsent: true });
    expect(lstatSync(join(root, 'data')).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(root, 'data', 'set', 'x')).mode & 0o777).toBe(0o600);
    expect(lstatSync(join(root, 'data', 'set', 'y')).nlink).toBe(1);
    expect(readdirSync(join(root, 'data', 'set')).toSorted()).toEqual(['x', 'y']);
    await place.remove(key('data', 'set', 'x'));
    await place.remove(key('data', 'set', 'y'));
    expect(readdirSync(join(root, 'data'))).toEqual([]);
  });

  test('a link below the root is refused, wherever it leads; the root itself may be one', async () => {
    const root = tempFolder('sftp-links');
    const outside = tempFolder('sftp-outside');
    writeFileSync(join(outside, 'secret'), 'secret');
    mkdirSync(join(root, 'data'));
    symlinkSync(outside, join(root, 'data', 'away'));
    symlinkSync(join(outside, 'secret'), join(root, 'data', 'file'));
    const place = placeAt(root);
    await expect(place.get(key('data', 'away', 'secret'))).rejects.toEqual(code('destination.symlink'));
    await expect(place.get(key('data', 'file'))).rejects.toEqual(code('destination.symlink'));
    await expect(place.put(key('data', 'away', 'new'), hello)).rejects.toEqual(code('destination.symlink'));
    await expect(place.remove(key('data', 'file'))).rejects.toEqual(code('destination.symlink'));
    await expect(listed(place)).rejects.toEqual(code('destination.symlink'));
    expect(readdirSync(outside)).toEqual(['secret']);
    const link = join(tempFolder('sftp-root'), 'link');
    symlinkSync(outside, link);
    expect((await buffer(await placeAt(link).get(key('secret')))).toString()).toBe('secret');
  });

  test('what is no file is refused and never waited for', async () => {
    const root = tempFolder('sftp-fifo');
    mkdirSync(join(root, 'folder'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const place = placeAt(root);
    for (const name of ['folder', 'pipe']) {
      await expect(place.get(key(name))).rejects.toEqual(code('destination.not-a-file'));
      await expect(place.put(key(name), hello)).rejects.toEqual(code('destination.not-a-file'));
    }
  });

  test('a root that is gone is told as such, and nothing is written in its stead', async () => {
    const root = tempFolder('sftp-gone');
    const place = placeAt(root);
    await place.put(key('x'), hello);
    rmSync(root, { recursive: true });
    await expect(place.put(key('y'), hello)).rejects.toEqual(code('destination.unreachable'));
    await expect(place.stat(key('x'))).rejects.toEqual(code('destination.unreachable'));
    await expect(listed(place)).rejects.toEqual(code('destination.unreachable'));
    await expect(place.freeBytes()).rejects.toEqual(code('destination.unreachable'));
  });

  test('what an ended process left unfinished is swept; what a living one writes stays', async () => {
    const root = tempFolder('sftp-sweep');
    mkdirSync(join(root, 'data', 'set'), { recursive: true });
    const living = await unfinishedName();
    const ended = living.replace(/-[0-9]+-([0-9a-f]{8}-[0-9a-f]{16}[.]part)$/, `-${await endedProcess()}-$1`);
    writeFileSync(join(root, 'data', living), 'x');
    writeFileSync(join(root, 'data', 'set', ended), 'x');
    expect(await listed(placeAt(root))).toEqual([]);
    expect(await sweepDestination(settingsFor(root), noAccess, systemClock)).toBe(1);
    expect(readdirSync(join(root, 'data'))).toEqual([living]);
  });

  describe('bad input', () => {
    test('another host key than the pinned one: nothing is asked of that server', async () => {
      const other = `SHA256:${'A'.repeat(43)}`;
      const failed = await placeAt('/tmp', { hostKey: other })
        .stat(key('x'))
        .catch((thrown: unknown) => thrown);
      expect(failed).toEqual(code('destination.host-key-changed'));
      expect((failed as Error).message).toContain(server.fingerprint);
    });

    test('the RSA key may be the pinned one', async () => {
      expect(await placeAt(tempFolder('rsa'), { hostKey: server.rsaFingerprint }).stat(key('x'))).toBeUndefined();
    });

    test('a key that the server does not know, a wrong password, no agent', async () => {
      const stranger = join(tempFolder('key'), 'key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
      const refused = code('destination.auth-failed');
      await expect(placeAt('/tmp', { keyFile: stranger }).stat(key('x'))).rejects.toEqual(refused);
      const access = { ...noAccess, secrets: { login: new Secret('wrong horse') } };
      await expect(placeAt('/tmp', { auth: 'password' }, access).stat(key('x'))).rejects.toEqual(refused);
      await expect(placeAt('/tmp', { auth: 'password' }).stat(key('x'))).rejects.toEqual(code('vault.missing-secret'));
      await expect(placeAt('/tmp', { auth: 'agent' }).stat(key('x'))).rejects.toEqual(refused);
    });

    test('nobody listens there', async () => {
      await expect(placeAt('/tmp', { port: 1 }).stat(key('x'))).rejects.toEqual(code('destination.unreachable'));
    });

    test('an agent opens it', async () => {
      const socket = join(tempFolder('agent'), 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        await once(agent.stdout, 'data');
        spawnSync('ssh-add', ['-q', server.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
        const access = { ...noAccess, surroundings: { ...noAccess.surroundings, sshAgentSocket: socket } };
        expect(await placeAt(tempFolder('agent-root'), { auth: 'agent' }, access).stat(key('x'))).toBeUndefined();
      } finally {
        agent.kill();
      }
    });

    test('a key file with a passphrase needs it', async () => {
      const locked = join(tempFolder('locked'), 'key');
      execFileSync('cp', [server.keyFile, locked]);
      chmodSync(locked, 0o600);
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'correct horse', '-f', locked]);
      const access = { ...noAccess, secrets: { login: new Secret('correct horse') } };
      const root = tempFolder('locked-root');
      expect(await placeAt(root, { keyFile: locked }, access).stat(key('x'))).toBeUndefined();
      await expect(placeAt(root, { keyFile: locked }).stat(key('x'))).rejects.toEqual(code('destination.auth-failed'));
    });
  });

  test('a server that goes away in the middle fails the put; back again, the same place works on', async () => {
    const root = tempFolder('sftp-lost');
    const wire = await wireTo(server.port);
    const place = placeAt(root, { port: wire.port });
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'x');
    let cut = false;
    const putting = place.put(key('data', 'set', 'x'), bodyOf(bytes), {
      onProgress: (arrived) => {
        if (!cut && arrived > 1024 * 1024) wire.cut();
        cut ||= arrived > 1024 * 1024;
      },
    });
    await expect(putting).rejects.toEqual(code('destination.unreachable'));
    expect(await listed(place)).toEqual([]);
    await place.put(key('data', 'set', 'x'), bodyOf(bytes));
    expect((await buffer(await place.get(key('data', 'set', 'x')))).equals(bytes)).toBe(true);
    await wire.stop();
  });
});

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}
