/** gpg as the machine has it, with a home of its own and no agent left behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { needs } from './needs.ts';

export const hasGpg = needs(
  'gpg and zstd',
  ['gpg', 'zstd'].every((program) => spawnSync(program, ['--version']).error === undefined)
    ? undefined
    : 'gpg or zstd is not installed',
);

export interface GpgHome {
  folder: string;
  /** A command of bash with `pipefail`; output as bytes. */
  run(command: string): { status: number | null; stdout: Buffer; stderr: string };
  /** `gpg … -d` with this passphrase, from a file. */
  decrypt(passphrase: string): string;
  newKey(address: string): { fingerprint: string; publicKey: string; privateKey: string };
}

/** Call it while a `describe` is collected. */
export function gpgHome(): GpgHome {
  // Short: the agent's socket lies in it, and a socket's path has at most 107 bytes.
  const folder = mkdtempSync('/tmp/hfg-');
  const env = { PATH: process.env['PATH'], HOME: folder, GNUPGHOME: folder, LC_ALL: 'C' };
  const run: GpgHome['run'] = (command) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
      env,
      maxBuffer: 2 ** 28,
    });
    return { status, stdout, stderr: stderr.toString() };
  };
  afterAll(() => {
    run('gpgconf --kill gpg-agent');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    run,
    decrypt(passphrase) {
      const file = join(folder, 'passphrase');
      writeFileSync(file, passphrase, { mode: 0o600 });
      return `gpg --batch --pinentry-mode loopback --passphrase-file ${file} -d`;
    },
    newKey(address) {
      const made = run(
        `gpg --batch --pinentry-mode loopback --passphrase '' --quick-gen-key ${address} rsa2048 encr never`,
      );
      if (made.status !== 0) throw new Error(made.stderr);
      const text = (command: string): string => run(command).stdout.toString();
      return {
        fingerprint: (
          /^fpr:+([0-9A-F]{40}):/m.exec(text(`gpg --with-colons --fingerprint ${address}`))?.[1] ?? ''
        ).toLowerCase(),
        publicKey: text(`gpg --armor --export ${address}`),
        privateKey: text(
          `gpg --batch --pinentry-mode loopback --passphrase '' --armor --export-secret-keys ${address}`,
        ),
      };
    },
  };
}
