/** `holdfast destination setup|versioning|lifecycle|lock|rights`: how a place is set up, and what a login could destroy there. */
import type {
  LifecycleClash,
  LifecyclePreview,
  LifecycleRule,
  LifecycleWish,
  LockPreview,
  LockWish,
  PlaceAdvice,
  PlaceRights,
  PlaceSetup,
} from '../../shared/place-admin.ts';
import { bytes } from '../../shared/bytes.ts';
import { plural } from '../../shared/plural.ts';
import { choice, wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { nameOf } from './destination.ts';
import { iso, isoOrNull, table } from './format.ts';
import { words } from './words.ts';

const clashJson = (clash: LifecycleClash): Record<string, unknown> => ({ ...clash, at: isoOrNull(clash.at) });
const setupJson = (setup: PlaceSetup): Record<string, unknown> => ({
  ...setup,
  at: iso(setup.at),
  lifecycle: { ...setup.lifecycle, clashes: setup.lifecycle.clashes.map(clashJson) },
});

const clashLine = ({ grade, words: said }: LifecycleClash): string => `${grade === 'refused' ? '!!' : '! '} ${said}`;
const ruleLine = (rule: LifecycleRule): string =>
  `  ${rule.id}${rule.enabled ? '' : ' (off)'}, ${rule.prefix === '' ? 'the whole bucket' : rule.prefix}: ${rule.words.join(' ')}`;
const adviceLines = ({ title, words: said, paste }: PlaceAdvice): string[] => [
  '',
  `${title}: ${said}`,
  ...(paste === null ? [] : [paste]),
];

function setupText({ versioning, lifecycle, lock, encryption, publicBlock, advice }: PlaceSetup): string {
  const facts = Object.entries({ versions: versioning, lifecycle, lock, encryption, 'closed to all': publicBlock });
  return [
    table(
      [{ title: '' }, { title: '' }, { title: '' }],
      facts.map(([name, fact]) => [name, fact.state, fact.words]),
    ),
    ...lifecycle.rules.map(ruleLine),
    ...lifecycle.clashes.map(clashLine),
    ...advice.flatMap(adviceLines),
  ].join('\n');
}

const setup: Command = {
  name: 'destination setup',
  usage: 'NAME',
  summary: 'versions, lifecycle, lock and encryption of a place, and what its rules would take away',
  details: 'Exit code 1: rules of the place delete or move what Holdfast promises to keep.',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const found = await (await context.api()).destination.setup({ name: nameOf(args) });
    return { json: setupJson(found), text: setupText(found), yes: found.lifecycle.clashes.length === 0 };
  },
};

const versioning: Command = {
  name: 'destination versioning',
  usage: 'NAME --on',
  summary: 'keep what is removed or replaced in a bucket as older versions',
  details:
    'Switching it off again is done in the console of the service: older versions would be all that is left of a backup.',
  options: { on: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    if (!args.has('on')) throw wrongUsage('destination versioning needs --on.');
    const found = await (await context.api()).destination.versioning({ name: nameOf(args), on: true });
    return { json: setupJson(found), text: setupText(found) };
  },
};

