/** `--kit-file FILE`, `--kit-stdin`, `--private-key FILE`: what opens a backup in the place of the vault. */
import { open } from 'node:fs/promises';
import { Fail } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';
import { digitsOf, maxKitBytes } from '../kit/read-page.ts';
import { absolute, wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';

export const kitOptions = {
  'kit-file': { type: 'string' },
  'kit-stdin': { type: 'boolean' },
  'private-key': { type: 'string' },
} as const;

export const kitDetails = `  --kit-file FILE      opens the backup with this recovery kit instead of the vault: the page, or a text with its digits;
                       what comes back equal proves the kit
  --kit-stdin          the digits are the next line of standard input
  --private-key FILE   opens a backup that is sealed for somebody's own OpenPGP key (armored, without a passphrase)`;

type Given = { kit?: string; privateKey?: string };

/** Nothing where none was given. */
export async function kitFrom(args: Arguments, { cwd, terminal }: Context): Promise<Given> {
  const key = args.text('private-key');
  const privateKey = key === undefined ? {} : { privateKey: await readText(absolute(cwd, key)) };
  const file = args.text('kit-file');
  const typed = args.has('kit-stdin');
  if (file !== undefined && typed) throw wrongUsage('--kit-file and --kit-stdin do not go together.');
  if (!typed && file === undefined) return privateKey;
  const kit = digitsOf(file === undefined ? ((await terminal.readLine()) ?? '') : await readText(absolute(cwd, file)));
  if (kit === '') throw wrongUsage('No digits of a kit were given.');
  return { kit, ...privateKey };
}

/** At most as much as any kit or key has. */
export async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxKitBytes), 0, maxKitBytes, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw new Fail('path.unreadable', `${file} could not be read (${systemCode(thrown) ?? 'unknown'}).`, {
      cause: thrown,
    });
  }
}
