/** `holdfast protect`: a deployment or a migration that begins only once there is a backup that was proven. */
import { constants } from 'node:os';
import type { BackupCard } from '../../shared/artifact.ts';
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { VerifyReport } from '../../shared/verify.ts';
import { attend, type Attended } from '../base/run.ts';
import { choice, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context, Outcome } from './command.ts';
import { CancelledElsewhere, follow } from './follow.ts';
import { nameOf } from './source-name.ts';
import { verifyJson } from './verify.ts';
import { words } from './words.ts';

/** Far from what programs usually end with, so that a script can tell them apart. */
const exitCodes = { backupFailed: 121, proofFailed: 122, notStarted: 123 } as const;

const protect: Command = {
  name: 'protect',
  usage: 'NAME [--proof read|restore] [--accept-partly] -- COMMAND…',
  summary: 'back up, prove the backup, and only then run a command: a deployment, a migration',
  details: `  --proof restore   (default) restore the backup into a throw-away place and compare everything
  --proof read      read every stored byte; quicker, and less of a proof
  --accept-partly   also run where a restore found nothing wrong but could not check everything

Nothing of COMMAND runs unless backup and proof held. It gets your environment, this folder and the three standard
streams; no shell is between. Where it fails, the line that restores the backup is printed.

Exit codes: ${exitCodes.backupFailed} the backup failed, ${exitCodes.proofFailed} the proof did not hold, ${exitCodes.notStarted} COMMAND could not be started, otherwise what COMMAND
ended with (128 and the signal's number where a signal ended it). With --json the output of COMMAND goes to standard error.`,
  options: { proof: { type: 'string' }, 'accept-partly': { type: 'boolean' } },
  places: { least: 1, most: Number.MAX_SAFE_INTEGER },
  async run(args, context) {
    const { verbatim } = args;
    if (verbatim === undefined || verbatim.length === 0) throw wrongUsage('What is to be run follows after --.');
    if (args.positionals.length !== verbatim.length + 1) throw wrongUsage('There is one NAME before --.');
    const level = choice(args, 'proof', ['read', 'restore'] as const) ?? 'restore';
    return protectFor(nameOf(args), level, verbatim, args, context);
  },
};

interface Told {
  source: string;
  backupId: string | null;
  proof: VerifyReport | null;
  ended: { code: number | null; signal: string | null } | null;
  failure: Failure | null;
}

async function protectFor(
  name: string,
  level: 'read' | 'restore',
  command: readonly string[],
  args: Arguments,
  context: Context,
): Promise<Outcome> {
  const told: Told = { source: name, backupId: null, proof: null, ended: null, failure: null };
  const json = args.has('json');
  const backup = await held(context, told, () => backUp(name, context));
  if (backup === null) return outcome(told, exitCodes.backupFailed);
  told.backupId = backup.backupId;
  context.terminal.note(words.protectedBy(backup.backupId));
  const proof = await held(context, told, () => prove(backup, level, context));
  if (proof === null) return outcome(told, exitCodes.proofFailed);
  told.proof = proof;
  if (!holds(proof, args.has('accept-partly'))) {
    context.terminal.note(words.proofDidNotHold(proof.verdict));
    return outcome(told, exitCodes.proofFailed);
  }
  context.terminal.note(words.proofHeld(level));
  // The command may take hours, and may itself be a Holdfast: nobody waits for this one's house.
  await context.leave();
  return runCommand(command, told, backup, json, context);
}

/** What could not be done is told like any failure, but ends with a code of its own. */
async function held<T>(context: Context, told: Told, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof CancelledElsewhere) context.terminal.note(words.cancelledElsewhere);
    else if (thrown instanceof Fail) {
      told.failure = toFailure(thrown, '');
      context.terminal.note(thrown.message);
      context.terminal.note(thrown.hint);
    } else throw thrown;
    context.terminal.note(words.commandNotRun);
    return null;
  }
}

async function backUp(name: string, context: Context): Promise<BackupCard> {
  const { backup } = await follow(context, (api) => api.backup.start({ name }));
  if (backup === null) throw new Error('A backup came to nothing');
  return backup.card;
}

async function prove(card: BackupCard, level: 'read' | 'restore', context: Context): Promise<VerifyReport> {
  const { verify } = await follow(context, (api) => api.backup.verify({ backup: card.backupId, level }));
  if (verify === null) throw new Error('A verification came to nothing');
  return verify;
}

/** Reading alone never comes to more than "partly": there it is the best answer. */
function holds(report: VerifyReport, acceptPartly: boolean): boolean {
  if (report.verdict === 'proven') return true;
  return report.verdict === 'partly' && (acceptPartly || report.level === 'read');
}

async function runCommand(
  command: readonly string[],
  told: Told,
  backup: BackupCard,
  json: boolean,
  context: Context,
): Promise<Outcome> {
  const { interrupts, terminal } = context;
  if (interrupts.happened) throw interrupts.reason();
  const [program = '', ...rest] = command;
  const running = attend(program, rest, { cwd: context.cwd, quiet: json });
  try {
    told.ended = await interrupts.handOver(
      (signal) => passOn(running, signal, terminal.interactive),
      () => running.ended,
    );
  } catch {
    terminal.note(words.notStarted(program));
    return outcome(told, exitCodes.notStarted);
  }
  const { code, signal } = told.ended;
  const exitCode = code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
  if (exitCode !== 0) {
    terminal.note(words.commandFailed(program, exitCode));
    terminal.note(`  ${restoreLine(backup)}`);
  }
  return outcome(told, exitCode, exitCode === 0 ? null : restoreLine(backup));
}

/** Ctrl-C of a terminal goes to the command by itself: passed on, it would be two. */
function passOn(running: Attended, signal: NodeJS.Signals, interactive: boolean): void {
  if (signal === 'SIGINT' && interactive) return;
  running.kill(signal);
}

/** In the live one's place: it shows first what would be lost, asks, and keeps what the command left. */
const restoreLine = (backup: BackupCard): string => `holdfast restore ${backup.backupId} --in-place`;

function outcome(told: Told, exitCode: number, restore: string | null = null): Outcome {
  const { source, backupId, proof, ended, failure } = told;
  const json = {
    source,
    backupId,
    proof: proof === null ? null : verifyJson(proof),
    ended,
    restore,
    failure,
    exitCode,
  };
  // Standard output is the command's own.
  return { json, text: '', exitCode };
}

export const protectCommands: Command[] = [protect];
