/** From the words of the command line to an exit code. */
import { Fail, toFailure } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import type { Door } from '../serve/door.ts';
import { parseArguments, wrongUsage } from './arguments.ts';
import { backupCommands } from './backup.ts';
import { carryCommands } from './carry.ts';
import type { Command, Outcome } from './command.ts';
import { diffCommands } from './diff.ts';
import { doctorCommands } from './doctor.ts';
import { CancelledElsewhere } from './follow.ts';
import { jsonDocument } from './format.ts';
import { commandHelp, overview } from './help.ts';
import { Interrupted, Interrupts } from './interrupts.ts';
import { healthCommands } from './health.ts';
import { placeSetupCommands } from './place-setup.ts';
import { jobCommands } from './job.ts';
import { destinationCommands } from './destination.ts';
import { foundCommands } from './found.ts';
import { kitCommands } from './kit.ts';
import { pinCommands } from './pin.ts';
import { planCommands } from './plan.ts';
import { protectCommands } from './protect.ts';
import { retentionCommands } from './retention.ts';
import { Blocked, restoreCommands } from './restore.ts';
import { purgeCommands } from './purge.ts';
import { scrubCommands } from './scrub.ts';
import { serveCommands } from './serve.ts';
import { serviceCommands } from './service.ts';
import { sourceCommands } from './source.ts';
import { statusCommands } from './status.ts';
import type { Terminal } from './terminal.ts';
import { thawCommands } from './thaw.ts';
import { tourCommands } from './tour.ts';
import { verifyCommands } from './verify.ts';
import { words } from './words.ts';

export interface Surroundings {
  terminal: Terminal;
  env: Environment;
  clock: Clock;
  cwd: string;
  version: string;
  openDoor(env: Environment, kind?: 'terminal' | 'browser', schedule?: boolean): Promise<Door>;
  /** Where the built window lies. */
  windowFiles: string;
  /** How this program is started. */
  program: readonly string[];
  /** Ends this process at once. */
  endNow(exitCode: number): void;
}

export const commands: readonly Command[] = [
  ...sourceCommands,
  ...backupCommands,
  ...statusCommands,
  ...carryCommands,
  ...verifyCommands,
  ...planCommands,
  ...destinationCommands,
  ...healthCommands,
  ...placeSetupCommands,
  ...kitCommands,
  ...foundCommands,
  ...retentionCommands,
  ...pinCommands,
  ...scrubCommands,
  ...thawCommands,
  ...purgeCommands,
  ...protectCommands,
  ...restoreCommands,
  ...diffCommands,
  ...jobCommands,
  ...doctorCommands,
  ...serveCommands,
  ...serviceCommands,
  ...tourCommands,
];

/**
 * Runs one command line, without the program's own name.
 * @returns 0 done, 1 the answer is no, 2 wrong usage, 3 failed, 130 and its like interrupted. Never rejects.
 */
export async function runCommandLine(argv: readonly string[], around: Surroundings): Promise<number> {
  const { terminal } = around;
  const json = wantsJson(argv);
  const interrupts = new Interrupts(terminal, (code) => around.endNow(code));
  const house = new OneHouse(around);
  let exitCode: number;
  try {
    const work = perform(argv, around, interrupts, house);
    // An interrupted command may still be on its way to its end; whatever it comes to is not heard any more.
    work.catch(() => {});
    exitCode = tell(await Promise.race([work, interrupts.interrupted]), json, terminal);
  } catch (thrown) {
    exitCode = tellFailure(thrown, json, terminal);
  }
  // There is one document and it has been printed: what happens while leaving goes to standard error.
  exitCode = await house.leave(exitCode, (thrown) => tellFailure(thrown, false, terminal));
  interrupts.release();
  await terminal.flush();
  return exitCode;
}

async function perform(
  argv: readonly string[],
  around: Surroundings,
  interrupts: Interrupts,
  house: OneHouse,
): Promise<Outcome> {
  const { terminal, env, clock, cwd, version, windowFiles, program } = around;
  const elsewhere = (other: Environment): Promise<Door> => around.openDoor(other);
  const [first = ''] = argv;
  if (first === '--version') return { json: { holdfast: around.version }, text: around.version };
  if (['--help', '-h', 'help'].includes(first))
    return { json: { commands: commands.map(briefly) }, text: overview(commands) };
  const { command, rest } = commandOf(argv);
  const args = readArguments(command, rest);
  if (args.has('help')) return { json: briefly(command), text: commandHelp(command) };
  const context = { terminal, env, clock, cwd, version, windowFiles, program, interrupts, elsewhere };
  const inHouse = {
    api: () => house.api(),
    leave: () => house.letGo(),
    window: (schedule: boolean) => house.window(schedule),
  };
  return command.run(args, { ...context, ...inHouse });
}

