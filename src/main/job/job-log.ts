/** One log per job: `logs/<jobId>.ndjson`, 0600, redacted before it is written, bounded. */
import { mkdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobId } from '../../shared/id.ts';
import { LogLine } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import type { Clock } from '../base/clock.ts';
import { createLog, fileWriter, type Log } from '../base/log.ts';
import type { Redactor } from '../base/secret.ts';

/** From here on only warnings and errors are kept. */
const talkBytes = 10 * 1024 * 1024;
/** From here on nothing is: a job that complains without end must not fill the disk it is to protect. */
const mostBytes = 12 * 1024 * 1024;

export interface JobLog extends Log {
  /** A line that the job process wrote. It is redacted once more: the job is not trusted to have done it. */
  keep(line: LogLine): void;
}

const fileOf = (folder: string, id: JobId): string => path.join(folder, `${id}.ndjson`);

/** The log of one job; lines are appended to what an earlier owner wrote. `folder` is made (0700) where it is absent. */
export function openJobLog(folder: string, id: JobId, clock: Clock, redactor: Redactor): JobLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = fileOf(folder, id);
  const toFile = fileWriter(file);
  const append = (line: LogLine): void => {
    try {
      toFile(line);
    } catch {
      // A full disk must fail the work itself, with its own words, and not whoever logs.
    }
  };
  let size = sizeOf(file);
  let told = false;
  const write = (line: LogLine): void => {
    const quiet = line.level === 'debug' || line.level === 'info';
    if (size >= mostBytes || (quiet && size >= talkBytes)) {
      if (told) return;
      told = true;
      append({ ...line, level: 'warn', message: 'This log is full: from here on only warnings are kept.', facts: {} });
      return;
    }
    append(line);
    size += Buffer.byteLength(JSON.stringify(line)) + 1;
  };
  const own = createLog(clock, redactor, write);
  return {
    ...own,
    keep: (line) => createLog({ ...clock, now: () => line.at }, redactor, write)[line.level](line.message, line.facts),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The lines of a job's log in the order they were written; none where there is no log. A line cut off by a crash is left out. */
export async function readJobLog(folder: string, id: JobId): Promise<LogLine[]> {
  let text: string;
  try {
    text = await readFile(fileOf(folder, id), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap(parseLine);
}

function parseLine(text: string): LogLine[] {
  if (text === '') return [];
  try {
    const parsed = z.safeParse(LogLine, JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
