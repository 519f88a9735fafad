/** What a throw-away server leaves behind is found from records that are written before anything else is made. */
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from '../../../shared/schema.ts';
import { endServer, isSame, removeScratchFolder, scratchName, type KnownProcess } from './leftover.ts';

const Process = z.strictObject({ pid: z.int(), startTime: z.string() });

/** One throw-away server, from before its folder exists until after it is removed. */
const ScratchRecord = z.strictObject({
  folder: z.string().check(z.refine((folder) => path.isAbsolute(folder) && scratchName.test(path.basename(folder)))),
  /** The server; null until it runs. */
  server: z.nullable(Process),
  /** The process that uses it: as long as it lives, nobody else touches the server. */
  owner: Process,
  watchdogPid: z.nullable(z.int()),
  createdAt: z.number(),
});
export type ScratchRecord = z.output<typeof ScratchRecord>;

export function recordFile(scratchFolder: string, folder: string): string {
  return path.join(scratchFolder, `${path.basename(folder)}.json`);
}

/** Writes the record anew, whole or not at all. */
export async function writeRecord(scratchFolder: string, record: ScratchRecord): Promise<void> {
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  const file = recordFile(scratchFolder, record.folder);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Ends every throw-away server whose owner is gone, and removes its folder and record. Called by whoever takes over the
 * data folder, and after a job ended badly. Servers of living owners are left alone.
 * @param isAlive whether a process still is the one that was started then.
 * @returns the folders that were removed.
 */
export async function sweepScratch(
  scratchFolder: string,
  isAlive: (known: KnownProcess) => Promise<boolean> = isSame,
): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(scratchFolder).catch(() => [])) {
    if (!name.endsWith('.json')) continue;
    const file = path.join(scratchFolder, name);
    const record = await readRecord(file);
    if (record === null || (await isAlive(record.owner))) continue;
    await endServer(record.folder, record.server);
    await removeScratchFolder(record.folder);
    await rm(file, { force: true });
    swept.push(record.folder);
  }
  return swept;
}

/**
 * Removes records that were being written when their process was killed: the servers that they were to speak of were not
 * made yet. Called only where no job runs, because a living one may be writing.
 */
export async function sweepHalfRecords(scratchFolder: string): Promise<void> {
  for (const name of await readdir(scratchFolder).catch(() => [])) {
    if (name.endsWith('.json.new')) await rm(path.join(scratchFolder, name), { force: true });
  }
}

/** Null for what is no record: it is not ours to act on. */
async function readRecord(file: string): Promise<ScratchRecord | null> {
  try {
    const parsed = z.safeParse(ScratchRecord, JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
