/** `holdfast thaw`: archived data is asked for, and waited for. */
import { ThawSpeed, type ThawReport } from '../../shared/thaw-report.ts';
import { bytes } from '../../shared/bytes.ts';
import { plural } from '../../shared/plural.ts';
import { choice, wholeNumber } from './arguments.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { iso, isoOrNull, moment } from './format.ts';

const thaw: Command = {
  name: 'thaw',
  usage: 'BACKUP [--in NAME] [--days N] [--speed standard|bulk|expedited] [--prove read|restore]',
  summary: 'bring archived data where it can be read, and wait for it',
  details: `  --in NAME       the place; left out, where that takes least
  --days N        so long it can be read before it goes back (S3; 7)
  --speed SPEED   standard (5 hours from GLACIER, 12 from DEEP_ARCHIVE, 15 on Azure), bulk (cheaper: 12, 48),
                  expedited (dearer: 1 hour; not from DEEP_ARCHIVE)
  --prove LEVEL   proves it as soon as it can be read
A second thaw of the same backup waits for the first. Stopped, what was asked for comes all the same.`,
  options: {
    in: { type: 'string' },
    days: { type: 'string' },
    speed: { type: 'string' },
    prove: { type: 'string' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const place = args.text('in');
    const speed = choice(args, 'speed', ThawSpeed.options);
    const prove = choice(args, 'prove', ['read', 'restore']);
    const { thaw: report } = await follow(context, (api) =>
      api.backup.thaw({
        backup: args.positionals[0] as string,
        ...(place === undefined ? {} : { place }),
        ...(args.given('days') ? { days: wholeNumber(args, 'days', 7, 1, 365) } : {}),
        ...(speed === undefined ? {} : { speed }),
        ...(prove === undefined ? {} : { prove }),
      }),
    );
    if (report === undefined) throw new Error('A thaw came to nothing');
    const { startedAt, endedAt, readableUntil } = report;
    return {
      json: { ...report, startedAt: iso(startedAt), endedAt: iso(endedAt), readableUntil: isoOrNull(readableUntil) },
      text: thawedText(report),
    };
  },
};

function thawedText({ thawed, files, sizeBytes, readableUntil }: ThawReport): string {
  if (thawed === 0) return 'Nothing of it is archived: it can be read.';
  const until = readableUntil === null ? '' : ` until ${moment(readableUntil)}`;
  return `${thawed} of ${plural(files, 'file')} (${bytes(sizeBytes)}) were archived and can be read now${until}.`;
}

export const thawCommands: readonly Command[] = [thaw];
