/** `holdfast waiting` and `holdfast carry`: dumps on their way, and backups into more places. */
import { bytes } from '../../shared/bytes.ts';
import type { StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, JobId } from '../../shared/id.ts';
import type { Arguments } from './arguments.ts';
import type { Api, Command, Context } from './command.ts';
import { follow } from './follow.ts';
import { isoOrNull, iso, moment, table } from './format.ts';
import { askConfirm } from './in-place.ts';
import { words } from './words.ts';

type Names = ReadonlyMap<DestinationId, string>;

async function placeNames(api: Api): Promise<Names> {
  return new Map((await api.destination.list({})).map(({ id, name }) => [id, name]));
}

/** The state of one place, for a program. */
const stateJson = ({ nextTryAt, ...stored }: StoredState, names: Names) => ({
  ...stored,
  place: names.get(stored.destination) ?? null,
  nextTryAt: isoOrNull(nextTryAt ?? null),
});

const waiting: Command = {
  name: 'waiting',
  usage: '',
  summary: 'dumps that are kept here until their places take them',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const api = await context.api();
    const [kept, names] = await Promise.all([api.backup.waiting({}), placeNames(api)]);
    const rows = kept.flatMap((one) => one.stored.map((stored) => ({ one, stored })));
    return {
      json: kept.map(({ takenAt, stored, ...one }) => ({
        ...one,
        takenAt: iso(takenAt),
        stored: stored.map((state) => stateJson(state, names)),
      })),
      text:
        rows.length === 0
          ? words.nothingWaits
          : table(
              [
                { title: 'BACKUP' },
                { title: 'SOURCE' },
                { title: 'TAKEN' },
                { title: 'SIZE', align: 'right' },
                { title: 'PLACE' },
                { title: 'STATE' },
                { title: 'NEXT TRY' },
                { title: 'WHY' },
              ],
              rows.map(({ one, stored }) => [
                one.backupId,
                one.source,
                moment(one.takenAt),
                bytes(one.sizeBytes),
                names.get(stored.destination) ?? stored.destination,
                stored.state,
                stored.nextTryAt === undefined ? '' : moment(stored.nextTryAt),
                stored.message ?? '',
              ]),
            ),
    };
  },
};

const carry: Command = {
  name: 'carry',
  usage: '[BACKUP] [--to PLACE [--missing]]',
  summary: 'bring backups into places that wait for them, or into one more place',
  details: words.carryDetails,
  options: { to: { type: 'string' }, missing: { type: 'boolean' } },
  places: { least: 0, most: 1 },
  run: (args, context) =>
    bring(context, {
      ...(args.positionals[0] === undefined ? {} : { backup: args.positionals[0] }),
      ...(args.given('to') ? { destination: args.text('to') } : {}),
      ...(args.given('missing') ? { missing: true } : {}),
    }),
};

const discard: Command = {
  name: 'discard',
  usage: 'BACKUP [--confirm BACKUP]',
  summary: 'give up a dump that is kept here and that no place has',
  details: words.discardDetails,
  options: { confirm: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const asked = args.positionals[0] ?? '';
    const kept = (await api.backup.waiting({})).find(({ backupId }) => backupId === asked);
    if (kept === undefined)
      throw new Fail('backup.unknown', `No dump of ${asked} is kept here.`, {
        hint: 'holdfast waiting shows what is.',
      });
    const question = words.askDiscard(kept.backupId, kept.source, moment(kept.takenAt), bytes(kept.sizeBytes));
    const confirm = await askConfirm(args, context, kept.backupId, question);
    const { backupId, left } = await api.backup.discard({ backup: kept.backupId, confirm });
    const names = await placeNames(api);
    const places = left.map((id) => names.get(id) ?? id);
    return {
      json: { backupId, left: places },
      text: [words.discarded(backupId), ...places.map((place) => words.leftOfDiscarded(place))].join('\n'),
    };
  },
};

const catchUp: Command = {
  name: 'destination catch-up',
  usage: 'PLACE [--missing]',
  summary: 'bring a place every backup that waits for it; with --missing every backup there is',
  options: { missing: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  run: (args: Arguments, context) =>
    bring(context, { destination: args.positionals[0], ...(args.given('missing') ? { missing: true } : {}) }),
};

/** One job after the other: all of them are tried, and the first failure is the command's. */
async function bring(context: Context, asked: Parameters<Api['backup']['carry']>[0]) {
  const api = await context.api();
  const { jobIds } = await api.backup.carry(asked);
  const brought: { backupId: string; stored: StoredState[] }[] = [];
  const failures: Fail[] = [];
  for (const jobId of jobIds) await bringOne(context, jobId, brought, failures);
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  const names = await placeNames(api);
  return {
    json: brought.map(({ backupId, stored }) => ({ backupId, stored: stored.map((state) => stateJson(state, names)) })),
    text:
      brought.length === 0
        ? words.nothingToCarry
        : brought
            .flatMap(({ backupId, stored }) =>
              stored.map(({ destination }) => words.carried(backupId, names.get(destination) ?? destination)),
            )
            .join('\n'),
  };
}

async function bringOne(
  context: Context,
  jobId: JobId,
  brought: { backupId: string; stored: StoredState[] }[],
  failures: Fail[],
): Promise<void> {
  try {
    const { carry: came } = await follow(context, async () => ({ jobId }));
    if (came !== undefined) brought.push(came);
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    failures.push(thrown);
  }
}

export const carryCommands: readonly Command[] = [waiting, carry, discard, catchUp];
