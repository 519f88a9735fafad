import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/main/base/secret.ts';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { leaseRoute } from '../../src/main/engine/postgres/tunnel.ts';
import type { Place } from '../../src/main/engine/engine.ts';
import type { PostgresSettings, SshHop } from '../../src/shared/source.ts';
import { everyPrintable } from '../helpers/every-character.ts';
import { makeAuthority } from '../helpers/certificates.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { sourceOf, surroundings, testWatch, until } from '../helpers/postgres-source.ts';
import { machine, serverIsHere, ways, welcome } from '../helpers/postgres-ways.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';

const here = serverIsHere();
const ssh = needs('an SSH server', sshdMissing());
const password = 'pass:word\\ with "everything" \'in it\' ⚓';

describe.runIf(here && ssh)('an SSH tunnel leads to a server', () => {
  let cluster: Cluster;
  let sshd: SshServer;
  let jump: SshServer;
  beforeAll(async () => {
    cluster = await startCluster({ auth: 'scram', password });
    sshd = await startSshd();
    jump = await startSshd();
  });
  afterAll(async () => {
    await cluster?.stop();
    await sshd?.stop();
    await jump?.stop();
  });

  const hop = (server: SshServer, changes: Partial<SshHop> = {}): SshHop => ({
    host: server.host,
    port: server.port,
    user: server.user,
    auth: 'key',
    keyFile: server.keyFile,
    hostKey: server.fingerprint,
    ...changes,
  });
  const through = (tunnel: PostgresSettings['tunnel'], changes: Partial<PostgresSettings> = {}): Place =>
    sourceOf(cluster, 'postgres', { secret: password, ...(tunnel === undefined ? {} : { tunnel }), ...changes });

  test('of one hop, and of two', async () => {
    expect(await ways(through({ server: hop(sshd) }))).toEqual(welcome);
    expect(await ways(through({ jump: hop(jump), server: hop(sshd) }))).toEqual(welcome);
  });

  test('whichever of its keys is the pinned one', async () => {
    expect(await ways(through({ server: hop(sshd, { hostKey: sshd.rsaFingerprint }) }))).toEqual(welcome);
  });

  test('another key than the pinned one is refused before anything is sent, at either hop', async () => {
    expect((await ways(through({ server: hop(sshd, { hostKey: jump.fingerprint }) }))).session).toBe(
      'tunnel.host-key-changed',
    );
    expect((await ways(through({ jump: hop(jump, { hostKey: sshd.fingerprint }), server: hop(sshd) }))).session).toBe(
      'tunnel.host-key-changed',
    );
  });

  test('a key that is not let in, a file that is no key, a port where nobody listens', async () => {
    expect((await ways(through({ server: hop(sshd, { keyFile: jump.keyFile }) }))).session).toBe('tunnel.auth-failed');
    expect((await ways(through({ server: hop(sshd, { keyFile: '/etc/hostname' }) }))).session).toBe(
      'tunnel.auth-failed',
    );
    expect((await ways(through({ server: hop(sshd, { auth: 'agent' }) }))).session).toBe('tunnel.auth-failed');
    expect((await ways(through({ server: hop(sshd, { port: 1 }) }))).session).toBe('tunnel.unreachable');
    expect((await ways(through({ jump: hop(jump), server: hop(sshd, { port: 1 }) }))).session).toBe(
      'tunnel.unreachable',
    );
  });

  test('a database that the SSH server cannot reach', async () => {
    expect((await ways(through({ server: hop(sshd) }, { port: 1 }))).session).toBe('source.unreachable');
  });

  test('SV-21 a key with a passphrase of every character, and an agent', async () => {
    const locked = join(surroundings().userHome, 'locked');
    execFileSync('cp', [sshd.keyFile, locked]);
    chmodSync(locked, 0o600);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', everyPrintable, '-f', locked]);
    const place = through({ server: hop(sshd, { keyFile: locked }) });
    expect((await ways(place)).session).toBe('tunnel.auth-failed');
    expect(await ways({ ...place, secrets: { ...place.secrets, tunnel: new Secret(everyPrintable) } })).toEqual(
      welcome,
    );

    const socket = join(surroundings().userHome, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    await until(() => existsSync(socket));
    execFileSync('ssh-add', ['-q', sshd.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
    expect(
      await ways(
        through({ server: hop(sshd, { auth: 'agent' }) }),
        'postgres',
        surroundings({ sshAgentSocket: socket }),
      ),
    ).toEqual(welcome);
    agent.kill();
  });

  test("the certificate is checked for the name in the settings, not for the tunnel's end", async () => {
    const ours = makeAuthority('Holdfast test authority');
    const secure = await startCluster({ ssl: ours.issue('DNS:localhost') });
    const tunnel = { server: hop(sshd) };
    const place = (host: string): Place =>
      sourceOf(secure, 'postgres', { host, tunnel, tls: { mode: 'verify-full', caFile: ours.caFile } });
    expect(await ways(place('localhost'))).toEqual(welcome);
    expect((await ways(place('127.0.0.1'))).session).toBe('source.tls-wrong-host');
    await secure.stop();
  });

  test('its local end closes with the last who uses it, and is not for other accounts', async (context) => {
    const place = through({ server: hop(sshd) });
    const watch = testWatch();
    const first = await leaseRoute(place, watch, machine);
    const second = await leaseRoute(place, watch, machine);
    expect(second.port).toBe(first.port);
    const answers = (): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connectSocket(first.port, '127.0.0.1');
        socket.once('error', () => resolve(false));
        socket.once('close', () => resolve(true));
        socket.once('connect', () => socket.destroy());
      });
    await first.release();
    await first.release();
    expect(await answers()).toBe(true);
    const asOther = process.platform === 'linux' && process.getuid?.() === 0;
    if (asOther) {
      const stranger = spawn(
        '/bin/bash',
        ['-c', `exec 3<>/dev/tcp/127.0.0.1/${first.port}; printf 'hello' >&3; timeout 5 cat <&3`],
        { uid: 65_534, gid: 65_534 },
      );
      await new Promise((resolve) => stranger.once('exit', resolve));
    } else await context.annotate('another account needs root to be tried');
    expect(watch.lines.some((line) => line.includes('was refused'))).toBe(asOther);
    await second.release();
    expect(await answers()).toBe(false);
  });

  test('an SSH server that goes away in the middle is told as such', async () => {
    const brief = await startSshd();
    const place = through({ server: hop(brief) });
    const watch = testWatch();
    const session = await connect(place, 'postgres', watch, machine);
    const asleep = session.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
    await until(
      async () =>
        (
          await cluster.sql(
            'postgres',
            `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()`,
          )
        ).length === 1,
    );
    // The server's own process goes on for a connection that is open: both are ended.
    execFileSync('pkill', ['-KILL', '-P', String(await pidOf(brief))]);
    await brief.stop();
    expect(await asleep).toMatchObject({ code: 'tunnel.lost' });
    await session.close();
  });
});

async function pidOf(server: SshServer): Promise<number> {
  const listening = execFileSync('ss', ['-Hltnp', `sport = :${server.port}`], { encoding: 'utf8' });
  return Number(/pid=(\d+)/.exec(listening)?.[1]);
}
