/** `holdfast scrub …`: stored bytes are read again, and a copy that does not hold is replaced by one that does. */
import type { ScrubReport, ScrubShare, ScrubState } from '../../shared/scrub.ts';
import { bytes } from '../../shared/bytes.ts';
import { plural } from '../../shared/plural.ts';
import { choice, wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Api, Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { iso, isoOrNull, moment, table } from './format.ts';
import { words } from './words.ts';
import { zoneOf } from './zone.ts';

const scrub: Command = {
  name: 'scrub',
  usage: '[NAME] [--all | --percent N | --bytes N | --backup BACKUP]',
  summary: 'read stored backups again, what was not read for the longest first',
  details: `  NAME             of a destination; every one of them where it is left out
  --percent N      at most so much of what lies there
  --bytes N        at most so many bytes
  --all            everything
  --backup BACKUP  only this one, whole
Without any of them it reads what a scheduled run would. Exit code 1: something is damaged.`,
  options: {
    all: { type: 'boolean' },
    percent: { type: 'string' },
    bytes: { type: 'string' },
    backup: { type: 'string' },
  },
  places: { least: 0, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const share = shareOf(args);
    const backup = args.text('backup');
    const [given] = args.positionals;
    const cards = await api.destination.list({});
    const names = given === undefined ? await holding(api) : [given];
    const reports: { name: string; report: ScrubReport }[] = [];
    for (const name of names) {
      const { scrub: report } = await follow(context, () =>
        api.scrub.start({
          name,
          ...(share === undefined ? {} : { share }),
          ...(backup === undefined ? {} : { backup }),
        }),
      );
      if (report === undefined) throw new Error('A scrub came to nothing');
      reports.push({ name: cards.find(({ id }) => id === report.destination)?.name ?? name, report });
    }
    return {
      json: reports.map(({ name, report }) => ({ name, ...report })),
      text: reports.length === 0 ? words.nothingToScrub : reports.map(reportText).join('\n'),
      yes: reports.every(({ report }) => report.damaged.length === 0),
    };
  },
};

/** Where there is something to read. */
async function holding(api: Api): Promise<string[]> {
  const cards = new Map((await api.destination.list({})).map(({ id, name }) => [id, name]));
  const states = await api.scrub.state({});
  return states.filter(({ backups }) => backups > 0).map(({ destination }) => cards.get(destination) ?? destination);
}

function shareOf(args: Arguments): ScrubShare | undefined {
  const given = ['all', 'percent', 'bytes', 'backup'].filter((name) => args.given(name));
  if (given.length > 1) throw wrongUsage('Only one of --all, --percent, --bytes, --backup can be given.');
  if (args.has('all')) return { percent: 100 };
  if (args.given('percent')) return { percent: wholeNumber(args, 'percent', 100, 1, 100) };
  return args.given('bytes') ? { bytes: wholeNumber(args, 'bytes', 1, 1, Number.MAX_SAFE_INTEGER) } : undefined;
}

function reportText({ name, report }: { name: string; report: ScrubReport }): string {
  const { readBytes, whole, left, damaged, unread } = report;
  return [
    `${name}: ${bytes(readBytes)} read, ${plural(whole, 'backup')} whole${left === 0 ? '' : `, ${left} for a later run`}.`,
    ...damaged.map(({ backupId, finding }) => `DAMAGED  ${backupId} (${finding.kind}): ${finding.message}`),
    ...unread.map(({ backupId, failure }) => `not read ${backupId}: ${failure.message}`),
    ...(damaged.length === 0 ? [] : [words.repairHint(name)]),
  ].join('\n');
}

const stateCommand: Command = {
  name: 'scrub state',
  usage: '[NAME]',
  summary: 'how much was read again lately, what is damaged, and when it goes on',
  options: {},
  places: { least: 0, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const [name] = args.positionals;
    const states = await api.scrub.state(name === undefined ? {} : { name });
    const names = await placeNames(api);
    return {
      json: states.map((one) => stateJson(one, names)),
      text: statesText(states, names),
      yes: states.every(({ damaged }) => damaged.length === 0),
    };
  },
};

type Names = ReadonlyMap<string, string>;

async function placeNames(api: Api): Promise<Names> {
  return new Map((await api.destination.list({})).map(({ id, name }) => [id, name]));
}

function stateJson(one: ScrubState, names: Names): Record<string, unknown> {
  const { oldestReadAt, lastAt, nextAt, damaged } = one;
  return {
    name: names.get(one.destination) ?? one.destination,
    ...one,
    oldestReadAt: isoOrNull(oldestReadAt),
    lastAt: isoOrNull(lastAt),
    nextAt: isoOrNull(nextAt),
    damaged: damaged.map((copy) => ({
      ...copy,
      takenAt: iso(copy.takenAt),
      foundAt: iso(copy.foundAt),
      repairFrom: copy.repairFrom.map((id) => names.get(id) ?? id),
    })),
  };
}

function statesText(states: readonly ScrubState[], names: Names): string {
  const rows = states.map((one) => [
    names.get(one.destination) ?? one.destination,
    `${one.readBackups} of ${one.backups}`,
    bytes(one.sizeBytes),
    plural(one.settings.withinDays, 'day'),
    one.lastAt === null ? 'never' : moment(one.lastAt),
    one.waiting ?? (one.nextAt === null ? 'off' : moment(one.nextAt)),
  ]);
  const columns = ['PLACE', 'READ', 'SIZE', 'WITHIN', 'LAST', 'NEXT'].map((title) => ({ title }));
  const damaged = states.flatMap((one) =>
    one.damaged.map(({ backupId, source, finding, repairFrom }) => {
      const place = names.get(one.destination) ?? one.destination;
      const from = repairFrom.map((id) => names.get(id) ?? id);
      const remedy =
        from.length === 0 ? 'no other place has it' : `repair: holdfast scrub repair ${backupId} --in ${place}`;
      return `DAMAGED  ${source} ${backupId} in ${place} (${finding.kind}): ${finding.message} ${remedy}`;
    }),
  );
  return [table(columns, rows), ...damaged].join('\n');
}

const set: Command = {
  name: 'scrub set',
  usage:
    'NAME [--within DAYS] [--cron "30 12 * * *"] [--time-zone ZONE] [--on | --off] [--on-battery run|wait] [--on-metered run|wait]',
  summary: 'when a place is read by itself',
  details: `  --within DAYS        each run reads the share after which everything was read within so many days
  --cron, --time-zone  when runs are due; they need a door that keeps plans (the desktop app, or serve --schedule)
  --off, --on          never, or again`,
  options: {
    within: { type: 'string' },
    cron: { type: 'string' },
    'time-zone': { type: 'string' },
    on: { type: 'boolean' },
    off: { type: 'boolean' },
    'on-battery': { type: 'string' },
    'on-metered': { type: 'string' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = args.positionals[0] as string;
    const api = await context.api();
    const state = await api.scrub.change({ name, settings: settingsOf(args) });
    const names = await placeNames(api);
    return { json: stateJson(state, names), text: statesText([state], names) };
  },
};

function settingsOf(args: Arguments): Parameters<Api['scrub']['change']>[0]['settings'] {
  if (args.has('on') && args.has('off')) throw wrongUsage('Only one of --on, --off can be given.');
  const cron = args.text('cron');
  if (cron === undefined && args.given('time-zone')) throw wrongUsage('--time-zone goes with --cron.');
  const onBattery = choice(args, 'on-battery', ['run', 'wait'] as const);
  const onMetered = choice(args, 'on-metered', ['run', 'wait'] as const);
  return {
    ...(args.has('on') || args.has('off') ? { on: args.has('on') } : {}),
    ...(cron === undefined ? {} : { times: { cron, timeZone: zoneOf(args) } }),
    ...(args.given('within') ? { withinDays: wholeNumber(args, 'within', 30, 1, 3650) } : {}),
    ...(onBattery === undefined ? {} : { onBattery }),
    ...(onMetered === undefined ? {} : { onMetered }),
  };
}

const repair: Command = {
  name: 'scrub repair',
  usage: 'BACKUP --in NAME [--from NAME]',
  summary: 'replace a damaged copy by a good one from another place, and read it back',
  options: { in: { type: 'string' }, from: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context: Context) {
    const name = args.text('in');
    if (name === undefined) throw wrongUsage('--in NAME says which copy is to be repaired.');
    const from = args.text('from');
    const backup = args.positionals[0] as string;
    const { repair: report } = await follow(context, (api) =>
      api.scrub.repair({ backup, name, ...(from === undefined ? {} : { from }) }),
    );
    if (report === undefined) throw new Error('A repair came to nothing');
    return { json: report, text: words.repaired(name, report) };
  },
};

export const scrubCommands: readonly Command[] = [scrub, stateCommand, set, repair];
