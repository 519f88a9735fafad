/** Asks an SSH server for its key and leaves before anybody logs in: what a person compares before it is pinned. */
import type { Client as SshClient, ServerHostKeyAlgorithm } from 'ssh2';
import { Fail } from '../../../shared/failure.ts';
import type { HostKey } from '../../../shared/source.ts';
import { fingerprint, keyFamilies } from '../../ssh/hop.ts';

/**
 * The key that a connection to this server would be shown first, in the form that a source pins.
 * @param patienceMs how long the server may take to show it.
 * @throws Fail `tunnel.unreachable`; the signal's reason.
 */
export async function readHostKey(
  host: string,
  port: number,
  signal: AbortSignal,
  patienceMs = 15_000,
): Promise<HostKey> {
  for (const family of keyFamilies) {
    const found = await askOnce(host, port, family, signal, patienceMs);
    if (found !== null) return found;
  }
  throw new Fail('tunnel.unreachable', `The SSH server ${host}:${port} offers no host key of a known kind.`);
}

/** Null where the server has no key of this family. */
async function askOnce(
  host: string,
  port: number,
  family: ServerHostKeyAlgorithm[],
  signal: AbortSignal,
  patienceMs: number,
): Promise<HostKey | null> {
  // Most owners never need it, and it takes its time to load.
  const { Client } = await import('ssh2');
  signal.throwIfAborted();
  const client: SshClient = new Client();
  let shown: HostKey | undefined;
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', stop);
      client.destroy();
      finish();
    };
    const stop = (): void => settle(() => reject(signal.reason as Error));
    signal.addEventListener('abort', stop, { once: true });
    client.on('error', (error) => {
      const seen = shown;
      if (seen !== undefined) settle(() => resolve(seen));
      else if (/no matching host key/i.test(error.message)) settle(() => resolve(null));
      else settle(() => reject(unreachable(host, port, error)));
    });
    // A server that hangs up without a word emits no error.
    client.on('close', () => settle(() => reject(unreachable(host, port, new Error('it closed the connection')))));
    client.connect({
      host,
      port,
      // Never sent: the key is refused before there is a login.
      username: 'holdfast',
      algorithms: { serverHostKey: family },
      hostVerifier: (key: Buffer) => {
        shown = { fingerprint: fingerprint(key), type: typeOf(key) };
        return false;
      },
      readyTimeout: patienceMs,
    });
  });
}

/** An SSH key begins with the length of its type's name, and the name. */
function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function unreachable(host: string, port: number, cause: Error): Fail {
  return new Fail('tunnel.unreachable', `The SSH server ${host}:${port} cannot be reached (${cause.message}).`, {
    cause,
  });
}
