/** `holdfast tour`: a built-in sample database, backed up, proven, lost and got back, in a folder that goes away again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DiffReport, TableDiff } from '../../shared/diff.ts';
import type { JobResult } from '../../shared/contract/job-result.ts';
import type { RestoreReport } from '../../shared/restore.ts';
import type { VerifyReport } from '../../shared/verify.ts';
import { tablesOf } from './backup.ts';
import type { Api, Command, Context } from './command.ts';
import { differs } from './diff.ts';
import { followOn } from './follow.ts';
import { bytes } from '../../shared/bytes.ts';
import { count, plural } from '../../shared/plural.ts';
import { duration, iso } from './format.ts';

interface Figures {
  backup: NonNullable<JobResult['backup']>;
  backupMs: number;
  proof: VerifyReport;
  lostOrders: number;
  diff: DiffReport;
  restored: RestoreReport;
}

const tour: Command = {
  name: 'tour',
  usage: '',
  summary: 'see it work: a sample database backed up, proven, damaged and restored',
  options: {},
  places: { least: 0, most: 0 },
  // Held to its end even when interrupted: the folder has to go, and the house in it first.
  run: (_args, context) =>
    context.interrupts.hold(async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-tour-'));
      try {
        const figures = await inFolder(folder, context);
        return {
          json: tourJson(figures),
          text: story(figures),
          yes: figures.proof.verdict === 'proven' && figures.restored.verdict === 'equal',
        };
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    }),
};

async function inFolder(folder: string, context: Context): Promise<Figures> {
  const house = await context.elsewhere({ ...context.env, home: path.join(folder, 'home') });
  try {
    return await tell(folder, house.api, context);
  } finally {
    await house.close();
  }
}

async function tell(folder: string, api: Api, context: Context): Promise<Figures> {
  const { name } = await api.sample.make({});
  const made = await followOn(context, api, () => api.backup.start({ name }));
  const backup = present(made.backup);
  const { backupId } = backup.card;
  const proof = present(
    (await followOn(context, api, () => api.backup.verify({ backup: backupId, level: 'restore' }))).verify,
  );
  const { rows: lostOrders } = await api.sample.damage({});
  const diff = present(
    (await followOn(context, api, () => api.backup.diff({ backup: backupId, against: 'live' }))).diff,
  );
  const target = { kind: 'file' as const, file: path.join(folder, 'bookshop-again.sqlite') };
  const plan = present(
    (await followOn(context, api, () => api.restore.rehearse({ backup: backupId, target, secrets: {} }))).rehearse,
  );
  const restored = present(
    (await followOn(context, api, () => api.restore.run({ planId: plan.planId, secrets: {} }))).restore,
  );
  return { backup, backupMs: (made.job.endedAt ?? 0) - (made.job.startedAt ?? 0), proof, lostOrders, diff, restored };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('A job of the tour came to nothing');
  return value;
}

function tourJson({ backup, backupMs, proof, lostOrders, diff, restored }: Figures): Record<string, unknown> {
  const { card } = backup;
  return {
    backup: {
      backupId: card.backupId,
      takenAt: iso(card.takenAt),
      sizeBytes: card.sizeBytes,
      durationMs: backupMs,
      tables: tablesOf(backup.manifest),
    },
    verify: { verdict: proof.verdict, tables: proof.tables, durationMs: proof.endedAt - proof.startedAt },
    diff: { lostOrders, tables: diff.tables },
    restore: { verdict: restored.verdict, tables: restored.tables, durationMs: restored.endedAt - restored.startedAt },
  };
}

function story({ backup, backupMs, proof, lostOrders, diff, restored }: Figures): string {
  const tables = tablesOf(backup.manifest);
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  const raw = backup.manifest.artifacts.reduce((sum, one) => sum + one.rawSizeBytes, 0);
  const compared = proof.tables.filter((one) => one.digestEqual === true).length;
  const back = restored.tables.reduce((sum, one) => sum + (one.rows ?? 0), 0);
  const chapter = (number: number, title: string, text: string): string => `${number}  ${title.padEnd(11)}  ${text}`;
  const size = `${plural(tables.length, 'table')}, ${plural(rows, 'row')}`;
  const proven = proof.verdict === 'proven' ? 'Proven.' : `Only ${proof.verdict}.`;
  const equal = restored.verdict === 'equal' ? 'equal to the backup, table by table' : restored.verdict;
  return [
    'A small bookshop, as a SQLite file that is in use.',
    '',
    chapter(
      1,
      'Backed up.',
      `${size}, ${bytes(raw)} kept in ${bytes(backup.card.sizeBytes)}, in ${duration(backupMs)}.`,
    ),
    chapter(
      2,
      proven,
      `Restored into ${proof.where ?? 'nothing'}; ${plural(proof.tables.length, 'table')} counted again, ${compared} with the same content.`,
    ),
    chapter(3, 'Damaged.', `Somebody deletes ${plural(lostOrders, 'order')}. The diff sees it:`),
    ...diff.tables.filter(differs).map(diffLine),
    chapter(4, 'Restored.', `Into a new file, beside the damaged one: ${plural(back, 'row')}, ${equal}.`),
    '',
    'All of it was real, and all of it is cleaned up again. Now with a database of yours:',
    '  holdfast source add NAME --file /path/to/database.sqlite',
    '  holdfast backup NAME',
    '  holdfast verify NAME@latest',
  ].join('\n');
}

const diffLine = (one: TableDiff): string =>
  `${' '.repeat(16)}${one.name}: ${count(one.before ?? 0)} rows in the backup, ${count(one.after ?? 0)} live`;

export const tourCommands: Command[] = [tour];
