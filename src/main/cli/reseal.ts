/** `holdfast kit reseal`: backups that are sealed as their place was sealed before. */
import { bytes } from '../../shared/bytes.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Behind, BehindReport } from '../../shared/reseal.ts';
import { wrongUsage } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { iso, moment, table } from './format.ts';
import { kitDetails, kitFrom, kitOptions } from './kit-file.ts';
import { words } from './words.ts';

export const reseal: Command = {
  name: 'kit reseal',
  usage: 'DESTINATION [BACKUP…] [--list | --stop]',
  summary: 'seal backups anew that a place holds for an earlier key, without a key that was added, or open',
  details: `  Without a backup: all of them, one after the other. Each becomes a backup of its own, of the same moment and content, in
  every place that has the earlier one, and is proven as that was; then the earlier one is removed. A hold keeps it.
  --list               only says which they are
  --stop               nothing more of this place is begun, and what is being sealed now is stopped; other places go on
${kitDetails}`,
  options: { list: { type: 'boolean' }, stop: { type: 'boolean' }, ...kitOptions },
  places: { least: 1, most: 1001 },
  async run(args, context) {
    const [name = '', ...backups] = args.positionals;
    const openers = await kitFrom(args, context);
    const opened = openers.kit !== undefined || openers.privateKey !== undefined;
    for (const alone of ['list', 'stop'] as const)
      if (args.has(alone) && (backups.length > 0 || opened || (args.has('list') && args.has('stop'))))
        throw wrongUsage(`--${alone} goes with nothing else.`);
    if (opened && backups.length !== 1) throw wrongUsage('A kit or a private key opens one backup: name that one.');
    const api = await context.api();
    if (args.has('stop')) {
      const stopped = await api.kit.stopReseal({ name });
      return { json: reportJson(stopped), text: words.resealStopped(name, stopped.asked) };
    }
    const before = await api.kit.behind({ name });
    if (args.has('list') || before.count === 0) return { json: reportJson(before), text: listText(name, before) };
    const asked = backups.length === 0 ? {} : { backups };
    let report = await api.kit.reseal({ name, ...asked, ...openers });
    for (let jobId = report.jobIds[0]; jobId !== undefined; jobId = report.jobIds[0]) {
      await wait(context, jobId);
      report = await api.kit.behind({ name });
    }
    const done = before.count - report.count;
    const left = report.backups.filter(({ step }) => step !== null);
    return {
      json: { done, ...reportJson(report) },
      text: [words.resealed(done), ...(left.length === 0 ? [] : [listTable(left)])].join('\n'),
      yes: !left.some(({ step }) => step === 'stays'),
    };
  },
};

/** What one job came to is told with its backup; the others go on. */
async function wait(context: Context, jobId: JobId): Promise<void> {
  try {
    await follow(context, async () => ({ jobId }));
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
  }
}

const reportJson = ({ count, sizeBytes, asked, backups }: BehindReport): Record<string, unknown> => ({
  count,
  sizeBytes,
  asked,
  backups: backups.map((one) => ({ ...one, takenAt: iso(one.takenAt) })),
});

const listText = (name: string, { count, sizeBytes, backups }: BehindReport): string =>
  [words.behind(name, count, sizeBytes), ...(count === 0 ? [] : [listTable(backups)])].join('\n');

const listTable = (backups: readonly Behind[]): string =>
  table(
    [{ title: 'BACKUP' }, { title: 'SOURCE' }, { title: 'TAKEN' }, { title: 'SIZE', align: 'right' }, { title: 'WHY' }],
    backups.map(({ backupId, source, takenAt, sizeBytes, why, step, message }) => [
      backupId,
      source,
      moment(takenAt),
      bytes(sizeBytes),
      message ?? (step === null ? words.behindWhy[why] : words.resealStep[step]),
    ]),
  );
