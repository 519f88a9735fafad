/** `holdfast destination …`: where backups go. Secrets come by prompt or standard input, never in the command line. */
import {
  addressOf,
  DestinationName,
  type DestinationCard,
  type DestinationSettings,
  type PlaceReport,
} from '../../shared/destination.ts';
import { placeCalled } from '../../shared/place-called.ts';
import { rightsWithoutDelete } from '../../shared/place-policy.ts';
import { presetOf } from '../../shared/s3-presets.ts';
import { z } from '../../shared/schema.ts';
import { absolute, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { table } from './format.ts';
import { cardJson } from './kit.ts';
import { readText } from './kit-file.ts';
import { deletionOf } from './deletion-options.ts';
import { changedLimits, limitOptions, limitsOf, noLimitOptions } from './limit-options.ts';
import { changedSettings, placeOptions, secretOf, settingsOf } from './place-options.ts';
import { words } from './words.ts';

const add: Command = {
  name: 'destination add',
  usage:
    'NAME (--folder DIR | --s3 BUCKET[/PREFIX] | --azure ACCOUNT/CONTAINER[/PREFIX] | --sftp USER@HOST[:PORT]) [options]',
  summary: 'say where backups can go; source add --destination NAME uses it',
  details: `  --folder DIR             a folder of this computer, a disk or a share
  --s3 BUCKET[/PREFIX]     with --region R and --access-key-id ID; the secret access key is asked for
  --service NAME           aws, b2, r2, wasabi, minio, spaces, gcs: the endpoint follows from the region (r2: --account-id ID)
  --endpoint URL           of another service: https://s3.example.com
  --path-style             https://host/bucket instead of https://bucket.host
  --storage-class CLASS    of the data; manifests stay in the standard class
  --sse-s3, --kms-key ID   encrypted there by the service (SSE-S3), or with this key (SSE-KMS)
  --azure ACCOUNT/CONTAINER[/PREFIX]  the account key is asked for, or with --sas a shared access signature
  --tier TIER              of the data: Hot, Cool, Cold, Archive; manifests stay in the account's tier
  --part-size MIB          larger bodies go in parts of this size (S3, Azure)
  --limit SIZE             backups go there with at most so many bytes a second, in all jobs together: --limit 2MB
  --split SIZE             for a place that takes no larger files: data lie there in numbered parts of this size: --split 100MB
  --sftp USER@HOST[:PORT]  with --path DIR, --sftp-host-key SHA256:…
                           and --sftp-key FILE, --sftp-agent or --sftp-password-stdin
  --secret-stdin           the secret (or the passphrase of --sftp-key) is the next line of standard input
  --env-file FILE          takes key and secret from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AZURE_STORAGE_KEY,
                           AZURE_STORAGE_SAS_TOKEN … of a .env file
  --create                 makes the bucket or container where it is not there
  --unsealed               what goes there can be read by whoever may read the place; folders are unsealed by themselves
  --sealed                 seal what goes to a folder, too`,
  options: {
    ...placeOptions,
    ...limitOptions,
    create: { type: 'boolean' },
    unsealed: { type: 'boolean' },
    sealed: { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    if (args.has('sealed') && args.has('unsealed')) throw wrongUsage('Only one of --sealed, --unsealed can be given.');
    const settings = settingsOf(args, context);
    const limits = limitsOf(args);
    const secret = await secretOf(settings, args, context);
    const card = await (
      await context.api()
    ).destination.add({
      name,
      settings,
      ...(args.has('create') ? { create: true } : {}),
      seal: settings.kind === 'folder' ? args.has('sealed') : !args.has('unsealed'),
      ...(secret === undefined ? {} : { secret }),
      ...limits,
    });
    return { json: cardJson(card), text: words.placeKept(card) };
  },
};

export function nameOf(args: Arguments): string {
  const [name = ''] = args.positionals;
  if (!z.safeParse(DestinationName, name).success) throw wrongUsage('NAME has 1 to 255 characters.');
  return name;
}

const sealToOptions = {
  'seal-to': { type: 'string', multiple: true },
  'keys-alone': { type: 'boolean' },
  'no-seal-to': { type: 'boolean' },
} as const;

const change: Command = {
  name: 'destination change',
  usage: 'NAME [--name NEW] [--secret-stdin] [options of destination add]',
  summary: 'change the name, the secret or the settings of a place, once they were tried',
  details: `  --name NEW               another name; plans and sources go on with it
  --secret-stdin           a new secret is the next line of standard input
  --deletion-login LOGIN   another login of the place that removes backups, and nothing else does: an access key ID (S3), key or
                           sas (Azure), a user with a password (SFTP); its secret is asked for, or comes by --deletion-secret-stdin
  --no-deletion-login      backups are removed with the key that stores them
  --seal-to FILE           seals for this OpenPGP public key (armored) as well; may be repeated: these and no others
  --keys-alone             with --seal-to: for those keys and not for the recovery secret. This computer cannot open such
                           backups, and nobody can say who wrote them (unauthenticated)
  --no-seal-to             for the recovery secret alone again
  --limit SIZE             at most so many bytes a second go there, in all jobs together (2MB, 500kB); uploads that run heed it at once
  --no-limit               as fast as it goes
  --split SIZE             files that are larger lie there in numbered parts of this size (100MB), from the next upload on
  --no-split               every file in one piece; what lies there in parts stays readable
  Of a bucket only what is given changes (--region, --access-key-id, --storage-class …). A new address has to hold every
  backup that is known to be in this place.`,
  options: {
    name: { type: 'string' },
    'deletion-login': { type: 'string' },
    'deletion-secret-stdin': { type: 'boolean' },
    'no-deletion-login': { type: 'boolean' },
    ...sealToOptions,
    ...placeOptions,
    ...limitOptions,
    ...noLimitOptions,
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const newName = args.text('name');
    const limits = changedLimits(args);
    const api = await context.api();
    const before = placeCalled(await api.destination.list({}), name);
    const settings = changedSettings(before.settings, args, context);
    const secret = await newSecret(settings ?? before.settings, args, context);
    const deletion = await deletionOf(before.settings, args, context);
    const card = await api.destination.change({
      name: before.id,
      ...(newName === undefined ? {} : { newName }),
      ...(settings === undefined ? {} : { settings }),
      ...(secret === undefined ? {} : { secret }),
      ...(deletion === undefined ? {} : { deletion }),
      ...limits,
    });
    const sealed = await sealTo(card.name, args, context);
    return { json: cardJson(sealed ?? card), text: words.placeChanged(sealed ?? card) };
  },
};

/** Undefined where nothing of it was asked. */
async function sealTo(name: string, args: Arguments, context: Context): Promise<DestinationCard | undefined> {
  const files = args.texts('seal-to');
  const alone = args.has('keys-alone');
  if (files.length === 0 && alone) throw wrongUsage('--keys-alone goes with --seal-to.');
  if (files.length === 0 && !args.has('no-seal-to')) return undefined;
  if (files.length > 0 && args.has('no-seal-to')) throw wrongUsage('--seal-to and --no-seal-to do not go together.');
  const keys = await Promise.all(files.map((file) => readText(absolute(context.cwd, file))));
  return (await context.api()).kit.sealFor({ name, keys, alone });
}

const newSecret = async (settings: DestinationSettings | undefined, args: Arguments, context: Context) =>
  settings !== undefined && ['secret-stdin', 'sftp-password-stdin', 'env-file'].some((name) => args.given(name))
    ? secretOf(settings, args, context)
    : undefined;

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
    const { settings } = placeCalled(await api.destination.list({}), name);
    const policy = report.mayRemove ? rightsWithoutDelete(settings) : null;
    return {
      json: { ...report, policy },
      text: words.placeTested(report, policy, settings.kind === 's3' ? presetOf(settings).notes : []),
      yes: isWell(report),
    };
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

export const destinationCommands: readonly Command[] = [add, change, list, test, remove];
