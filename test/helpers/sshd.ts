import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';
import { tempFolder } from './temp.ts';

/** A real SSH server of its own: own keys, own port, gone with the test. */
export interface SshServer {
  host: string;
  port: number;
  user: string;
  /** Lets `user` in. */
  keyFile: string;
  /** `SHA256:…` of its ed25519 key, as ssh-keygen says it. */
  fingerprint: string;
  /** Of its RSA key. */
  rsaFingerprint: string;
  stop(): Promise<void>;
}

export function sshdMissing(): string | undefined {
  return existsSync('/usr/sbin/sshd') ? undefined : 'no /usr/sbin/sshd (openssh-server)';
}

export async function startSshd(settings: string[] = []): Promise<SshServer> {
  // sshd insists on folders that nobody else can write: /tmp itself will do, being sticky.
  const folder = tempFolder('sshd');
  const keygen = (name: string, type: string): string => {
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      type,
      ...(type === 'rsa' ? ['-b', '2048'] : []),
      '-N',
      '',
      '-f',
      join(folder, name),
    ]);
    return join(folder, name);
  };
  const hostKey = keygen('host_ed25519', 'ed25519');
  const rsaKey = keygen('host_rsa', 'rsa');
  const keyFile = keygen('user', 'ed25519');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${keyFile}.pub`));
  chmodSync(join(folder, 'authorized_keys'), 0o600);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `HostKey ${rsaKey}`,
    `PidFile ${join(folder, 'pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'AllowTcpForwarding yes',
    ...settings,
  ];
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (data: Buffer) => (said += data.toString()));
  await answering(server, port, () => said);
  const print = (file: string): string =>
    execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    keyFile,
    fingerprint: print(hostKey),
    rsaFingerprint: print(rsaKey),
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await exited;
    },
  };
}

async function answering(server: ChildProcess, port: number, said: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`sshd did not start: ${said()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
