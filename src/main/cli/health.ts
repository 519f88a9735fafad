/** `holdfast destination health|sweep`: how a place is, and the removal of what belongs to no backup there. */
import type { Orphan, PlaceHealth, SweepReport } from '../../shared/health.ts';
import { bytes } from '../../shared/bytes.ts';
import { plural } from '../../shared/plural.ts';
import type { Command } from './command.ts';
import { iso, moment } from './format.ts';
import { words } from './words.ts';

const health: Command = {
  name: 'destination health',
  usage: 'NAME',
  summary: 'room, growth, days until it is full, and what lies there that belongs to no backup',
  details: 'Exit code 1: there is something to do. It is said at the end.',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const found = await (await context.api()).destination.health({ name: args.positionals[0] as string, again: true });
    return { json: healthJson(found), text: healthText(found), yes: found.hints.length === 0 };
  },
};

const healthJson = (found: PlaceHealth): Record<string, unknown> => ({
  ...found,
  at: iso(found.at),
  orphans: found.orphans.map(orphanJson),
});
const orphanJson = (one: Orphan): Record<string, unknown> => ({ ...one, newestAt: iso(one.newestAt) });

function healthText(found: PlaceHealth): string {
  const { backups, sizeBytes, freeBytes, bytesADay, daysLeft, orphans, withoutData, hints } = found;
  return [
    `${plural(backups, 'backup')}, ${bytes(sizeBytes)} in all.`,
    freeBytes === null ? 'The place does not tell how much room it has.' : `${bytes(freeBytes)} free.`,
    bytesADay === null ? 'Too few backups to tell how fast it grows.' : `About ${bytes(bytesADay)} a day are added.`,
    ...(daysLeft === null ? [] : [`Full in about ${plural(daysLeft, 'day')}, where nothing is removed.`]),
    ...orphans.map(orphanLine),
    ...withoutData.map(
      ({ backupId, sizeBytes: there, expectedBytes }) =>
        `WITHOUT DATA  ${backupId}: ${bytes(there)}${expectedBytes === null ? '' : ` of ${bytes(expectedBytes)}`} there`,
    ),
    ...(hints.length === 0 ? [words.placeWell] : hints.map((hint) => `! ${hint.words}`)),
  ].join('\n');
}

const orphanLine = ({ name, objects, sizeBytes, newestAt, stays }: Orphan): string =>
  `orphan  ${name}: ${plural(objects, 'object')}, ${bytes(sizeBytes)}, youngest ${moment(newestAt)}${stays === null ? '' : `; stays: ${stays}`}`;

const sweep: Command = {
  name: 'destination sweep',
  usage: 'NAME [--yes]',
  summary: 'show what belongs to no backup there; --yes removes it',
  details: `Never what is younger than a day, never what a job of this machine works on, never what another machine may be writing
(anything that no job here made, for 30 days), never the data of a backup that is known.`,
  options: { yes: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = args.positionals[0] as string;
    const api = await context.api();
    const { orphans, unfinished } = await api.destination.health({ name, again: true });
    const loose = orphans.filter(({ stays }) => stays === null);
    if (!args.has('yes'))
      return {
        json: { orphans: orphans.map(orphanJson), unfinished, removed: [] },
        text: [...orphans.map(orphanLine), words.sweepable(loose.length, unfinished)].join('\n'),
      };
    const report = await api.destination.sweep({ name, orphans: loose.map((one) => one.name) });
    return { json: { ...report, removed: report.removed.map(orphanJson) }, text: sweptText(report) };
  },
};

const sweptText = ({ removed, stayed, unfinished }: SweepReport): string =>
  [
    ...removed.map((one) => `removed  ${one.name}: ${plural(one.objects, 'object')}, ${bytes(one.sizeBytes)}`),
    ...stayed.map(({ name, why }) => `stays    ${name}: ${why}`),
    `${plural(removed.length, 'orphan')} and ${plural(unfinished, 'unfinished upload')} removed.`,
  ].join('\n');

export const healthCommands: readonly Command[] = [health, sweep];
