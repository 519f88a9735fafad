/** `holdfast retention …`: what is kept, what goes, and the list that a person sees before anything does. */
import { bytes } from '../../shared/bytes.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import { placeCalled } from '../../shared/place-called.ts';
import { plural } from '../../shared/plural.ts';
import { retentionPresets } from '../../shared/retention-presets.ts';
import type {
  RetentionLine,
  RetentionOwner,
  RetentionPreview,
  RetentionRule,
  RetentionSettings,
} from '../../shared/retention.ts';
import { choice, oneOf, wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Api, Command } from './command.ts';
import { follow } from './follow.ts';
import { iso, isoOrNull, moment, table } from './format.ts';
import { words } from './words.ts';
import { zoneOf } from './zone.ts';

const ownerOptions = { plan: { type: 'string' }, source: { type: 'string' } } as const;
const amounts = {
  'keep-last': 'keepLast',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  'keep-days': 'keepDays',
} as const;
const amountNames = Object.keys(amounts) as (keyof typeof amounts)[];
const presetNames = retentionPresets.map(({ name }) => name);

const set: Command = {
  name: 'retention set',
  usage: '(--plan NAME | --source NAME) (--preset NAME | --keep-last N … | --keep-everything) [--place NAME]',
  summary: 'say what is kept, and see what would go; nothing is deleted yet',
  details: `  --plan NAME, --source NAME   whose rule it is; a source's own holds while no plan backs it up
  --preset NAME        ${retentionPresets.map(({ name, detail }) => `${name}: ${detail}`).join('\n                       ')}
  --keep-last N        the newest N
  --daily N, --weekly N, --monthly N, --yearly N
                       the last one of each of N days, weeks, months, years that have one
  --keep-days N        all that are younger
  --max-size SIZE      of one source in one place, such as 20GB: the oldest of what is kept go
  --keep-everything    no rule
  --ask-above N        after a backup, ask before more than N go at once; never asks with the word never. Usually 20
  --time-zone ZONE     where days begin; this machine's where it is left out
  --place NAME         another rule in one of the places; --like-elsewhere takes it away`,
  options: {
    ...ownerOptions,
    preset: { type: 'string' },
    ...Object.fromEntries(amountNames.map((name) => [name, { type: 'string' as const }])),
    'max-size': { type: 'string' },
    'keep-everything': { type: 'boolean' },
    'ask-above': { type: 'string' },
    'like-elsewhere': { type: 'boolean' },
    'time-zone': { type: 'string' },
    place: { type: 'string' },
  },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const whose = oneOf(args, ['plan', 'source']);
    const rule = ruleOf(args);
    const asking = askingOf(args);
    const place = args.text('place');
    if (args.has('like-elsewhere') && place === undefined) throw wrongUsage('--like-elsewhere goes with --place.');
    const api = await context.api();
    const owner = await ownerOf(api, args, whose);
    const ruled = await changed(api, owner, place, args.has('like-elsewhere') ? undefined : rule);
    const settings = { ...ruled, ...asking };
    const preview = await api.retention.set(settings);
    return { json: previewJson(preview), text: previewText(preview) };
  },
};

async function changed(
  api: Api,
  owner: RetentionOwner,
  place: string | undefined,
  rule: RetentionRule | null | undefined,
): Promise<RetentionSettings> {
  const known = (await api.retention.show({ owner }))[0]?.settings ?? { owner, rule: null, places: [] };
  if (place === undefined) return { ...known, rule: rule ?? null };
  const destination = await placeOf(api, place);
  const others = known.places.filter((one) => one.destination !== destination);
  return { ...known, places: rule === undefined ? others : [...others, { destination, rule }] };
}

async function placeOf(api: Api, name: string): Promise<DestinationId> {
  const { destinations } = await api.app.snapshot({});
  return placeCalled(destinations, name).id;
}

/** Null keeps everything. */
function ruleOf(args: Arguments): RetentionRule | null {
  const presetName = choice(args, 'preset', presetNames);
  const preset = retentionPresets.find(({ name }) => name === presetName)?.rule;
  const given = [...amountNames, 'max-size'].filter((name) => args.given(name));
  const ways = [presetName !== undefined, given.length > 0, args.has('keep-everything'), args.has('like-elsewhere')];
  if (ways.filter(Boolean).length !== 1)
    throw wrongUsage('It takes a --preset, or amounts such as --daily 30, or --keep-everything.');
  if (args.has('keep-everything') || args.has('like-elsewhere')) return null;
  const timeZone = zoneOf(args);
  if (preset !== undefined) return { ...preset, timeZone };
  const amount = (name: keyof typeof amounts): number | null =>
    args.given(name) ? wholeNumber(args, name, 1, 1, 100_000) : null;
  return {
    timeZone,
    keepLast: amount('keep-last'),
    daily: amount('daily'),
    weekly: amount('weekly'),
    monthly: amount('monthly'),
    yearly: amount('yearly'),
    keepDays: amount('keep-days'),
    maxBytes: sizeOf(args),
  };
}

function askingOf(args: Arguments): Pick<RetentionSettings, 'askAbove'> {
  if (!args.given('ask-above')) return {};
  return { askAbove: args.text('ask-above') === 'never' ? null : wholeNumber(args, 'ask-above', 1, 1, 100_000) };
}

