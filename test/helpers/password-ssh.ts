/** An SSH server that lets in by password alone, with OpenSSH's own sftp-server behind it: sshd asks for passwords of the system's accounts only. */
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import ssh2 from 'ssh2';
import { fingerprint } from '../../src/main/ssh/hop.ts';
import { tempFolder } from './temp.ts';

export const sftpServer = '/usr/lib/openssh/sftp-server';

export interface PasswordServer {
  host: string;
  port: number;
  user: string;
  fingerprint: string;
  /** What lets in from now on. */
  password: string;
  stop(): Promise<void>;
}

export async function startPasswordServer(): Promise<PasswordServer> {
  const keyFile = path.join(tempFolder('password-ssh'), 'host');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(keyFile)] }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => {});
    client.on('authentication', (asked) => {
      if (asked.method === 'password' && asked.username === open.user && asked.password === open.password)
        asked.accept();
      else asked.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('subsystem', (take) => {
        const channel = take();
        const behind = spawn(sftpServer, [], { stdio: ['pipe', 'pipe', 'ignore'] });
        channel.pipe(behind.stdin);
        behind.stdout.pipe(channel);
        channel.on('close', () => behind.kill());
        behind.stdin.on('error', () => {});
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicKey = readFileSync(`${keyFile}.pub`, 'utf8').split(' ')[1] ?? '';
  const open: PasswordServer = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'backup',
    fingerprint: fingerprint(Buffer.from(publicKey, 'base64')),
    password: '',
    async stop() {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return open;
}
