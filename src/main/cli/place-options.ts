/** The options that say where a place is, and how its secret comes in. */
import type { ParseArgsOptionsConfig } from 'node:util';
import {
  addressOf,
  AzureSettings,
  S3Settings,
  SftpSettings,
  type DestinationSettings,
} from '../../shared/destination.ts';
import type { Fail } from '../../shared/failure.ts';
import { endpointOf, s3PresetIds, s3Presets, type S3Preset } from '../../shared/s3-presets.ts';
import { z } from '../../shared/schema.ts';
import type { SshHop } from '../../shared/source.ts';
import { absolute, choice, oneOf, wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';
import { placeEnvOf, secretInEnv, type PlaceEnv } from './place-env.ts';
import { readHop } from './server-options.ts';
import { words } from './words.ts';

export const placeOptions = {
  folder: { type: 'string' },
  s3: { type: 'string' },
  service: { type: 'string' },
  'account-id': { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  'access-key-id': { type: 'string' },
  'path-style': { type: 'boolean' },
  'storage-class': { type: 'string' },
  'sse-s3': { type: 'boolean' },
  'kms-key': { type: 'string' },
  'part-size': { type: 'string' },
  azure: { type: 'string' },
  sas: { type: 'boolean' },
  tier: { type: 'string' },
  sftp: { type: 'string' },
  path: { type: 'string' },
  'sftp-key': { type: 'string' },
  'sftp-host-key': { type: 'string' },
  'sftp-agent': { type: 'boolean' },
  'sftp-password-stdin': { type: 'boolean' },
  'secret-stdin': { type: 'boolean' },
  'env-file': { type: 'string' },
} satisfies ParseArgsOptionsConfig;

const kinds = ['folder', 's3', 'azure', 'sftp'] as const;
const secretOptions = new Set(['sftp-password-stdin', 'secret-stdin', 'env-file']);
const ofBucket = new Set([
  'service',
  'account-id',
  'region',
  'endpoint',
  'access-key-id',
  'path-style',
  'storage-class',
  'sse-s3',
  'kms-key',
  'part-size',
]);
const ofContainer = new Set(['endpoint', 'sas', 'tier', 'part-size']);

/** Whether an address was given at all. */
export const namesPlace = (args: Arguments): boolean => kinds.some((kind) => args.given(kind));

export function settingsOf(args: Arguments, context: Context): DestinationSettings {
  switch (oneOf(args, kinds)) {
    case 'folder':
      return { kind: 'folder', path: absolute(context.cwd, args.text('folder') ?? '') };
    case 's3':
      return s3Of(args, placeEnvOf(args, context));
    case 'azure':
      return azureOf(args, placeEnvOf(args, context));
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
  const env = placeEnvOf(args, context);
  const given = Object.keys(placeOptions).filter((name) => args.given(name) && !secretOptions.has(name));
  const [first] = given;
  if (first === undefined) return undefined;
  const kind = kinds.find((name) => args.given(name));
  if (kind !== undefined && kind !== before.kind) return settingsOf(args, context);
  const only = (known: ReadonlySet<string>): boolean => given.every((name) => name === kind || known.has(name));
  if (before.kind === 's3' && only(ofBucket)) return s3Of(args, env, before);
  if (before.kind === 'azure' && only(ofContainer)) return azureOf(args, env, before);
  if (before.kind === 'sftp' && given.every((name) => name === 'path')) return { ...before, ...pathOf(args) };
  if (kind !== undefined) return settingsOf(args, context);
  throw wrongUsage(
    `--${first} does not belong to ${before.kind === 'sftp' ? 'a change without --sftp' : 'this place'}.`,
  );
}

/** `NAME/FOLDER`, or what was there before. */
function inside(text: string | undefined, name: string, prefix: string): { name: string; prefix: string } {
  if (text === undefined) return { name, prefix };
  const [first = '', ...folders] = text.split('/');
  return { name: first, prefix: folders.join('/') };
}

/** @param before whose settings hold where an option does not say otherwise. */
function s3Of(args: Arguments, env: PlaceEnv, before?: S3Settings): S3Settings {
  const { name: bucket, prefix } = inside(args.text('s3'), before?.bucket ?? '', before?.prefix ?? '');
  const preset = presetNamed(args);
  const region = args.text('region') ?? preset?.region ?? before?.region ?? env('AWS_REGION', 'AWS_DEFAULT_REGION');
  const accessKeyId =
    args.text('access-key-id') ??
    env('AWS_ACCESS_KEY_ID', 'S3_ACCESS_KEY_ID', 'B2_APPLICATION_KEY_ID') ??
    before?.accessKeyId;
  if (region === undefined || accessKeyId === undefined) throw wrongUsage('--s3 needs --region and --access-key-id.');
  const endpoint =
    args.text('endpoint') ??
    (preset === undefined
      ? (before?.endpoint ?? env('AWS_ENDPOINT_URL', 'S3_ENDPOINT'))
      : presetEndpoint(preset, region, args));
  const storageClass = args.text('storage-class');
  const encryption = encryptionOf(args);
  const parsed = z.safeParse(S3Settings, {
    ...before,
    kind: 's3',
    region,
    bucket,
    prefix,
    pathStyle: args.has('path-style') || (preset?.pathStyle ?? before?.pathStyle === true),
    accessKeyId,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(encryption === undefined ? {} : { encryption }),
    ...partsOf(args),
  });
  if (parsed.success) return parsed.data;
  throw wrongField('s3', parsed.error.issues[0]?.path[0]);
}

function presetNamed(args: Arguments): S3Preset | undefined {
  const id = choice(args, 'service', s3PresetIds);
  return s3Presets.find((preset) => preset.id === id);
}

function presetEndpoint(preset: S3Preset, region: string, args: Arguments): string | undefined {
  const account = args.text('account-id');
  if (preset.needs.includes('account') && account === undefined)
    throw wrongUsage(`--service ${preset.id} needs --account-id.`);
  if (preset.needs.includes('endpoint')) throw wrongUsage(`--service ${preset.id} needs --endpoint.`);
  return endpointOf(preset, { region, ...(account === undefined ? {} : { account }) });
}

function encryptionOf(args: Arguments): S3Settings['encryption'] {
  const keyId = args.text('kms-key');
  if (keyId !== undefined && args.has('sse-s3')) throw wrongUsage('Only one of --sse-s3, --kms-key can be given.');
  if (keyId !== undefined) return { by: 'kms', keyId };
  return args.has('sse-s3') ? { by: 's3' } : undefined;
}

const oneMiB = 1024 * 1024;

function partsOf(args: Arguments): { partBytes?: number } {
  return args.given('part-size') ? { partBytes: wholeNumber(args, 'part-size', 16, 5, 1024) * oneMiB } : {};
}

function azureOf(args: Arguments, env: PlaceEnv, before?: AzureSettings): AzureSettings {
  const whole = args.text('azure');
  const slash = whole?.indexOf('/') ?? -1;
  if (whole !== undefined && slash < 0 && env('AZURE_STORAGE_ACCOUNT') === undefined)
    throw wrongUsage('--azure is written ACCOUNT/CONTAINER or ACCOUNT/CONTAINER/FOLDER.');
  const account =
    whole === undefined ? before?.account : slash < 0 ? env('AZURE_STORAGE_ACCOUNT') : whole.slice(0, slash);
  const rest = whole === undefined ? undefined : whole.slice(slash + 1);
  const { name: container, prefix } = inside(rest, before?.container ?? '', before?.prefix ?? '');
  const endpoint = args.text('endpoint') ?? before?.endpoint;
  const tier = choice(args, 'tier', ['Hot', 'Cool', 'Cold', 'Archive']) ?? before?.tier;
  const parsed = z.safeParse(AzureSettings, {
    ...before,
    kind: 'azure',
    account,
    container,
    prefix,
    auth: args.has('sas') || env('AZURE_STORAGE_SAS_TOKEN') !== undefined ? 'sas' : (before?.auth ?? 'key'),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(tier === undefined ? {} : { tier }),
    ...partsOf(args),
  });
  if (parsed.success) return parsed.data;
  throw wrongField('azure', parsed.error.issues[0]?.path[0]);
}

const wrongField = (kind: string, field: PropertyKey | undefined): Fail =>
  wrongUsage(
    field === 'endpoint'
      ? '--endpoint is an https:// address; http:// only leads to this computer.'
      : `The ${String(field ?? kind)} of --${kind} cannot be one.`,
  );

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
  const found = secretInEnv(settings, placeEnvOf(args, context), args);
  if (found !== undefined) return found;
  const needed =
    settings.kind === 's3' || settings.kind === 'azure' || (settings.kind === 'sftp' && settings.auth === 'password');
  if (!needed && !args.has('secret-stdin')) return undefined;
  const line = context.terminal.interactive
    ? await context.terminal.askSecret(words.askPlaceSecret(addressOf(settings)))
    : args.has('secret-stdin') || args.has('sftp-password-stdin')
      ? await context.terminal.readLine()
      : undefined;
  if (line === undefined || line === '') throw wrongUsage('No secret was given. Use --secret-stdin or --env-file.');
  return line;
}
