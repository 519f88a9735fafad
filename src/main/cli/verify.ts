/** `holdfast verify`: the proof. */
import type { CheckNote, Problem, VerifyReport } from '../../shared/verify.ts';
import { choice } from './arguments.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { kitDetails, kitFrom, kitOptions } from './kit-file.ts';
import { count } from '../../shared/plural.ts';
import { duration, iso, table } from './format.ts';
import { words } from './words.ts';

const verify: Command = {
  name: 'verify',
  usage: 'BACKUP [--level read|restore] [--accept-partly]',
  summary: 'restore a backup somewhere harmless and compare everything',
  details: `  --level restore    (default) restore into a throw-away place, compare every count and digest
  --level read       read every stored byte and the table of contents; never more than "partly"
  --accept-partly    exit 0 also where not everything could be checked
${kitDetails}`,
  options: { level: { type: 'string' }, 'accept-partly': { type: 'boolean' }, ...kitOptions },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const level = choice(args, 'level', ['read', 'restore'] as const) ?? 'restore';
    const kit = await kitFrom(args, context);
    const { verify: report } = await follow(context, (api) =>
      api.backup.verify({ backup: args.positionals[0] as string, level, ...kit }),
    );
    if (report === null) throw new Error('A verification came to nothing');
    return {
      json: verifyJson(report),
      text: verifyText(report),
      yes: report.verdict === 'proven' || (report.verdict === 'partly' && args.has('accept-partly')),
    };
  },
};

/** A proof as `--json` prints it. */
export function verifyJson(report: VerifyReport): Record<string, unknown> {
  const { backupId, level, verdict, tables, problems, checks, where, proofId, startedAt, endedAt } = report;
  return {
    backupId,
    level,
    verdict,
    tables,
    problems,
    checks,
    where,
    proofId,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
  };
}

function verifyText(report: VerifyReport): string {
  return [
    ...(report.level === 'restore' ? [proofTable(report.tables)] : []),
    ...checkLines(report.checks),
    ...problemLines(report.problems),
    report.level === 'read' && report.verdict === 'partly' ? words.readOnly : words.verdicts[report.verdict],
    `${report.where === null ? '' : `Restored into ${report.where}. `}Took ${duration(report.endedAt - report.startedAt)}.`,
  ].join('\n');
}

/** Tables as they were promised and found again. */
export function proofTable(
  tables: readonly { name: string; expectedRows: number; rows: number | null; digestEqual: boolean | null }[],
): string {
  const content = { true: 'equal', false: 'DIFFERENT', null: 'not compared' };
  return table(
    [
      { title: 'TABLE' },
      { title: 'PROMISED', align: 'right' },
      { title: 'FOUND', align: 'right' },
      { title: 'CONTENT' },
    ],
    tables.map((one) => [one.name, count(one.expectedRows), words.fromBackup(one.rows), content[`${one.digestEqual}`]]),
  );
}

export function checkLines(checks: readonly CheckNote[]): string[] {
  const marks = { ok: 'ok', failed: 'FAILED', unchecked: 'not checked' };
  return checks.map((check) => `${marks[check.outcome].padEnd(11)}  ${check.name}: ${check.detail}`);
}

/** What was found, gravest first. */
export function problemLines(problems: readonly Problem[]): string[] {
  const order = ['fatal', 'unchecked', 'cosmetic'] as const;
  return order.flatMap((grade) =>
    problems.filter((problem) => problem.grade === grade).map((problem) => `${grade}: ${problem.message}`),
  );
}

export const verifyCommands: Command[] = [verify];
