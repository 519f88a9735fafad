/** `holdfast purge`: destroys backups on request, in every place or some, and leaves a record. */
import type { PurgePreview, PurgeReport, PurgeSubject } from '../../shared/purge.ts';
import { bytes } from '../../shared/bytes.ts';
import { plural } from '../../shared/plural.ts';
import { wrongUsage, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { iso, moment } from './format.ts';
import { askConfirm } from './in-place.ts';
import { words } from './words.ts';

type Names = ReadonlyMap<string, string>;

const purge: Command = {
  name: 'purge',
  usage: '(BACKUP | --source NAME) [--in PLACE …] [--preview] [--reason TEXT] [--confirm WORDS]',
  summary: 'destroy a backup, or every backup of a source, and leave a record of it',
  details: `  --source NAME   every backup of it, also after it was removed
  --in PLACE      only there; may be given several times. Everywhere, where it is left out
  --preview       show what would be destroyed, what would keep it all the same, and what has to be typed
  --reason TEXT   goes on the record; needed but for --preview
  --confirm WORDS for scripts: what the preview asks to be typed. The last backup and the last proven one go only by their name in it.
Exit code 1: something could not be destroyed, or something still keeps it. The record is a text file in the data folder.`,
  options: {
    source: { type: 'string' },
    in: { type: 'string', multiple: true },
    preview: { type: 'boolean' },
    reason: { type: 'string' },
    confirm: { type: 'string' },
  },
  places: { least: 0, most: 1 },
  async run(args, context) {
    const what = subjectOf(args);
    const places = args.texts('in');
    const asked = { what, ...(places.length === 0 ? {} : { places }) };
    const api = await context.api();
    const preview = await api.backup.purgePreview(asked);
    const names: Names = new Map((await api.destination.list({})).map(({ id, name }) => [id, name]));
    if (args.has('preview'))
      return { json: previewJson(preview, names), text: previewLines(preview, names).join('\n') };
    const reason = args.text('reason');
    if (reason === undefined) throw wrongUsage('--reason says why; it goes on the record.');
    for (const line of previewLines(preview, names)) context.terminal.note(line);
    const confirm = await askConfirm(args, context, preview.confirm, words.askPurge(preview.confirm));
    const { purge: report } = await follow(context, (to) =>
      to.backup.purge({ ...asked, token: preview.token, confirm, reason }),
    );
    if (report === undefined) throw new Error('A purge came to nothing');
    const clean = report.stopped.length === 0 && report.remains.length === 0;
    return { json: reportJson(report, names), text: reportText(report, names), yes: clean };
  },
};

function subjectOf(args: Arguments): PurgeSubject {
  const [backup] = args.positionals;
  const source = args.text('source');
  if ((backup === undefined) === (source === undefined))
    throw wrongUsage('Name a BACKUP or a --source, and one of them.');
  return backup === undefined ? { source: source ?? '' } : { backup };
}

const nameIn = (names: Names, id: string): string => names.get(id) ?? id;

function previewJson(preview: PurgePreview, names: Names): Record<string, unknown> {
  return {
    ...preview,
    backups: preview.backups.map((one) => ({
      ...one,
      takenAt: iso(one.takenAt),
      staysIn: one.staysIn.map((id) => nameIn(names, id)),
    })),
    places: preview.places.map((place) => ({ name: nameIn(names, place.destination), ...place })),
  };
}

const neverWords = {
  last: 'THE LAST BACKUP',
  'last-proven': 'THE LAST PROVEN ONE',
  pinned: 'pinned',
  'other-machine': 'of another machine',
} as const;

function previewLines({ backups, places, notCovered }: PurgePreview, names: Names): string[] {
  return [
    ...backups.map(({ backupId, takenAt, sizeBytes, never, staysIn }) => {
      const marks = never.map((why) => neverWords[why]);
      const stays = staysIn.length === 0 ? [] : [`stays in ${staysIn.map((id) => nameIn(names, id)).join(', ')}`];
      return [`destroys  ${backupId}  ${moment(takenAt)}  ${bytes(sizeBytes)}`, ...marks, ...stays].join('  ');
    }),
    ...places.flatMap((place) => [
      `in ${nameIn(names, place.destination)}: ${plural(place.backups, 'backup')}, ${bytes(place.sizeBytes)}${place.unreachable === null ? '' : `; CANNOT BE ASKED NOW: ${place.unreachable.message}`}`,
      ...place.keeps.map((line) => `  keeps: ${line}`),
    ]),
    ...notCovered.map((line) => `not covered: ${line}`),
  ];
}

const reportJson = (report: PurgeReport, names: Names): Record<string, unknown> => ({
  ...report,
  removed: report.removed.map((one) => ({ ...one, at: iso(one.at), place: nameIn(names, one.destination) })),
});

function reportText({ removed, stopped, remains, record }: PurgeReport, names: Names): string {
  return [
    ...removed.map(
      ({ backupId, destination, objects, versions }) =>
        `destroyed  ${backupId} in ${nameIn(names, destination)}: ${plural(objects.length, 'object')}${versions === 0 ? '' : `, ${plural(versions, 'older version')}`}`,
    ),
    ...stopped.map(
      ({ backupId, destination, failure }) =>
        `NOT DESTROYED  ${backupId} in ${nameIn(names, destination)}: ${failure.message}`,
    ),
    ...remains.map((one) => `STILL KEPT  ${one.words}`),
    ...(record === undefined ? [] : [words.purgeRecorded(record.file)]),
  ].join('\n');
}

export const purgeCommands: readonly Command[] = [purge];