const briefly = ({ name, usage, summary }: Command): Record<string, string> => ({ name, usage, summary });

function readArguments(command: Command, rest: readonly string[]): ReturnType<typeof parseArguments> {
  try {
    return parseArguments(rest, command.options, command.places);
  } catch (thrown) {
    if (thrown instanceof Fail && thrown.code === 'usage.wrong') {
      throw wrongUsage(`holdfast ${command.name}: ${thrown.message}`, words.commandHint(command.name));
    }
    throw thrown;
  }
}

/** The longest name that the words begin with. */
function commandOf(argv: readonly string[]): { command: Command; rest: readonly string[] } {
  if (argv.length === 0) throw wrongUsage(words.noCommand, words.helpHint);
  for (const length of [2, 1]) {
    const command = commands.find(({ name }) => name === argv.slice(0, length).join(' '));
    if (command !== undefined) return { command, rest: argv.slice(length) };
  }
  const group = commands.filter(({ name }) => name.startsWith(`${argv[0]} `)).map(({ name }) => name);
  throw wrongUsage(group.length === 0 ? words.unknownCommand : `There is ${group.join(', ')}.`, words.helpHint);
}

function tell(outcome: Outcome, json: boolean, terminal: Terminal): number {
  if (json || outcome.text !== '') terminal.print(json ? jsonDocument(outcome.json) : outcome.text);
  return outcome.exitCode ?? (outcome.yes === false ? 1 : 0);
}

function tellFailure(thrown: unknown, json: boolean, terminal: Terminal): number {
  if (thrown instanceof Interrupted) return tellCancelled(words.cancelled, thrown.exitCode, json, terminal);
  if (thrown instanceof CancelledElsewhere) return tellCancelled(words.cancelledElsewhere, 3, json, terminal);
  const failure = toFailure(thrown, '');
  if (json)
    terminal.print(jsonDocument(thrown instanceof Blocked ? { ...failure, findings: thrown.findings } : failure));
  else {
    terminal.note(failure.message);
    terminal.note(failure.hint);
    if (failure.code === 'internal.bug')
      terminal.note(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  }
  return failure.code === 'usage.wrong' ? 2 : 3;
}

/** Cancelled is an outcome, not a failure. */
function tellCancelled(text: string, exitCode: number, json: boolean, terminal: Terminal): number {
  if (json) terminal.print(jsonDocument({ cancelled: true, message: text }));
  else terminal.note(text);
  return exitCode;
}

/** `--json` is obeyed also where the rest of the line is wrong. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).includes('--json');
}

/** The house of this command's data folder: opened when it is first asked for, left when the command has ended. */
class OneHouse {
  readonly #around: Surroundings;
  #door: Promise<Door> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async api(): Promise<Door['api']> {
    this.#door ??= this.#around.openDoor(this.#around.env);
    return (await this.#door).api;
  }

  window(schedule: boolean): Promise<Door> {
    this.#door ??= this.#around.openDoor(this.#around.env, 'browser', schedule);
    return this.#door;
  }

  /** Leaves before the command has ended. What it asks for afterwards opens the house again. */
  async letGo(): Promise<void> {
    const door = await this.#door;
    this.#door = undefined;
    await door?.close();
  }

  /** The exit code of the command stands, unless leaving itself fails after a success. */
  async leave(exitCode: number, tellProblem: (thrown: unknown) => number): Promise<number> {
    const door = await this.#door?.catch(() => undefined);
    if (door === undefined) return exitCode;
    const stop = new AbortController();
    this.#around.clock.sleep(1_000, stop.signal).then(
      () => this.#around.terminal.note(words.finishing),
      () => {},
    );
    try {
      await door.close();
      return exitCode;
    } catch (thrown) {
      return exitCode === 0 ? tellProblem(thrown) : exitCode;
    } finally {
      stop.abort(new Error('Left.'));
    }
  }
}
