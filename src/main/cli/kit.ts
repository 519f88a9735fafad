/** `holdfast destination seal` and `holdfast kit …`: what is sealed, and the page that opens it. */
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { wrongUsage } from './arguments.ts';
import type { Command } from './command.ts';
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

function cardJson(card: DestinationCard): Record<string, unknown> {
  const { recovery } = card;
  return {
    destination: card.name,
    address: addressOf(card.settings),
    seal: card.seal === true,
    keyId: recovery?.keyId ?? null,
    madeAt: recovery === undefined ? null : iso(recovery.madeAt),
    provenAt: isoOrNull(recovery?.provenAt ?? null),
  };
}

export const kitCommands: readonly Command[] = [seal];
