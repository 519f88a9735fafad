/** The private folder of a job: `work/<jobId>`, 0700, gone with everything in it when the job has ended. */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { JobId } from '../../shared/id.ts';
import { Fail } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';

const folderOf = (workFolder: string, id: JobId): string => path.join(workFolder, id);

/**
 * Makes the folder; whatever an earlier try of the same job left in it is gone first.
 * @throws Fail `spool.full` or `home.unusable` when the data folder takes nothing more.
 */
export async function makeJobFolder(workFolder: string, id: JobId): Promise<string> {
  const folder = folderOf(workFolder, id);
  try {
    await removeJobFolder(workFolder, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A permissive umask cannot widen the mode of mkdir, but a restrictive one can take the owner's own rights.
    await chmod(folder, 0o700);
    return folder;
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new Fail(full ? 'spool.full' : 'home.unusable', `The job's folder in ${workFolder} could not be made.`, {
      cause: error,
    });
  }
}

/** Removing what is absent is not an error. */
export async function removeJobFolder(workFolder: string, id: JobId): Promise<void> {
  await rm(folderOf(workFolder, id), { recursive: true, force: true, maxRetries: 3 });
}

/** Removes every job's folder. Only for an owner that has just come and runs no job yet. Returns how many there were. */
export async function sweepJobFolders(workFolder: string): Promise<number> {
  let names: string[];
  try {
    names = await readdir(workFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  // What is not a job's folder was not put there by us and is left alone.
  const ours = names.filter((name): name is JobId => z.safeParse(JobId, name).success);
  for (const id of ours) await removeJobFolder(workFolder, id);
  return ours.length;
}
