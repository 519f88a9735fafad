/** `holdfast restore`: rehearse, show what was found, run the very plan that was rehearsed. */
import type { HoldfastContract } from '../../shared/contract.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { Client } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Finding, RestorePlan, RestoreReport } from '../../shared/restore.ts';
import { ThawSpeed } from '../../shared/thaw-report.ts';
import { absolute, choice, oneOf, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { duration, iso } from './format.ts';
import { askConfirm, inPlaceCommands, replaceLines } from './in-place.ts';
import { kitDetails, kitFrom, kitOptions } from './kit-file.ts';
import { addressFromArgument, readServer, serverOptions } from './server-options.ts';
import { checkLines, problemLines, proofTable } from './verify.ts';
import { words } from './words.ts';

type RehearseInput = Parameters<Client<HoldfastContract>['restore']['rehearse']>[0];
type Target = RehearseInput['target'];

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
  --thaw               where it is archived: thaw it first, wait, and go on by itself; nothing is asked meanwhile
  --speed SPEED        of the thaw: standard, bulk (cheaper), expedited (dearer); holdfast thaw --help has the hours
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
    thaw: { type: 'boolean' },
    speed: { type: 'string' },
    ...kitOptions,
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const { target, secrets: passwords } = await readTarget(args, context);
    const secrets = { ...passwords, ...(await kitFrom(args, context)) };
    const backup = args.positionals[0] as string;
    const database = args.text('database');
    const wanted = { backup, target, secrets, ...(database === undefined ? {} : { database }) };
    const speed = thawSpeed(args);
    const { plan, next } = args.has('thaw')
      ? await thawedThenRehearsed(context, wanted, speed)
      : { plan: await rehearse(context, wanted), next: undefined };
    for (const finding of plan.findings) context.terminal.note(findingLine(finding));
    if (!plan.canRun) throw new Blocked(plan.findings);
    const { planId } = plan;
    // A restore that asks for nothing has begun by itself.
    const confirm = next === undefined ? await confirmed(plan, args, context) : {};
    const { restore: report } = await follow(context, async (api) =>
      next === undefined ? api.restore.run({ planId, secrets, ...confirm }) : { jobId: next },
    );
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

async function rehearse(context: Context, input: RehearseInput): Promise<RestorePlan> {
  const { rehearse: plan } = await follow(context, (api) => api.restore.rehearse(input));
  if (plan === null) throw new Error('A rehearsal came to nothing');
  return plan;
}

function thawSpeed(args: Arguments): ThawSpeed | undefined {
  if (args.given('speed') && !args.has('thaw')) throw wrongUsage('--speed belongs to --thaw.');
  return choice(args, 'speed', ThawSpeed.options);
}

/** Where it can be read, it is rehearsed as ever. Else the thaw, the rehearsal and the restore follow each other by themselves. */
async function thawedThenRehearsed(
  context: Context,
  wanted: RehearseInput,
  speed: ThawSpeed | undefined,
): Promise<{ plan: RestorePlan; next: JobId | undefined }> {
  try {
    return { plan: await rehearse(context, wanted), next: undefined };
  } catch (thrown) {
    if (!(thrown instanceof Fail) || thrown.code !== 'destination.archived') throw thrown;
    context.terminal.note(thrown.message);
  }
  const chain = { ...wanted, run: true, ...(speed === undefined ? {} : { speed }) };
  const { next: rehearsal } = await follow(context, (api) => api.restore.thawFirst(chain));
  if (rehearsal === undefined) throw new Error('A thaw was followed by nothing');
  const { rehearse: plan, next } = await follow(context, async () => ({ jobId: rehearsal }));
  if (plan === null) throw new Error('A rehearsal came to nothing');
  return { plan, next };
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
