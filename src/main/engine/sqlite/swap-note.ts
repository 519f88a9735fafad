/** What an exchange of files is about to do, for whoever finds it half done after a kill. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from '../../../shared/schema.ts';
import { writePrivateFile } from '../../base/private-file.ts';
import type { Watch } from '../../base/watch.ts';
import { modeOf } from './closed.ts';
import { setJournalMode } from './copy.ts';
import { identityOf, moveSidecars, takeBack } from './live-file.ts';

const SwapNote = z.strictObject({
  live: z.string(),
  incoming: z.string(),
  keepAs: z.string(),
  journalMode: z.nullable(z.enum(['wal', 'delete'])),
});
export type SwapNote = z.output<typeof SwapNote>;

export const noteOf = (folder: string, token: string): string => path.join(folder, `.holdfast-${token}.exchanging`);

export function writeNote(file: string, note: SwapNote): void {
  writePrivateFile(file, `${JSON.stringify(note)}\n`);
}

/**
 * Puts right what a killed exchange left, by what the disk shows: where the live name still leads to the old file,
 * everything goes back; where it leads to the new one, that stays. Returns what was done, in words.
 */
export async function settleNote(file: string, watch: Watch): Promise<string[]> {
  // A note that was being written when its process was killed: nothing had been begun.
  await rm(`${file}.new`, { force: true });
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return [];
  const parsed = z.safeParse(SwapNote, asJson(text));
  if (!parsed.success) {
    await rm(file, { force: true });
    return [];
  }
  const { live, incoming, keepAs, journalMode } = parsed.data;
  await takeBack(live, keepAs);
  const old = (await identityOf(keepAs)) === null ? live : keepAs;
  // Only an incoming file that has left its name can have left sidecars behind.
  if (old === keepAs && (await identityOf(incoming)) === null) await moveSidecars(incoming, live);
  if (journalMode === 'wal') giveBackWal(old, watch);
  await rm(file, { force: true });
  return [`the unfinished exchange of ${live}`];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The file that was live has its journal mode back. Programs that were quicker and want WAL set it themselves. */
export function giveBackWal(file: string, watch: Watch): void {
  try {
    if (modeOf(file) === 'delete') setJournalMode(file, 'wal');
  } catch (thrown) {
    watch.log.warn('the journal mode could not be set back to WAL', { file, thrown });
  }
}
