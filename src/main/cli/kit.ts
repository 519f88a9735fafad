/** `holdfast destination seal` and `holdfast kit …`: what is sealed, and the page that opens it. */
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import type { KitState, KitWord } from '../../shared/kit.ts';
import { absolute, wrongUsage } from './arguments.ts';
import { reseal } from './reseal.ts';
import type { Command, Outcome } from './command.ts';
import { iso, isoOrNull } from './format.ts';
import { words } from './words.ts';

const seal: Command = {
  name: 'destination seal',
  usage: 'NAME on|off',
  summary: 'seal what goes to a place from now on, or stop sealing it',
  details: '  What was sealed before stays sealed, and what was not stays open.',
  options: {},
  places: { least: 2, most: 2 },
  async run(args, context) {
    const [name = '', word = ''] = args.positionals;
    if (word !== 'on' && word !== 'off') throw wrongUsage('After the name comes on or off.');
    const api = await context.api();
    const card = await api.kit.seal({ name, on: word === 'on' });
    return { json: cardJson(card), text: words.sealed(card) };
  },
};

const show: Command = {
  name: 'kit show',
  usage: 'DESTINATION',
  summary: "whether a place's recovery kit was proven",
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    return outcome(await api.kit.show({ name: args.positionals[0] as string }));
  },
};

const print: Command = {
  name: 'kit print',
  usage: 'DESTINATION --to FILE [--contact TEXT]',
  summary: 'write the recovery kit as a page to print: whoever has it can open every backup of the place',
  details: `  --to FILE        a new file, such as kit.html; print it, then delete it
  --contact TEXT   whom to call; remembered, and printed on every kit`,
  options: { to: { type: 'string' }, contact: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const to = args.text('to');
    if (to === undefined) throw wrongUsage('--to is needed.');
    const contact = args.text('contact');
    const file = absolute(context.cwd, to);
    const api = await context.api();
    if (contact !== undefined) await api.settings.change({ recoveryContact: contact });
    const { card } = await api.kit.write({ name: args.positionals[0] as string, file });
    return { json: { ...cardJson(card), file }, text: words.kitPrinted(card.name, file) };
  },
};

const prove: Command = {
  name: 'kit prove',
  usage: 'DESTINATION [--words 2:apple,5:river,7:owl] [--holder TEXT]',
  summary: 'show that the printed kit is there: three of its check words',
  details: `  Without --words, asks for three rows.
  --holder TEXT    whose copy it is, or where it lies`,
  options: { words: { type: 'string' }, holder: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = args.positionals[0] as string;
    const given = args.text('words');
    const { terminal } = context;
    if (given === undefined && !terminal.interactive) throw wrongUsage('--words is needed where nobody can be asked.');
    const holder = args.text('holder');
    const whose = holder === undefined ? {} : { holder };
    const api = await context.api();
    if (given !== undefined) return outcome(await api.kit.prove({ name, words: wordsOf(given), ...whose }));
    const typed: KitWord[] = [];
    for (const row of (await api.kit.show({ name })).ask)
      typed.push({ row, word: await terminal.askSecret(`Check word of row ${row}: `) });
    return outcome(await api.kit.prove({ name, words: typed, ...whose }));
  },
};

function wordsOf(text: string): KitWord[] {
  return text.split(',').map((part) => {
    const [, row, word] = /^([1-8]):([A-Za-z]{1,40})$/.exec(part.trim()) ?? [];
    if (row === undefined || word === undefined) throw wrongUsage('--words is written like 2:apple,5:river,7:owl.');
    return { row: Number(row), word };
  });
}

const rotate: Command = {
  name: 'kit rotate',
  usage: 'DESTINATION',
  summary: 'a new recovery secret for new backups; the earlier kit goes on opening the earlier ones',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const { card } = await (await context.api()).kit.rotate({ name: args.positionals[0] as string });
    return { json: cardJson(card), text: words.kitRotated(card) };
  },
};

const enter: Command = {
  name: 'kit enter',
  usage: 'DESTINATION [--secret-stdin]',
  summary: 'take the recovery secret from a printed kit: after a lost keychain, or on a second computer',
  options: { 'secret-stdin': { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const { terminal } = context;
    const typed = args.has('secret-stdin');
    if (!typed && !terminal.interactive) throw wrongUsage('--secret-stdin is needed where nobody can be asked.');
    const secret = typed ? ((await terminal.readLine()) ?? '') : await terminal.askSecret('The 64 digits of the kit: ');
    if (secret.trim() === '') throw wrongUsage('No secret was given.');
    const api = await context.api();
    return outcome(await api.kit.enter({ name: args.positionals[0] as string, secret }));
  },
};

const outcome = ({ card }: KitState): Outcome => ({ json: cardJson(card), text: words.kit(card) });

export function cardJson(card: DestinationCard): Record<string, unknown> {
  const { recovery } = card;
  return {
    id: card.id,
    destination: card.name,
    address: addressOf(card.settings),
    seal: card.seal === true,
    sealKeys: (card.sealKeys ?? []).map(({ fingerprint, label, expiresAt }) => ({
      fingerprint,
      label,
      expiresAt: isoOrNull(expiresAt),
    })),
    keysAlone: card.keysAlone === true,
    keyId: recovery?.keyId ?? null,
    madeAt: recovery === undefined ? null : iso(recovery.madeAt),
    provenAt: isoOrNull(recovery?.provenAt ?? null),
    printedAt: isoOrNull(recovery?.printedAt ?? null),
    earlier: (recovery?.earlier ?? []).map(({ keyId, provenAt, replacedAt }) => ({
      keyId,
      provenAt: isoOrNull(provenAt),
      replacedAt: iso(replacedAt),
    })),
    copies: (recovery?.copies ?? []).map(({ holder, provenAt }) => ({ holder, provenAt: iso(provenAt) })),
  };
}

export const kitCommands: readonly Command[] = [seal, show, print, prove, rotate, enter, reseal];
