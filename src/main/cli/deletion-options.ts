/** The login that removes backups in a place, from the options of `destination change`. */
import { DeletionLogin, type DestinationSettings } from '../../shared/destination.ts';
import { z } from '../../shared/schema.ts';
import { wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';
import { words } from './words.ts';

type Deletion = { login: DeletionLogin; secret: string } | null | undefined;

export async function deletionOf(settings: DestinationSettings, args: Arguments, context: Context): Promise<Deletion> {
  const text = args.text('deletion-login');
  if (args.has('no-deletion-login')) {
    if (text !== undefined) throw wrongUsage('Only one of --deletion-login, --no-deletion-login can be given.');
    return null;
  }
  if (text === undefined) {
    if (args.has('deletion-secret-stdin')) throw wrongUsage('--deletion-secret-stdin belongs to --deletion-login.');
    return undefined;
  }
  const login = z.safeParse(DeletionLogin, loginOf(settings, text));
  if (!login.success)
    throw wrongUsage('--deletion-login is an access key ID (S3), key or sas (Azure), or a user (SFTP).');
  const secret = context.terminal.interactive
    ? await context.terminal.askSecret(words.askDeletionSecret(text))
    : args.has('deletion-secret-stdin')
      ? await context.terminal.readLine()
      : undefined;
  if (secret === undefined || secret === '') throw wrongUsage('No secret was given. Use --deletion-secret-stdin.');
  return { login: login.data, secret };
}

function loginOf({ kind }: DestinationSettings, text: string): object {
  if (kind === 'azure') return { kind, auth: text };
  return kind === 's3' ? { kind, accessKeyId: text } : { kind, user: text };
}
