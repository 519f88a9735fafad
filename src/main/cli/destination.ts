/** `holdfast destination …`: where backups go. Secrets come by prompt or standard input, never in the command line. */
import {
  addressOf,
  DestinationName,
  S3Settings,
  SftpSettings,
  type DestinationSettings,
  type PlaceReport,
} from '../../shared/destination.ts';
import { policyWithoutDelete } from '../../shared/s3-policy.ts';
import { z } from '../../shared/schema.ts';
import { absolute, oneOf, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { table } from './format.ts';
import { cardJson } from './kit.ts';
import { readHop } from './server-options.ts';
import { words } from './words.ts';

const add: Command = {
  name: 'destination add',
  usage: 'NAME (--folder DIR | --s3 BUCKET[/PREFIX] | --sftp USER@HOST[:PORT]) [options]',
  summary: 'say where backups can go; source add --destination NAME uses it',
  details: `  --folder DIR             a folder of this computer, a disk or a share
  --s3 BUCKET[/PREFIX]     with --region R and --access-key-id ID; the secret access key is asked for
  --endpoint URL           of a service other than AWS: https://s3.eu-central-003.backblazeb2.com,
                           https://ACCOUNT.r2.cloudflarestorage.com, https://storage.googleapis.com …
  --path-style             https://host/bucket instead of https://bucket.host (MinIO)
  --storage-class CLASS    of the data; manifests stay in the standard class
  --kms-key ID             encrypted there with this key (SSE-KMS)
  --sftp USER@HOST[:PORT]  with --path DIR, --sftp-host-key SHA256:…
                           and --sftp-key FILE, --sftp-agent or --sftp-password-stdin
  --secret-stdin           the secret access key, or the passphrase of --sftp-key, is the next line of standard input
  --unsealed               what goes there can be read by whoever may read the place; folders are unsealed by themselves
  --sealed                 seal what goes to a folder, too`,
  options: {
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
    unsealed: { type: 'boolean' },
    sealed: { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    if (args.has('sealed') && args.has('unsealed')) throw wrongUsage('Only one of --sealed, --unsealed can be given.');
    const settings = settingsOf(args, context);
    const secret = await secretOf(settings, args, context);
    const card = await (
      await context.api()
    ).destination.add({
      name,
      settings,
      seal: settings.kind === 'folder' ? args.has('sealed') : !args.has('unsealed'),
      ...(secret === undefined ? {} : { secret }),
    });
    return { json: cardJson(card), text: words.placeKept(card) };
  },
};

function nameOf(args: Arguments): string {
  const [name = ''] = args.positionals;
  if (!z.safeParse(DestinationName, name).success) throw wrongUsage('NAME has 1 to 255 characters.');
  return name;
}

function settingsOf(args: Arguments, context: Context): DestinationSettings {
  switch (oneOf(args, ['folder', 's3', 'sftp'])) {
    case 'folder':
      return { kind: 'folder', path: absolute(context.cwd, args.text('folder') ?? '') };
    case 's3':
      return s3Of(args);
    default:
      return sftpOf(args, context);
  }
}

function s3Of(args: Arguments): S3Settings {
  const [bucket = '', ...folders] = (args.text('s3') ?? '').split('/');
  const [endpoint, region, accessKeyId] = [args.text('endpoint'), args.text('region'), args.text('access-key-id')];
  const [storageClass, kms] = [args.text('storage-class'), args.text('kms-key')];
  if (region === undefined || accessKeyId === undefined) throw wrongUsage('--s3 needs --region and --access-key-id.');
  const parsed = z.safeParse(S3Settings, {
    kind: 's3',
    region,
    bucket,
    prefix: folders.join('/'),
    pathStyle: args.has('path-style'),
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
  const parsed = z.safeParse(SftpSettings, { ...hop, kind: 'sftp', path: args.text('path') });
  if (!parsed.success) throw wrongUsage('--sftp needs --path, an absolute path on the server.');
  return parsed.data;
}

async function secretOf(settings: DestinationSettings, args: Arguments, context: Context): Promise<string | undefined> {
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

const list: Command = {
  name: 'destination list',
  usage: '',
  summary: 'where backups can go',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const cards = await (await context.api()).destination.list({});
    const rows = cards.map((card) => [card.name, card.seal === true ? 'sealed' : 'open', addressOf(card.settings)]);
    return {
      json: cards.map(cardJson),
      text:
        rows.length === 0 ? words.noPlaces : table([{ title: 'NAME' }, { title: 'SEALED' }, { title: 'WHERE' }], rows),
    };
  },
};

const test: Command = {
  name: 'destination test',
  usage: 'NAME',
  summary: 'put, read, list and remove a small object there, and say what this key could destroy',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const api = await context.api();
    const report = await api.destination.test({ name });
    const settings = (await api.destination.list({})).find((card) => card.name === name)?.settings;
    const policy = settings?.kind === 's3' && report.mayRemove ? policyWithoutDelete(settings) : null;
    return { json: { ...report, policy }, text: words.placeTested(report, policy), yes: isWell(report) };
  },
};

const isWell = ({ steps }: PlaceReport): boolean => steps.every(({ outcome }) => outcome === 'ok');

const remove: Command = {
  name: 'destination remove',
  usage: 'NAME',
  summary: 'forget a place that nothing uses; what lies there stays',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    await (await context.api()).destination.remove({ name });
    return { json: { removed: name }, text: words.placeRemoved(name) };
  },
};

export const destinationCommands: readonly Command[] = [add, list, test, remove];
