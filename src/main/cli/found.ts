/** `holdfast found-again`: a place and its kit, and nothing else. */
import { readFile } from 'node:fs/promises';
import { Fail } from '../../shared/failure.ts';
import type { FoundReport } from '../../shared/found.ts';
import { bytes } from '../../shared/bytes.ts';
import { secretInKit } from '../../shared/kit.ts';
import { count } from '../../shared/plural.ts';
import { absolute, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { nameOf } from './destination.ts';
import { follow } from './follow.ts';
import { iso, moment, table } from './format.ts';
import { cardJson } from './kit.ts';
import { namesPlace, placeOptions, secretOf, settingsOf } from './place-options.ts';
import { words } from './words.ts';

/** A kit is a page; what is larger is something else. */
const maxKitBytes = 4 * 1024 * 1024;

const found: Command = {
  name: 'found-again',
  usage:
    'NAME [--folder DIR | --s3 BUCKET[/PREFIX] | --azure ACCOUNT/CONTAINER[/PREFIX] | --sftp USER@HOST[:PORT]] [options]',
  summary: 'I have a place and a kit: list every backup in it, whoever made it; nothing there is changed',
  details: `  NAME                     what the place is called here from now on; with no address, a place that is known is read again
  --kit-file FILE          the recovery kit as a file, or a text file with its 64 digits
  --kit-stdin              the 64 digits are a line of standard input, after the secret of the place
  --no-kit                 do not ask for one: nothing there is sealed
  The options of the address are those of holdfast destination add, and so is --secret-stdin.
  What is found can be proven and restored at once (holdfast list NAME, holdfast verify, holdfast restore). To go on backing a
  source up: holdfast source add NAME --join NAME …`,
  options: {
    ...placeOptions,
    'kit-file': { type: 'string' },
    'kit-stdin': { type: 'boolean' },
    'no-kit': { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const ways = ['kit-file', 'kit-stdin', 'no-kit'].filter((option) => args.given(option));
    if (ways.length > 1) throw wrongUsage(`Only one of --${ways.join(', --')} can be given.`);
    const settings = namesPlace(args) ? settingsOf(args, context) : undefined;
    const secret = settings === undefined ? undefined : await secretOf(settings, args, context);
    const kit = await kitOf(args, context);
    const { find: report } = await follow(context, (api) =>
      api.destination.found({
        name,
        ...(settings === undefined ? {} : { settings }),
        ...(secret === undefined ? {} : { secret }),
        ...(kit === undefined ? {} : { kit }),
      }),
    );
    if (report === undefined) throw new Error('A search came to nothing');
    return { json: foundJson(report), text: foundText(report) };
  },
};

async function kitOf(args: Arguments, { cwd, terminal }: Context): Promise<string | undefined> {
  const file = args.text('kit-file');
  if (file !== undefined) return readKit(absolute(cwd, file));
  if (args.has('no-kit')) return undefined;
  if (args.has('kit-stdin')) {
    const line = await terminal.readLine();
    if (line === undefined || line.trim() === '') throw wrongUsage('No kit was given on standard input.');
    return line;
  }
  const typed = terminal.interactive ? await terminal.askSecret(words.askKit) : '';
  return typed.trim() === '' ? undefined : typed;
}

async function readKit(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Fail('path.unreadable', `${file} cannot be read.`, { cause: thrown });
  });
  if (text.length > maxKitBytes) throw new Fail('kit.unreadable', `${file} is too large for a kit.`);
  return secretInKit(text);
}

function foundJson(report: FoundReport): Record<string, unknown> {
  return {
    ...report,
    destination: cardJson(report.destination),
    sources: report.sources.map(({ oldestAt, newestAt, ...source }) => ({
      ...source,
      oldestAt: iso(oldestAt),
      newestAt: iso(newestAt),
    })),
  };
}

function foundText(report: FoundReport): string {
  const { sources, closed, skipped, skippedInAll } = report;
  const rows = sources.map((source) => [
    source.machine.name,
    source.machine.id,
    source.name,
    count(source.backups),
    moment(source.newestAt),
    bytes(source.sizeBytes),
  ]);
  const lines = [words.foundBackups(report)];
  if (rows.length > 0)
    lines.push(
      table(
        [
          { title: 'MACHINE' },
          { title: 'ID' },
          { title: 'SOURCE' },
          { title: 'BACKUPS', align: 'right' },
          { title: 'NEWEST' },
          { title: 'SIZE', align: 'right' },
        ],
        rows,
      ),
    );
  for (const { keyId, backups } of closed) lines.push(words.foundClosed(backups, keyId));
  if (report.withoutManifest > 0) lines.push(words.foundWithoutManifest(report.withoutManifest));
  for (const { key, why } of skipped.slice(0, 10)) lines.push(words.foundSkipped(key, why));
  if (skippedInAll > 10) lines.push(words.foundMoreSkipped(skippedInAll - 10));
  lines.push(words.foundNext);
  return lines.join('\n');
}

export const foundCommands: readonly Command[] = [found];
