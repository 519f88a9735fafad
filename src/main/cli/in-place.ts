/** `holdfast restore … --in-place`: what is told and asked before a live database is replaced, and the way back. */
import { Fail } from '../../shared/failure.ts';
import { plural } from '../../shared/plural.ts';
import type { ReplacePlan, RestoreRecord, UndoReport } from '../../shared/restore.ts';
import { wrongUsage, type Arguments } from './arguments.ts';
import type { Api, Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { iso, moment, table } from './format.ts';
import { words } from './words.ts';

/** The lead is how many rows disappear; then the tables that differ, and where the live one stays. */
export function replaceLines({ tables, counted, keepAs, keepUntil }: ReplacePlan): string[] {
  const differing = tables.filter((one) => one.change !== 'same' || one.contentEqual === false);
  const cell = (rows: number | null): string => words.fromBackup(rows);
  const rows = differing.map((one) => [one.name, cell(one.after), cell(one.before)]);
  const columns = [
    { title: 'Table' },
    { title: 'Live', align: 'right' as const },
    { title: 'Backup', align: 'right' as const },
  ];
  return [
    counted ? words.replaces(rowsLost(tables), rowsBack(tables)) : words.replacesUncounted,
    ...(differing.length === 0 ? [words.noDifference] : [table(columns, rows)]),
    words.keptAs(keepAs, moment(keepUntil)),
  ];
}

type Tables = ReplacePlan['tables'];
const rowsLost = (tables: Tables): number =>
  tables.reduce((sum, one) => sum + Math.max(0, (one.after ?? 0) - (one.before ?? 0)), 0);
const rowsBack = (tables: Tables): number =>
  tables.reduce((sum, one) => sum + Math.max(0, (one.before ?? 0) - (one.after ?? 0)), 0);

/** What the person types, or `--confirm` says. Whether it is right is decided by the house. */
export async function askConfirm(
  args: Arguments,
  context: Context,
  expected: string,
  question: string,
): Promise<string> {
  const given = args.text('confirm');
  if (given !== undefined) return given;
  if (!context.terminal.interactive)
    throw wrongUsage('Nobody can be asked to type the name here.', `Say --confirm ${JSON.stringify(expected)}.`);
  context.terminal.note(question);
  return (await context.terminal.readLine()) ?? '';
}

/** The newest restore of `NAME@latest` that can be undone, or the one of this id. */
async function restoreNamed(api: Api, ref: string): Promise<RestoreRecord> {
  const records = await api.restore.list({});
  const name = ref.endsWith('@latest') ? ref.slice(0, -'@latest'.length) : undefined;
  if (name === undefined) {
    const found = records.find((record) => record.restoreId === ref);
    if (found === undefined) throw new Fail('restore.unknown', 'There is no restore of this id.');
    return found;
  }
  const { source } = await api.source.show({ name });
  const found = records.find((record) => record.sourceId === source.id && record.state !== 'released');
  if (found === undefined) throw new Fail('restore.unknown', `No restore of ${name} can be undone.`);
  return found;
}

const undo: Command = {
  name: 'restore undo',
  usage: 'RESTORE',
  summary: 'bring back what a restore in place has replaced; what was restored is kept in its stead',
  details: '  RESTORE is an id of restore list, or NAME@latest. An undo can be undone.',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const record = await restoreNamed(await context.api(), args.positionals[0] as string);
    const { undo: report } = await follow(context, (api) => api.restore.undo({ restoreId: record.restoreId }));
    if (report === undefined) throw new Error('An undo came to nothing');
    return { json: undoJson(report), text: undoText(record, report) };
  },
};

function undoJson(report: UndoReport): Record<string, unknown> {
  const { restoreId, target, keptAs, keepUntil, tables, connection } = report;
  return { restoreId, target, keptAs, keepUntil: iso(keepUntil), tables, connection };
}

function undoText(record: RestoreRecord, { target, keptAs, keepUntil, tables }: UndoReport): string {
  const cost = words.undoCost(rowsLost(tables), rowsBack(tables));
  return [
    words.undone(record.keptAs, target),
    ...(tables.length === 0 ? [] : [cost]),
    words.wasKeptAs(keptAs, moment(keepUntil)),
  ].join('\n');
}

const release: Command = {
  name: 'restore release',
  usage: 'RESTORE [--confirm NAME]',
  summary: 'remove what a restore in place has kept; it cannot be brought back',
  details: '  RESTORE is an id of restore list, or NAME@latest. NAME is what restore list shows as kept.',
  options: { confirm: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const record = await restoreNamed(await context.api(), args.positionals[0] as string);
    const { restoreId, keptAs } = record;
    const typed = await askConfirm(args, context, keptAs, words.askRelease(keptAs));
    if (typed !== keptAs) throw new Fail('restore.not-confirmed', `Something else was typed; this removes ${keptAs}.`);
    await follow(context, (api) => api.restore.release({ restoreId }));
    return { json: { restoreId, removed: keptAs }, text: words.released(keptAs) };
  },
};

const list: Command = {
  name: 'restore list',
  usage: '',
  summary: 'restores in place, and what is kept for undo',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const api = await context.api();
    const records = await api.restore.list({});
    const sources = new Map((await api.source.list({})).map((source) => [source.id, source.name]));
    const now = context.clock.now();
    const rows = records.map((record) => [
      record.restoreId,
      sources.get(record.sourceId) ?? '(removed)',
      moment(record.restoredAt),
      record.target,
      record.state === 'released' ? '-' : record.keptAs,
      stateOf(record, now),
    ]);
    const titles = ['Restore', 'Source', 'Restored', 'Target', 'Kept as', 'State'].map((title) => ({ title }));
    const text = rows.length === 0 ? words.noRestores : table(titles, rows);
    return { json: records.map((record) => recordJson(record, sources.get(record.sourceId) ?? null)), text };
  },
};

function stateOf({ state, keepUntil }: RestoreRecord, now: number): string {
  if (state === 'released') return 'released';
  const days = Math.ceil((keepUntil - now) / 86_400_000);
  return `${state}, ${days > 0 ? `${plural(days, 'day')} left` : 'may be released'}`;
}

function recordJson(record: RestoreRecord, source: string | null): Record<string, unknown> {
  return { ...record, source, restoredAt: iso(record.restoredAt), keepUntil: iso(record.keepUntil) };
}

export const inPlaceCommands: Command[] = [undo, list, release];
