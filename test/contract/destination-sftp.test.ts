import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
import { wireTo, type Wire } from '../helpers/wire.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';

const ssh = needs('an SSH server', sshdMissing());
const oneMiB = 1024 * 1024;
const code = (value: string) => expect.objectContaining({ code: value });
async function listed(place: Destination): Promise<string[]> {
  const names: string[] = [];
  for await (const stored of place.list('')) names.push(stored.key);
  return names;
}

const hello = bodyOf(Buffer.from('hello'));

describe.runIf(ssh)('SV-1 BD-6 BS-16 SV-20 a place on an SFTP server', () => {
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

  describe('JO-13 BD-6 a connection that breaks in the middle of a put', () => {
    const name = key('data', 'set', 'x');
    const bytes = randomBytes(16 * oneMiB);
    const body = { ...bodyOf(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
    let wire: Wire;
    let root: string;
    const place = () => placeAt(root, { port: wire.port });
    const fileIn = () => readFileSync(join(root, 'data', 'set', 'x'));
    beforeEach(async () => {
      wire = await wireTo(server.port);
      root = tempFolder('sftp-lost');
    });
    afterEach(() => wire.stop());

    /** A put that is told what it can be gone on with, until the network is gone after so many bytes. */
    const brokenAfter = async (sentBytes: number): Promise<string> => {
      let token = '';
      wire.after(sentBytes, () => wire.away());
      const put = place().put(name, body, { ifAbsent: true, onResumable: (given) => (token = given) });
      await expect(put).rejects.toEqual(code('destination.unreachable'));
      await wire.back();
      return token;
    };

    test('fails it where nobody goes on with it: nothing is left, and the same place works on', async () => {
      const same = place();
      wire.after(2 * oneMiB, () => wire.cut());
      await expect(same.put(name, body)).rejects.toEqual(code('destination.unreachable'));
      expect(await listed(same)).toEqual([]);
      await same.put(name, body);
      expect(fileIn().equals(bytes)).toBe(true);
    });

    test('another connection goes on with it at once, as long as each brings it further', async () => {
      const safe: number[] = [];
      const onResumable = (token: string): void => {
        const bytesThere = Number(/^sftp:(\d+):/.exec(token)?.[1]);
        if (bytesThere <= (safe.at(-1) ?? 0)) return;
        safe.push(bytesThere);
        wire.cut();
      };
      await place().put(name, body, { ifAbsent: true, onResumable });
      expect(safe.length).toBeGreaterThanOrEqual(2);
      expect(fileIn().equals(bytes)).toBe(true);
      expect(readdirSync(join(root, 'data', 'set'))).toEqual(['x']);
      // What was on its way, and not acknowledged when it was cut, is sent again.
      expect(wire.sentBytes).toBeLessThan(2 * bytes.length);
    });

    test('another process goes on with what is synced there, and sends the rest', async () => {
      const token = await brokenAfter(12 * oneMiB);
      expect(await listed(place())).toEqual([]);
      const before = wire.sentBytes;
      await place().put(name, body, { ifAbsent: true, resumeToken: token, onResumable: () => {} });
      expect(fileIn().equals(bytes)).toBe(true);
      expect(wire.sentBytes - before).toBeLessThan(13 * oneMiB);
      expect(readdirSync(join(root, 'data', 'set'))).toEqual(['x']);
    });

    test('what is there and is not the beginning of the body is not gone on with', async () => {
      const token = await brokenAfter(12 * oneMiB);
      const [left = ''] = readdirSync(join(root, 'data', 'set'));
      const there = readFileSync(join(root, 'data', 'set', left));
      const kept = Number(/^sftp:(\d+):/.exec(token)?.[1]);
      expect(kept).toBeGreaterThanOrEqual(4 * oneMiB);
      there[kept - 1] = (there[kept - 1] ?? 0) ^ 1;
      writeFileSync(join(root, 'data', 'set', left), there);
      await place().put(name, body, { ifAbsent: true, resumeToken: token });
      expect(fileIn().equals(bytes)).toBe(true);
      expect(readdirSync(join(root, 'data', 'set'))).toEqual(['x']);
    });

    test('a token of no file of ours opens and removes nothing', async () => {
      writeFileSync(join(root, 'mine'), 'mine');
      for (const token of ['sftp:4:../../mine', 'sftp:4:mine', 'x']) {
        await place().giveUp?.(name, token);
        await place().put(name, body, { resumeToken: token });
      }
      expect(readFileSync(join(root, 'mine'), 'utf8')).toBe('mine');
      expect(fileIn().equals(bytes)).toBe(true);
    });

    test('an abort leaves it to be gone on with; giving it up removes it with its folder', async () => {
      const abort = new AbortController();
      let token = '';
      const put = place().put(name, body, {
        signal: abort.signal,
        onResumable: (given) => {
          token = given;
          if (!given.startsWith('sftp:0:')) abort.abort(new Error('enough'));
        },
      });
      await expect(put).rejects.toThrow('enough');
      expect(readdirSync(join(root, 'data', 'set'))).toHaveLength(1);
      // Whose process has ended: what a later one goes on with is not swept for that.
      expect(await sweepDestination(settingsFor(root), noAccess, systemClock)).toBe(0);
      await place().giveUp?.(name, token);
      expect(readdirSync(join(root, 'data'))).toEqual([]);
    });
  });
});

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}
