import type { ParseArgsOptionsConfig } from 'node:util';
import type { Client } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import type { Door } from '../serve/door.ts';
import type { Arguments } from './arguments.ts';
import type { Interrupts } from './interrupts.ts';
import type { Terminal } from './terminal.ts';

export type Api = Client<HoldfastContract>;

/** What a command has to work with. */
export interface Context {
  terminal: Terminal;
  env: Environment;
  clock: Clock;
  /** The folder from which relative paths are meant. */
  cwd: string;
  interrupts: Interrupts;
  /** The house of the data folder; opened at the first use, closed when the command has ended. */
  api(): Promise<Api>;
  /** Lets go of the house before the command has ended: another may own it from then on. */
  leave(): Promise<void>;
  /** The house of another data folder, with a door of its own that the caller closes. */
  elsewhere(env: Environment): Promise<{ api: Api; close(): Promise<void> }>;
  /**
   * The data folder's door for a window in a browser tab; closed when the command has ended.
   * @param schedule whether plans are kept while it is open.
   */
  window(schedule: boolean): Promise<Door>;
  /** How this program is started: absolute paths of the program and its first arguments. */
  program: readonly string[];
  /** Where the built window lies. */
  windowFiles: string;
  /** This program's version. */
  version: string;
}

/** What a command came to: the same facts for a program and for a person. */
export interface Outcome {
  json: unknown;
  text: string;
  /** False: the answer is no, exit code 1. */
  yes?: boolean;
  /** Where the command has exit codes of its own. */
  exitCode?: number;
}

export interface Command {
  /** `source add`, or a single word. */
  name: string;
  /** What follows the name: `NAME [--level read|restore]`. */
  usage: string;
  /** One line, for the list of commands. */
  summary: string;
  /** More of it, for `--help` of this command. */
  details?: string;
  options: ParseArgsOptionsConfig;
  /** How many words it takes besides its options. */
  places: { least: number; most: number };
  run(args: Arguments, context: Context): Promise<Outcome>;
}
