/** `holdfast pin` and `unpin`: what stays, whatever a rule says. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { PinBeaten } from '../../shared/place-rules.ts';
import { wrongUsage } from './arguments.ts';
import { cardJson } from './backup.ts';
import type { Command } from './command.ts';
import { iso } from './format.ts';
import { words } from './words.ts';

const dayMs = 86_400_000;

const pin: Command = {
  name: 'pin',
  usage: 'BACKUP --reason TEXT [--until DATE|90d] [--hold]',
  summary: 'keep a backup, whatever the rules say',
  details: `  --reason TEXT   why; it is shown wherever the backup is
  --until WHEN    a date (2027-02-23, or with a time), or days after the backup was taken (90d); for ever where it is left out
  --hold          a legal hold: it has no end, and only unpin --lift-hold takes it away`,
  options: { reason: { type: 'string' }, until: { type: 'string' }, hold: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const backup = args.positionals[0] as string;
    const reason = args.text('reason');
    if (reason === undefined) throw wrongUsage('--reason is needed.');
    const written = args.text('until');
    if (args.has('hold') && written !== undefined) throw wrongUsage('A hold has no end: --until does not go with it.');
    const end = written === undefined ? null : endOf(written);
    const api = await context.api();
    const { card: known } = await api.backup.show({ backup });
    const until = end === null ? null : 'at' in end ? end.at : known.takenAt + end.days * dayMs;
    // What `NAME@latest` means may change between two calls: the pin is on what was looked at.
    const card = await api.backup.pin({ backup: known.backupId, reason, until, hold: args.has('hold') });
    const beaten = (card.beaten ?? []).map(({ place, at, ruleId }) => ({ place, at: iso(at), rule: ruleId }));
    return { json: { ...cardJson(card), ...(beaten.length === 0 ? {} : { beaten }) }, text: pinnedText(card) };
  },
};

function endOf(text: string): { at: number } | { days: number } {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return { days: Number(days) };
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrongUsage('--until is a date such as 2027-02-23, or days such as 90d.');
  return { at };
}

type Pinned = BackupCard & { beaten?: PinBeaten[] | undefined };

const pinnedText = ({ backupId, pin: put, beaten = [] }: Pinned): string =>
  put === undefined
    ? words.unpinned(backupId)
    : [words.pinned(backupId, put), ...beaten.map(({ place, at, ruleId }) => words.pinBeaten(place, at, ruleId))].join(
        '\n',
      );

const unpin: Command = {
  name: 'unpin',
  usage: 'BACKUP [--lift-hold]',
  summary: 'take a pin away: from then on the rules decide',
  options: { 'lift-hold': { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const card = await api.backup.unpin({ backup: args.positionals[0] as string, liftHold: args.has('lift-hold') });
    return { json: cardJson(card), text: pinnedText(card) };
  },
};

export const pinCommands: Command[] = [pin, unpin];
