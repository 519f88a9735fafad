/** One SSH connection, to a server whose host key is pinned. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { Fail } from '../../shared/failure.ts';
import type { SshHop } from '../../shared/source.ts';
import type { Secret } from '../base/secret.ts';

/** What a login needs of this machine. */
export interface SshSurroundings {
  userHome: string;
  /** SSH_AUTH_SOCK; undefined where no agent runs. */
  sshAgentSocket: string | undefined;
}

/** Families of host keys in the order in which they are asked for, when the first answer is not the pinned key. */
export const keyFamilies: ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

/**
 * One SSH connection whose host key is the pinned one. A server with keys of several kinds is asked for each.
 * @param through an open connection that leads there; undefined goes straight.
 * @throws `tunnel.unreachable`, `tunnel.auth-failed`, `tunnel.host-key-changed`
 */
export async function openHop(
  hop: SshHop,
  secret: Secret | undefined,
  through: Client | undefined,
  watch: { signal: AbortSignal },
  surroundings: SshSurroundings,
): Promise<Client> {
  const seen: string[] = [];
  for (const family of keyFamilies) {
    const sock = through === undefined ? undefined : await forward(through, hop);
    const answer = await tryHop(hop, family, credentials(hop, secret, surroundings), sock, watch);
    if (answer.client !== undefined) return answer.client;
    if (answer.seen !== undefined) seen.push(answer.seen);
  }
  if (seen.length === 0)
    throw new Fail('tunnel.unreachable', `The SSH server ${hop.host}:${hop.port} offers no host key of a known kind.`);
  throw new Fail(
    'tunnel.host-key-changed',
    `The SSH server ${hop.host} shows ${seen.join(', ')}; pinned is ${hop.hostKey}.`,
  );
}

function forward(through: Client, hop: SshHop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    through.forwardOut('127.0.0.1', 0, hop.host, hop.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else
        reject(
          new Fail('tunnel.unreachable', `The jump host cannot reach ${hop.host}:${hop.port} (${error.message}).`, {
            cause: error,
          }),
        );
    });
  });
}

function credentials(hop: SshHop, secret: Secret | undefined, surroundings: SshSurroundings): ConnectConfig {
  if (hop.auth === 'password') {
    if (secret === undefined)
      throw new Fail('vault.missing-secret', `The password of ${hop.user} on ${hop.host} was not handed to this job.`);
    return { password: secret.reveal(), tryKeyboard: true };
  }
  if (hop.auth === 'agent') {
    if (surroundings.sshAgentSocket === undefined) {
      throw new Fail('tunnel.auth-failed', 'No SSH agent is running here.', { hint: 'Start one, or name a key file.' });
    }
    return { agent: surroundings.sshAgentSocket };
  }
  const file = (hop.keyFile ?? '~/.ssh/id_ed25519').replace(/^~(?=[/\\])/, surroundings.userHome);
  try {
    const privateKey = readFileSync(path.resolve(file));
    return { privateKey, ...(secret === undefined ? {} : { passphrase: secret.reveal() }) };
  } catch (cause) {
    throw new Fail('tunnel.auth-failed', `The private key ${file} cannot be read.`, { cause });
  }
}

/** `SHA256:…` as `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function tryHop(
  hop: SshHop,
  family: ServerHostKeyAlgorithm[],
  login: ConnectConfig,
  sock: Duplex | undefined,
  watch: { signal: AbortSignal },
): Promise<{ client?: Client; seen?: string }> {
  const client = new Client();
  let seen: string | undefined;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      client.destroy();
      reject(watch.signal.reason as Error);
    };
    watch.signal.addEventListener('abort', stop, { once: true });
    const settle = (): void => watch.signal.removeEventListener('abort', stop);
    client.on('ready', () => {
      settle();
      // Questions and answers are small: waiting to fill packets would cost 40 ms each.
      if (sock === undefined) client.setNoDelay(true);
      resolve({ client });
    });
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
      finish(prompts.map(() => (typeof login.password === 'string' ? login.password : '')));
    });
    client.on('error', (error: Error & { level?: string }) => {
      settle();
      client.destroy();
      if (seen !== undefined && seen !== hop.hostKey.replace(/=+$/, '')) resolve({ seen });
      else if (/no matching host key/i.test(error.message)) resolve({});
      else reject(hopFailure(hop, error));
    });
    try {
      client.connect({
        ...(sock === undefined ? { host: hop.host, port: hop.port } : { sock }),
        username: hop.user,
        algorithms: { serverHostKey: family },
        hostVerifier: (key: Buffer) => {
          seen = fingerprint(key);
          return seen === hop.hostKey.replace(/=+$/, '');
        },
        readyTimeout: 20_000,
        keepaliveInterval: 15_000,
        keepaliveCountMax: 4,
        ...login,
      });
    } catch (error) {
      settle();
      reject(hopFailure(hop, error as Error));
    }
  });
}

function hopFailure(hop: SshHop, error: Error & { level?: string }): Fail {
  const where = `${hop.user}@${hop.host}:${hop.port}`;
  if (error.level === 'client-authentication' || /privateKey|passphrase/i.test(error.message)) {
    return new Fail('tunnel.auth-failed', `The SSH server does not let us in as ${where} (${error.message}).`, {
      cause: error,
    });
  }
  return new Fail('tunnel.unreachable', `The SSH server ${where} cannot be reached (${error.message}).`, {
    cause: error,
  });
}
