/** SV-20 SV-21: a password, a passphrase, a secret key of every character opens a place as it was typed; no other form of it does. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DestinationSettings } from '../../src/shared/destination.ts';
import { everyCharacter, everyPrintable } from '../helpers/every-character.ts';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { needs } from '../helpers/needs.ts';
import { sftpServer, startPasswordServer, type PasswordServer } from '../helpers/password-ssh.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';
import { uploadWorld } from '../helpers/uploads.ts';

const ssh = needs('an SSH server', sshdMissing());
const sftp = needs("OpenSSH's sftp-server", existsSync(sftpServer) ? undefined : `no ${sftpServer}`);

/** One letter, written as one character and as two: not the same password. */
const [composed, decomposed] = ['é'.normalize('NFC'), 'é'.normalize('NFD')];
const spaced = `  ${everyPrintable}  `;

let house: OpenedHouse;
beforeAll(async () => {
  house = await uploadWorld('every-password').open();
});
afterAll(() => house.close());

let places = 0;
/** Kept in the vault, taken from there again, and used. */
async function outcomeOf(settings: DestinationSettings, secret: string): Promise<string> {
  places += 1;
  const name = `place-${places}`;
  try {
    await house.api.destination.add({ name, seal: false, secret, settings });
    const { steps } = await house.api.destination.test({ name });
    return steps.find(({ outcome }) => outcome === 'failed')?.code ?? 'ok';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

describe.runIf(ssh && sftp)('SV-20 SV-21 The password of an SFTP place', () => {
  let server: PasswordServer;
  beforeAll(async () => {
    server = await startPasswordServer();
  });
  afterAll(() => server.stop());
  const settings = (): DestinationSettings => ({
    kind: 'sftp',
    host: server.host,
    port: server.port,
    user: server.user,
    auth: 'password',
    hostKey: server.fingerprint,
    path: tempFolder('every-password-sftp'),
  });

  test.for([spaced, everyCharacter])('lets in as it is: %j', async (password) => {
    server.password = password;
    expect(await outcomeOf(settings(), password)).toBe('ok');
  });

  test('is not made prettier: without its blanks, or with its letters in another form, it is another', async () => {
    server.password = ` ${composed} `;
    for (const other of [composed, ` ${decomposed} `])
      expect(await outcomeOf(settings(), other)).toBe('destination.auth-failed');
  });
});

describe.runIf(ssh)('SV-20 SV-21 The passphrase of a private key', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshd(['Subsystem sftp internal-sftp']);
  });
  afterAll(() => server.stop());

  test('opens it as it is', async () => {
    const long = `${spaced}${composed} `;
    const keyFile = path.join(tempFolder('every-passphrase'), 'key');
    copyFileSync(server.keyFile, keyFile);
    chmodSync(keyFile, 0o600);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', long, '-f', keyFile]);
    const { host, port, user, fingerprint: hostKey } = server;
    const settings = { kind: 'sftp' as const, host, port, user, auth: 'key' as const, keyFile, hostKey };
    expect(await outcomeOf({ ...settings, path: tempFolder('every-passphrase-place') }, long)).toBe('ok');
    for (const other of [long.trim(), `${spaced}${decomposed} `])
      expect(await outcomeOf({ ...settings, path: tempFolder('every-passphrase-place') }, other)).toBe(
        'destination.auth-failed',
      );
  });
});

describe('SV-20 SV-21 Secret keys of clouds', () => {
  let server: FakeS3;
  beforeAll(async () => {
    server = await fakeS3();
  });
  afterAll(() => server.stop());

  test.for([spaced, everyCharacter])('a secret access key signs as it is: %j', async (secret) => {
    const accessKeyId = `AKIDODD${places}`;
    server.keys.set(accessKeyId, secret);
    const settings = {
      kind: 's3' as const,
      endpoint: server.endpoint,
      region: 'eu-test-1',
      bucket: 'backups',
      pathStyle: true,
      accessKeyId,
    };
    expect(await outcomeOf({ ...settings, prefix: accessKeyId }, secret)).toBe('ok');
    expect(await outcomeOf({ ...settings, prefix: `${accessKeyId}-no` }, `${secret} `)).toBe('destination.auth-failed');
  });
});

describe('SV-20 SV-21 A secret with a line end', () => {
  test.for(['two\nlines', 'end\n', 'carriage\rreturn', 'zero\0byte'])(
    '%j is refused by name, and nothing is kept',
    async (secret) => {
      const settings = {
        kind: 's3' as const,
        endpoint: 'http://127.0.0.1:1',
        region: 'eu-test-1',
        bucket: 'backups',
        prefix: 'lines',
        pathStyle: true,
        accessKeyId: 'AKIDLINES',
      };
      const refused = { code: 'vault.unusable-secret' };
      const input = { settings, secret };
      await expect(house.api.destination.add({ name: 'lines', seal: false, ...input })).rejects.toMatchObject(refused);
      await expect(house.api.destination.test(input)).rejects.toMatchObject(refused);
      const listed = await house.api.destination.list({});
      expect(listed.map(({ name }) => name)).not.toContain('lines');
    },
  );
});