const lifecycle: Command = {
  name: 'destination lifecycle',
  usage:
    'NAME (--cold-after DAYS --class CLASS | --expire-after DAYS | --versions-after DAYS | --none) [--accept] [--yes]',
  summary: 'show what a bucket would do with old data by itself; --yes sets it',
  details: `  --cold-after DAYS      moves data to the class of --class (GLACIER, DEEP_ARCHIVE …); manifests stay where they can be read at once
  --expire-after DAYS    deletes data that is so old, whatever retention says: what would beat a hold, a pin, the last or the last
                         proven backup is refused
  --versions-after DAYS  deletes older versions (what was removed or replaced) after so many days
  --none                 takes Holdfast's rules away; those of others always stay
  --accept               sets it although retention keeps some of it longer
What is not named is not done any more. Exit code 1: it would be refused, or has to be accepted.`,
  options: {
    'cold-after': { type: 'string' },
    class: { type: 'string' },
    'expire-after': { type: 'string' },
    'versions-after': { type: 'string' },
    none: { type: 'boolean' },
    accept: { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const wish = wishOf(args);
    const api = await context.api();
    const preview = await api.destination.lifecyclePreview({ name, wish });
    if (!args.has('yes')) {
      const open = ours(preview).some(({ grade }) => grade === 'refused' || !args.has('accept'));
      return { json: previewJson(preview), text: `${previewText(preview)}\n${words.lifecycleAsk}`, yes: !open };
    }
    const found = await api.destination.lifecycle({ name, wish, token: preview.token, accept: args.has('accept') });
    return { json: setupJson(found), text: setupText(found) };
  },
};

function wishOf(args: Arguments): LifecycleWish | null {
  const days = (name: string): number | null => (args.given(name) ? wholeNumber(args, name, 1, 1, 36_500) : null);
  const [cold, expireAfterDays, versionsAfterDays] = [days('cold-after'), days('expire-after'), days('versions-after')];
  const storageClass = args.text('class');
  const named = [cold, expireAfterDays, versionsAfterDays].some((one) => one !== null);
  if (args.has('none') === named)
    throw wrongUsage('Name --cold-after, --expire-after or --versions-after, or else --none.');
  if ((cold === null) !== (storageClass === undefined)) throw wrongUsage('--cold-after and --class go together.');
  if (args.has('none')) return null;
  return {
    cold: cold === null ? null : { afterDays: cold, storageClass: storageClass ?? '' },
    expireAfterDays,
    versionsAfterDays,
  };
}

const ours = ({ clashes, sets }: LifecyclePreview): LifecycleClash[] =>
  clashes.filter(({ ruleId }) => sets.some(({ id }) => id === ruleId));

const previewJson = (preview: LifecyclePreview): Record<string, unknown> => ({
  ...preview,
  clashes: preview.clashes.map(clashJson),
});

function previewText({ sets, removes, keeps, clashes, coldNow, goneNow, notes }: LifecyclePreview): string {
  const some = (title: string, rules: readonly LifecycleRule[]): string[] =>
    rules.length === 0 ? [] : [title, ...rules.map(ruleLine)];
  return [
    ...some('Sets:', sets),
    ...some('Takes away:', removes),
    ...some('Stays, of others:', keeps),
    ...(coldNow.backups === 0
      ? []
      : [`${plural(coldNow.backups, 'backup')} (${bytes(coldNow.sizeBytes)}) go cold within a day.`]),
    ...(goneNow.backups === 0
      ? []
      : [`${plural(goneNow.backups, 'backup')} (${bytes(goneNow.sizeBytes)}) are DELETED within a day.`]),
    ...clashes.map(clashLine),
    ...notes,
  ].join('\n');
}

const lock: Command = {
  name: 'destination lock',
  usage: 'NAME (--days N --mode governance|compliance | --off) [--accept]',
  summary: 'show what it means when a bucket locks what is stored from now on; --accept sets it',
  details: `  --days N            nothing that is stored from now on can be deleted before N days are over (1 to 36500), by retention or a purge neither
  --mode governance   only who may bypass governance can delete it earlier
  --mode compliance   nobody can, for no reason
  --off               what is stored from now on is not locked; what is locked stays so
  --accept            sets it: read first what it means
It holds for the whole bucket, which has to be made with object lock.`,
  options: {
    days: { type: 'string' },
    mode: { type: 'string' },
    off: { type: 'boolean' },
    accept: { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const wish = lockWishOf(args);
    const api = await context.api();
    const preview = await api.destination.lockPreview({ name, wish });
    if (!args.has('accept')) return { json: { ...preview }, text: lockText(preview) };
    const found = await api.destination.lock({ name, wish, token: preview.token, accept: true });
    return { json: setupJson(found), text: setupText(found) };
  },
};

function lockWishOf(args: Arguments): LockWish | null {
  const mode = choice(args, 'mode', ['governance', 'compliance']);
  if (args.has('off') === (args.given('days') || mode !== undefined))
    throw wrongUsage('Name --days and --mode, or else --off.');
  if (args.has('off')) return null;
  if (mode === undefined || !args.given('days')) throw wrongUsage('--days and --mode go together.');
  return { mode, days: wholeNumber(args, 'days', 1, 1, 36_500) };
}

const lockText = ({ before, words: said }: LockPreview): string =>
  [
    before === null
      ? 'Now: what is stored is not locked by itself.'
      : `Now: ${before.mode}, ${plural(before.days, 'day')}.`,
    ...said,
    words.lockAsk,
  ].join('\n');

const rights: Command = {
  name: 'destination rights',
  usage: 'NAME [--deletion]',
  summary: 'what the login on this computer could destroy there, tried with objects of its own',
  details: '  --deletion   the login for deletions instead',
  options: { deletion: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const found = await (
      await context.api()
    ).destination.rights({ name: nameOf(args), ...(args.has('deletion') ? { deletion: true } : {}) });
    return { json: { ...found, at: iso(found.at) }, text: rightsText(found) };
  },
};

const rightsText = ({ rights: found, words: said, advice }: PlaceRights): string =>
  [
    table(
      [{ title: 'MAY' }, { title: '' }, { title: '' }],
      found.map((right) => [right.what, right.answer, right.words]),
    ),
    said,
    ...advice.flatMap(adviceLines),
  ].join('\n');

export const placeSetupCommands: readonly Command[] = [setup, versioning, lifecycle, lock, rights];
