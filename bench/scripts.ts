/** The commands that are measured: Holdfast's, and what people run without it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from './measure.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What the command line of a job's process holds. */
export const jobProgram = 'src/main/worker.ts';

/** One backup as a whole command. @param env of its data folder. */
export const backupStep = (source: string, env: Record<string, string>): Step => ({
  program: path.join(root, 'node_modules/.bin/node'),
  args: [path.join(root, 'src/main/cli/main.ts'), 'backup', source, '--json'],
  env,
});

function passphraseIn(folder: string): string {
  const file = path.join(folder, 'passphrase');
  writeFileSync(file, 'a passphrase of the script\n', { mode: 0o600 });
  return file;
}

/** Dump, compress, encrypt, each to a file. */
export function threePasses(folder: string, dump: string, url: string): Step[] {
  const at = (name: string): string => path.join(folder, name);
  const cipher = ['enc', '-aes-256-cbc', '-salt', '-pbkdf2', '-pass', `file:${passphraseIn(folder)}`];
  return [
    { program: dump, args: ['-Fc', '-f', at('script.dump'), url] },
    { program: '/usr/bin/gzip', args: ['-f', at('script.dump')] },
    { program: '/usr/bin/openssl', args: [...cipher, '-in', at('script.dump.gz'), '-out', at('script.enc')] },
  ];
}

/** Dump, zstd and gpg in one pipe: the best that a shell does, without counts, digests, a manifest or a look at what was written. */
export function zstdAndGpg(folder: string, dump: string, url: string): Step[] {
  const home = path.join(folder, 'gnupg');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const pipe = [
    '"$1" -Fc -Z0 "$2"',
    'zstd -1 -q -T1',
    'gpg --batch --yes --no-symkey-cache --pinentry-mode loopback --passphrase-file "$3" --cipher-algo AES256 --compress-algo none --symmetric -o "$4"',
  ];
  const args = ['-o', 'pipefail', '-c', pipe.join(' | '), 'pipe', dump, url, passphraseIn(folder)];
  return [{ program: '/bin/bash', args: [...args, path.join(folder, 'script.zst.gpg')], env: { GNUPGHOME: home } }];
}
