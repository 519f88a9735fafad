/** Pure: the texts of `--help`. */
import type { Command } from './command.ts';
import { words } from './words.ts';

/** Every command with its one line. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    words.tagline,
    '',
    ...commands.map(({ name, summary }) => `  holdfast ${name.padEnd(width)}  ${summary}`),
    '',
    words.moreHelp,
    words.exitCodes,
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const usage = `holdfast ${command.name}${command.usage === '' ? '' : ` ${command.usage}`} [--json]`;
  return [usage, '', command.summary, ...(command.details === undefined ? [] : ['', command.details])].join('\n');
}