const units: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function sizeOf(args: Arguments): number | null {
  const text = args.text('max-size');
  if (text === undefined) return null;
  const match = /^(\d{1,6})([KMGT]?B)$/i.exec(text);
  const size = Number(match?.[1]) * (units[(match?.[2] ?? '').toUpperCase()] ?? Number.NaN);
  if (!(size >= 1)) throw wrongUsage('--max-size is a size such as 500MB or 20GB.');
  return size;
}

async function ownerOf(api: Api, args: Arguments, whose: string): Promise<RetentionOwner> {
  const name = args.text(whose) ?? '';
  if (whose === 'source') return { sourceId: (await api.source.show({ name })).source.id };
  const card = (await api.plan.list({})).find(({ plan }) => plan.name === name);
  if (card === undefined) throw new Fail('plan.gone', `There is no plan named ${name}.`);
  return { planId: card.plan.id };
}

const show: Command = {
  name: 'retention show',
  usage: '[--plan NAME | --source NAME]',
  summary: 'the rules, what stays and why, what goes and when',
  options: ownerOptions,
  places: { least: 0, most: 0 },
  async run(args, context) {
    const api = await context.api();
    const whose = args.given('plan') || args.given('source') ? oneOf(args, ['plan', 'source']) : undefined;
    const owner = whose === undefined ? {} : { owner: await ownerOf(api, args, whose) };
    const rules = await api.retention.show(owner);
    return {
      json: rules.map(({ settings, name, words: inWords, lines }) => ({
        name,
        words: inWords,
        ...settings,
        lines: lines.map(lineJson),
      })),
      text:
        rules.length === 0
          ? words.noRules
          : rules
              .map((one) => [words.ruleOf(one.name, one.words), ...one.lines.map(lineText)].join('\n\n'))
              .join('\n\n'),
    };
  },
};

const preview: Command = {
  name: 'retention preview',
  usage: '(--plan NAME | --source NAME) [--clock-is-right]',
  summary: 'what a rule would delete now; nothing is deleted',
  details: '  --clock-is-right   believe the clock although it took a step',
  options: { ...ownerOptions, 'clock-is-right': { type: 'boolean' } },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const whose = oneOf(args, ['plan', 'source']);
    const api = await context.api();
    const owner = await ownerOf(api, args, whose);
    const made = await api.retention.preview({ owner, clockIsRight: args.has('clock-is-right') });
    return { json: previewJson(made), text: previewText(made) };
  },
};

const apply: Command = {
  name: 'retention apply',
  usage: 'PREVIEW',
  summary: 'delete what a preview lists, and from now on after every backup of the plan',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const { jobIds } = await api.retention.apply({ previewId: args.positionals[0] ?? '' });
    const reports = [];
    for (const jobId of jobIds) reports.push((await follow(context, async () => ({ jobId }))).prune);
    const removed = reports.flatMap((report) => report?.removed ?? []);
    const stopped = reports.flatMap((report) => report?.stopped ?? []);
    return {
      json: { jobIds, removed, stopped },
      text: [
        words.pruned(
          removed.length,
          removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        ),
        ...stopped.map(({ destination, failure }) => `${destination}: ${failure.message} ${failure.hint}`),
      ].join('\n'),
      yes: stopped.length === 0,
    };
  },
};

function previewJson(made: RetentionPreview): Record<string, unknown> {
  return { ...made, at: iso(made.at), lines: made.lines.map(lineJson) };
}

function lineJson(line: RetentionLine): Record<string, unknown> {
  return {
    ...line,
    stays: line.stays.map((one) => ({
      ...one,
      takenAt: iso(one.takenAt),
      goesAt: isoOrNull(one.goesAt),
      reasons: one.reasons.map((reason) => ({ ...reason, until: isoOrNull(reason.until) })),
    })),
    goes: line.goes.map((one) => ({ ...one, takenAt: iso(one.takenAt), at: iso(one.at) })),
  };
}

const previewText = (made: RetentionPreview): string =>
  [
    ...made.lines.map(lineText),
    made.backups === 0
      ? words.nothingGoes(made.previewId)
      : words.wouldGo(plural(made.backups, 'backup'), bytes(made.sizeBytes), made.previewId),
  ].join('\n\n');

function lineText(line: RetentionLine): string {
  const stays = line.stays.map((one) => [
    one.backupId,
    moment(one.takenAt),
    bytes(one.sizeBytes),
    one.goesAt === null ? 'stays' : `until ${moment(one.goesAt)}`,
    one.reasons.map((reason) => reason.words).join(' '),
  ]);
  const goes = line.goes.map((one) => [one.backupId, moment(one.takenAt), bytes(one.sizeBytes), 'GOES', one.words]);
  return [
    words.lineOf(line.source, line.place, line.rules, line.applied),
    ...(line.stopped === null ? [] : [`${line.stopped.message} ${line.stopped.hint}`]),
    table(
      [{ title: 'BACKUP' }, { title: 'TAKEN' }, { title: 'SIZE', align: 'right' }, { title: 'GOES' }, { title: 'WHY' }],
      [...goes, ...stays].toSorted(([, a = ''], [, b = '']) => (a < b ? 1 : a > b ? -1 : 0)),
    ),
  ].join('\n');
}

export const retentionCommands: Command[] = [set, show, preview, apply];
