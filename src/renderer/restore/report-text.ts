/** Pure: a restore as text, for a ticket or a letter. Plain lines, no secrets: the report has none. */
import type { RestoreReport } from '../../shared/restore.ts';
import { fullMoment } from '../words/moment.ts';
import { count, duration } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';

/** @param lead the verdict as the screen says it. */
export function reportText(lead: string, report: RestoreReport, zone: string): string {
  const { report: titles } = words;
  return [
    lead,
    '',
    `${titles.backup}: ${report.backupId}`,
    `${titles.target}: ${report.target}`,
    ...(report.connection === undefined ? [] : [`${titles.connection}: ${report.connection}`]),
    `${titles.began}: ${fullMoment(report.startedAt, zone)}`,
    `${titles.ended}: ${fullMoment(report.endedAt, zone)}`,
    `${titles.took}: ${duration(report.endedAt - report.startedAt)}`,
    ...(report.undo === undefined
      ? []
      : [`${titles.kept}: ${report.undo.keptAs}, ${titles.until} ${fullMoment(report.undo.until, zone)}`]),
    '',
    ...report.tables.map(tableLine),
    ...report.checks.map((check) => `${check.outcome.toUpperCase()} ${check.name}: ${check.detail}`),
    ...report.problems.map((problem) => `${problem.grade.toUpperCase()} ${problem.subject}: ${problem.message}`),
  ].join('\n');
}

function tableLine({ name, expectedRows, rows, digestEqual }: RestoreReport['tables'][number]): string {
  const found = rows === null ? words.report.missing : count(rows);
  const content = digestEqual === null ? words.uncompared : digestEqual ? words.equal : words.differs;
  return `${name}: ${count(expectedRows)} ${words.report.promised}, ${found} ${words.report.found}, ${content}`;
}
