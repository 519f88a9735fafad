/** The command line, strictly: an option that is not known, or has two values, is wrong usage and nothing is done. */
import path from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Fail } from '../../shared/failure.ts';

export interface Arguments {
  positionals: string[];
  /** What follows `--`, untouched; undefined without one. Its words are among the positionals as well. */
  verbatim: string[] | undefined;
  has(name: string): boolean;
  /** Whether the option was given at all, with or without a value. */
  given(name: string): boolean;
  /** The option's only value. */
  text(name: string): string | undefined;
  /** All values of an option that may be repeated. */
  texts(name: string): string[];
}

export const wrongUsage = (message: string, hint?: string): Fail => new Fail('usage.wrong', message, { hint });

/** Of every command. */
export const commonOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} satisfies ParseArgsOptionsConfig;

/**
 * @param places how many words besides the options there must be, at least and at most.
 * @throws Fail `usage.wrong`; no message repeats a value, which may be a secret in the wrong place.
 */
export function parseArguments(
  argv: readonly string[],
  options: ParseArgsOptionsConfig,
  places: { least: number; most: number },
): Arguments {
  const { values, positionals, tokens } = parsed(argv, { ...commonOptions, ...options });
  const given = tokens.filter((token) => token.kind === 'option').map((token) => token.name);
  for (const [name, option] of Object.entries(options)) {
    // A switch that is turned on twice is on: npm start turns --schedule on, and whoever starts it may as well.
    if (option.type === 'string' && option.multiple !== true && given.filter((other) => other === name).length > 1)
      throw wrongUsage(`--${name} is given twice.`);
  }
  const helping = values['help'] === true;
  if (!helping && positionals.length < places.least) throw wrongUsage('Something is missing after the command.');
  if (!helping && positionals.length > places.most) throw wrongUsage('There are more words than this command takes.');
  const end = tokens.find((token) => token.kind === 'option-terminator');
  return {
    positionals,
    verbatim: end === undefined ? undefined : argv.slice(end.index + 1),
    has: (name) => values[name] === true,
    given: (name) => given.includes(name),
    text: (name) => nonEmpty(name, values[name] as string | undefined),
    texts: (name) => ((values[name] ?? []) as string[]).map((value) => nonEmpty(name, value) ?? ''),
  };
}

function parsed(argv: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true, tokens: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      throw wrongUsage(`There is no option ${/'(-{1,2}[A-Za-z0-9-]{1,40})/.exec(message)?.[1] ?? 'of that name'}.`);
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const name = /'[^']*(--[a-z-]+)/.exec(message)?.[1] ?? 'An option';
      throw wrongUsage(
        message.includes('does not take') ? `${name} takes no value.` : `${name} needs a value.`,
        'A value that begins with a dash is written --option=-value.',
      );
    }
    throw error;
  }
}

function nonEmpty(name: string, value: string | undefined): string | undefined {
  if (value === '') throw wrongUsage(`--${name} needs a value.`);
  return value;
}

/** Exactly one of these options, or wrong usage. */
export function oneOf(args: Arguments, names: readonly string[]): string {
  const given = names.filter((name) => args.text(name) !== undefined);
  const list = names.map((name) => `--${name}`).join(', ');
  if (given.length !== 1)
    throw wrongUsage(given.length === 0 ? `One of ${list} is needed.` : `Only one of ${list} can be given.`);
  return given[0] as string;
}

/** One of these words, or wrong usage. */
export function choice<Word extends string>(args: Arguments, name: string, words: readonly Word[]): Word | undefined {
  const value = args.text(name);
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined) throw wrongUsage(`--${name} is one of ${words.join(', ')}.`);
  return found;
}

/** A whole number in these bounds, or wrong usage. */
export function wholeNumber(args: Arguments, name: string, otherwise: number, least: number, most: number): number {
  const text = args.text(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < least || value > most)
    throw wrongUsage(`--${name} is a number from ${least} to ${most}.`);
  return value;
}

const unitsMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `24h`, `7d`, `0`, in milliseconds, or wrong usage. */
export function timeSpan(args: Arguments, name: string, otherwise: number): number {
  const text = args.text(name);
  if (text === undefined) return otherwise;
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  if (match === null && text !== '0') throw wrongUsage(`--${name} is a time such as 90m, 24h, 7d or 0.`);
  return Number(match?.[1] ?? 0) * (unitsMs[match?.[2] ?? ''] ?? 0);
}

/** The contract wants absolute paths; the shell's folder is known only here. */
export const absolute = (cwd: string, file: string): string => path.resolve(cwd, file);
