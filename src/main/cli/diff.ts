/** `holdfast diff`: what changed since a backup. */
import type { DiffReport, TableDiff } from '../../shared/diff.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { iso, table } from './format.ts';
import { words } from './words.ts';

const diff: Command = {
  name: 'diff',
  usage: 'BACKUP [--against live|BACKUP] [--fail-on-difference]',
  summary: 'compare the counts of a backup with the live source, or with another backup',
  options: { against: { type: 'string' }, 'fail-on-difference': { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const backup = args.positionals[0] as string;
    const against = args.text('against') ?? 'live';
    const { diff: report } = await follow(context, (api) => api.backup.diff({ backup, against }));
    if (report === null) throw new Error('A diff came to nothing');
    const differing = report.tables.filter(differs);
    return {
      json: { backupId: report.backupId, against: report.against, takenAt: iso(report.takenAt), tables: report.tables },
      text: diffText(report, differing.length),
      yes: differing.length === 0 || !args.has('fail-on-difference'),
    };
  },
};

/** Rows can change without their number changing. */
export const differs = (one: TableDiff): boolean => one.change !== 'same' || one.contentEqual === false;

export function diffText(report: DiffReport, differing: number): string {
  const rows = report.tables.map((one) => [
    one.name,
    words.fromBackup(one.before),
    words.fromBackup(one.after),
    one.change === 'same' && one.contentEqual === false ? 'same number, other content' : one.change,
  ]);
  const columns = [
    { title: 'TABLE' },
    { title: 'BACKUP', align: 'right' as const },
    { title: report.against === 'live' ? 'LIVE' : 'OTHER', align: 'right' as const },
    { title: 'CHANGE' },
  ];
  return [table(columns, rows), differing === 0 ? words.noDifference : words.someDiffer(differing)].join('\n');
}

export const diffCommands: Command[] = [diff];
