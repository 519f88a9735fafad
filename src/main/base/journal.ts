/** What a job came to as it goes, line by line: one that is stopped or killed has not worked in vain. */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from '../../shared/schema.ts';

export interface Journal<Line> {
  write(line: Line): Promise<void>;
}

/** The file is private and is made with the first line. */
export function journalIn<Line>(file: string): Journal<Line> {
  return {
    async write(line) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    },
  };
}

/** Every whole line, oldest first; what a kill cut off at the end is none. Nothing where there is no journal. */
export async function readJournal<S extends z.ZodMiniType>(file: string, line: S): Promise<z.output<S>[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((one) => {
      try {
        return [z.parse(line, JSON.parse(one))];
      } catch {
        return [];
      }
    });
}

export const removeJournal = (file: string): Promise<void> => rm(file, { force: true });
