/** What a reading came to, written down as it goes: a job that is stopped or killed has not read in vain. */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { BackupId, Instant } from '../../shared/id.ts';
import { CopyFinding } from '../../shared/scrub.ts';
import { z } from '../../shared/schema.ts';

const Line = z.strictObject({
  backupId: BackupId,
  at: Instant,
  /** The range this step began with, and the one the next goes on with; null: all were read. */
  from: z.int(),
  position: z.nullable(z.int()),
  finding: z.nullable(CopyFinding),
  /** It could not be looked at. */
  unread: z.boolean(),
});
export type JournalLine = z.output<typeof Line>;

export interface Journal {
  write(line: JournalLine): Promise<void>;
}

/** The file is private and is made with the first line. */
export function journalIn(file: string): Journal {
  return {
    async write(line) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    },
  };
}

/** Every whole line, oldest first; what a kill cut off at the end is none. Nothing where there is no journal. */
export async function readJournal(file: string): Promise<JournalLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [z.parse(Line, JSON.parse(line))];
      } catch {
        return [];
      }
    });
}

export const removeJournal = (file: string): Promise<void> => rm(file, { force: true });
