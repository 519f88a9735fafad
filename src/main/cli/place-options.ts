/** The options that say where a place is, and how its secret comes in. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { addressOf, S3Settings, SftpSettings, type DestinationSettings } from '../../shared/destination.ts';
import { z } from '../../shared/schema.ts';
import type { SshHop } from '../../shared/source.ts';
import { absolute, oneOf, wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';
import { readHop } from './server-options.ts';
import { words } from './words.ts';

export const placeOptions = {
  folder: { type: 'string' },
  s3: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  'access-key-id': { type: 'string' },
  'path-style': { type: 'boolean' },
  'storage-class': { type: 'string' },
  'kms-key': { type: 'string' },
  sftp: { type: 'string' },
  path: { type: 'string' },
  'sftp-key': { type: 'string' },
  'sftp-host-key': { type: 'string' },
  'sftp-agent': { type: 'boolean' },
  'sftp-password-stdin': { type: 'boolean' },
  'secret-stdin': { type: 'boolean' },
} satisfies ParseArgsOptionsConfig;

export function settingsOf(args: Arguments, context: Context): DestinationSettings {
  switch (oneOf(args, ['folder', 's3', 'sftp'])) {
    case 'folder':
      return { kind: 'folder', path: absolute(context.cwd, args.text('folder') ?? '') };
    case 's3':
      return s3Of(args);
    default:
      return sftpOf(args, context);
  }
}

/** What the options change in settings that are there already; undefined where they name none of them. */
export function changedSettings(
  before: DestinationSettings,
  args: Arguments,
  context: Context,
): DestinationSettings | undefined {
  if (['folder', 's3', 'sftp'].some((name) => args.given(name)))
    return args.given('s3') && before.kind === 's3' ? s3Of(args, before) : settingsOf(args, context);
  const given = Object.keys(placeOptions).filter((name) => args.given(name) && !name.endsWith('-stdin'));
  const [first] = given;
  if (first === undefined) return undefined;
  if (before.kind === 's3' && given.every((name) => ofBucket.has(name))) return s3Of(args, before);
  if (before.kind === 'sftp' && given.every((name) => name === 'path')) return { ...before, ...pathOf(args) };
  throw wrongUsage(`--${first} needs ${before.kind === 'sftp' ? '--sftp and what belongs to it' : 'another place'}.`);
}

const ofBucket = new Set(['region', 'endpoint', 'access-key-id', 'path-style', 'storage-class', 'kms-key']);

/** @param before whose settings hold where an option does not say otherwise. */
function s3Of(args: Arguments, before?: S3Settings): S3Settings {
  const named = args.text('s3')?.split('/') ?? [before?.bucket ?? '', ...(before?.prefix ?? '').split('/')];
  const [bucket = '', ...folders] = named;
  const endpoint = args.text('endpoint') ?? before?.endpoint;
  const region = args.text('region') ?? before?.region;
  const accessKeyId = args.text('access-key-id') ?? before?.accessKeyId;
  const [storageClass, kms] = [args.text('storage-class'), args.text('kms-key')];
  if (region === undefined || accessKeyId === undefined) throw wrongUsage('--s3 needs --region and --access-key-id.');
  const parsed = z.safeParse(S3Settings, {
    ...before,
    kind: 's3',
    region,
    bucket,
    prefix: folders.join('/'),
    pathStyle: args.has('path-style') || before?.pathStyle === true,
    accessKeyId,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(kms === undefined ? {} : { encryption: { by: 'kms', keyId: kms } }),
  });
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? 's3');
  throw wrongUsage(
    field === 'endpoint'
      ? '--endpoint is an https:// address; http:// only leads to this computer.'
      : `The ${field} of --s3 cannot be one.`,
  );
}

function sftpOf(args: Arguments, context: Context): SftpSettings {
  const hop = readHop(args, 'sftp', context, undefined);
  return { ...(hop as SshHop), kind: 'sftp', ...pathOf(args) };
}

function pathOf(args: Arguments): { path: string } {
  const parsed = z.safeParse(SftpSettings.shape.path, args.text('path'));
  if (!parsed.success) throw wrongUsage('--sftp needs --path, an absolute path on the server.');
  return { path: parsed.data };
}

export async function secretOf(
  settings: DestinationSettings,
  args: Arguments,
  context: Context,
): Promise<string | undefined> {
  const needed = settings.kind === 's3' || (settings.kind === 'sftp' && settings.auth === 'password');
  if (!needed && !args.has('secret-stdin')) return undefined;
  const line = context.terminal.interactive
    ? await context.terminal.askSecret(words.askPlaceSecret(addressOf(settings)))
    : args.has('secret-stdin') || args.has('sftp-password-stdin')
      ? await context.terminal.readLine()
      : undefined;
  if (line === undefined || line === '') throw wrongUsage('No secret was given. Use --secret-stdin.');
  return line;
}
