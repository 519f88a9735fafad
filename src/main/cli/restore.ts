/** `holdfast restore`: rehearse, show what was found, run the very plan that was rehearsed. */
import type { HoldfastContract } from '../../shared/contract.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { Client } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { Finding, RestorePlan, RestoreReport } from '../../shared/restore.ts';
import { absolute, oneOf, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { duration, iso } from './format.ts';
import { askConfirm, inPlaceCommands, replaceLines } from './in-place.ts';
import { kitDetails, kitFrom, kitOptions } from './kit-file.ts';
import { addressFromArgument, readServer, serverOptions } from './server-options.ts';
import { checkLines, problemLines, proofTable } from './verify.ts';
import { words } from './words.ts';

type Target = Parameters<Client<HoldfastContract>['restore']['rehearse']>[0]['target'];

/** A restore that its rehearsal stopped. */
export class Blocked extends Fail {
  readonly findings: Finding[];

  constructor(findings: Finding[]) {
    const blocking = findings.filter((finding) => finding.grade === 'blocking');
    super('restore.blocked', `${words.blocked} ${blocking.map((finding) => finding.message).join(' ')}`.trim(), {
      hint: blocking[0]?.hint,
    });
    this.findings = findings;
  }
}

const restore: Command = {
  name: 'restore',
  usage: 'BACKUP (--to-file FILE | --to-database NAME | --to-url URL | --in-place) [--database D] [options]',
  summary: 'restore into a new place, or in place of the live one, and compare',
  details: `  --to-file FILE       a SQLite backup: a file that does not exist yet
  --to-database NAME   a PostgreSQL backup: a new database on the server it came from
  --to-url URL         a PostgreSQL backup: postgres://user@host/new_database, never with a password
  --in-place           in the place of the live file or database, which is kept beside it
  --confirm NAME       with --in-place, for scripts: the live one's name, which is asked for otherwise
  --database D         which database of a backup of several
  --password-stdin, --tls, --ca-file, --ssh …   for --to-url, as in source add
${kitDetails}`,
  options: {
    ...serverOptions,
    'to-file': { type: 'string' },
    'to-url': { type: 'string' },
    'to-database': { type: 'string' },
    'in-place': { type: 'boolean' },
    confirm: { type: 'string' },
    database: { type: 'string' },
    ...kitOptions,
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const { target, secrets: passwords } = await readTarget(args, context);
    const secrets = { ...passwords, ...(await kitFrom(args, context)) };
    const backup = args.positionals[0] as string;
    const database = args.text('database');
    const plan = await rehearse(context, { backup, target, secrets, ...(database === undefined ? {} : { database }) });
    for (const finding of plan.findings) context.terminal.note(findingLine(finding));
    if (!plan.canRun) throw new Blocked(plan.findings);
    const confirm = await confirmed(plan, args, context);
    const { planId } = plan;
    const { restore: report } = await follow(context, (api) => api.restore.run({ planId, secrets, ...confirm }));
    if (report === null) throw new Error('A restore came to nothing');
    return { json: restoreJson(report), text: restoreText(report), yes: report.verdict === 'equal' };
  },
};

/** What a plan that replaces asks for, after it was told what it takes. */
async function confirmed({ replaces }: RestorePlan, args: Arguments, context: Context): Promise<{ confirm?: string }> {
  if (replaces === undefined) return {};
  for (const line of replaceLines(replaces)) context.terminal.note(line);
  return { confirm: await askConfirm(args, context, replaces.confirm, words.askReplace(replaces.confirm)) };
}

async function rehearse(
  context: Context,
  input: Parameters<Client<HoldfastContract>['restore']['rehearse']>[0],
): Promise<RestorePlan> {
  const { rehearse: plan } = await follow(context, (api) => api.restore.rehearse(input));
  if (plan === null) throw new Error('A rehearsal came to nothing');
  return plan;
}

async function readTarget(args: Arguments, context: Context): Promise<{ target: Target; secrets: SecretsIn }> {
  if (args.has('in-place')) {
    const other = ['to-file', 'to-url', 'to-database', ...Object.keys(serverOptions)].find((name) => args.given(name));
    if (other !== undefined) throw wrongUsage(`--${other} and --in-place do not go together.`);
    return { target: { kind: 'original' }, secrets: {} };
  }
  if (args.given('confirm')) throw wrongUsage('--confirm belongs to --in-place.');
  const kind = oneOf(args, ['to-file', 'to-url', 'to-database']);
  if (kind === 'to-url') return readServerTarget(args, context);
  const stray = Object.keys(serverOptions).find((name) => args.given(name));
  if (stray !== undefined) throw wrongUsage(`--${stray} belongs to --to-url.`);
  if (kind === 'to-file')
    return { target: { kind: 'file', file: absolute(context.cwd, args.text('to-file') ?? '') }, secrets: {} };
  return { target: { kind: 'same-server', database: args.text('to-database') ?? '' }, secrets: {} };
}

async function readServerTarget(args: Arguments, context: Context): Promise<{ target: Target; secrets: SecretsIn }> {
  const { settings, secrets, database } = await readServer(
    addressFromArgument(args.text('to-url') ?? ''),
    args,
    context,
  );
  if (database === undefined) throw wrongUsage('--to-url names the new database: postgres://user@host/new_database.');
  return { target: { kind: 'database', server: { ...settings, databases: [database] }, database }, secrets };
}

function findingLine(finding: Finding): string {
  return `${finding.grade}: ${finding.message}${finding.hint === undefined ? '' : ` ${finding.hint}`}`;
}

function restoreJson(report: RestoreReport): Record<string, unknown> {
  const { verdict, backupId, target, tables, problems, checks, startedAt, endedAt } = report;
  const { undo, connection } = report;
  return {
    verdict,
    backupId,
    target,
    tables,
    problems,
    checks,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    connection: connection ?? null,
    undo: undo === undefined ? null : { ...undo, until: iso(undo.until) },
  };
}

function restoreText(report: RestoreReport): string {
  return [
    proofTable(report.tables),
    ...checkLines(report.checks),
    ...problemLines(report.problems),
    `${report.target}: ${words.restored[report.verdict]} Took ${duration(report.endedAt - report.startedAt)}.`,
    ...(report.connection === undefined ? [] : [report.connection]),
    ...(report.undo === undefined ? [] : [words.undoIt(report.undo.restoreId)]),
  ].join('\n');
}

export const restoreCommands: Command[] = [restore, ...inPlaceCommands];
