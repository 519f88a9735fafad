/** BS-6, BS-15: what a restore into the place of a live file would meet there. Reads only. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import type { Finding } from '../../../shared/restore.ts';
import type { Original } from '../engine.ts';
import { keptName } from '../kept-name.ts';
import { holdersOf, named } from './holders.ts';
import { identityOf, isTaken, realPath, withSidecars } from './live-file.ts';
import { examine } from './open.ts';

/** The longest name of a file on the file systems there are, less what a sidecar's ending takes. */
const nameBytes = 255 - '-journal'.length;

export async function meetOriginalFile(file: string, now: number): Promise<Original | null> {
  const identity = await identityOf(file);
  if (identity === null) return null;
  const live = realPath(file);
  return {
    identity,
    name: path.basename(live),
    keepAs: keptFileName(live, 'before', now),
    sessions: [],
    findings: [
      ...damageFindings(file),
      ...(await rightsFindings(live)),
      ...(await holderFindings(live)),
      ...(await nameFindings(live)),
    ],
  };
}

/** Beside the live file, with its ending. */
export function keptFileName(live: string, word: 'before' | 'undone', now: number): string {
  const { dir, name, ext } = path.parse(live);
  const taken = (candidate: string): boolean => withSidecars(path.join(dir, candidate)).some(isTaken);
  return path.join(dir, keptName({ stem: name, word, now, ending: ext, maxBytes: nameBytes, isTaken: taken }));
}

/** A live file that cannot be opened is no obstacle: it is what a restore is for. */
function damageFindings(file: string): Finding[] {
  try {
    examine(file);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    if (thrown.code === 'source.not-a-file' || thrown.code === 'source.permission')
      return [{ grade: 'blocking', code: thrown.code, message: thrown.message, hint: thrown.hint }];
    return [
      {
        grade: 'warning',
        code: 'restore.original-damaged',
        message: `${thrown.message} It is kept as it is, byte for byte.`,
      },
    ];
  }
}

async function rightsFindings(live: string): Promise<Finding[]> {
  const folder = path.dirname(live);
  const findings: Finding[] = [];
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    await access(live, constants.R_OK | constants.W_OK);
  } catch {
    findings.push({
      grade: 'blocking',
      code: 'restore.no-rights',
      message: `Your user may not write ${live} and its folder.`,
      hint: 'Run Holdfast as the user to whom the file belongs.',
    });
  }
  const user = process.getuid?.();
  const { uid } = await stat(live);
  if (user !== undefined && user !== 0 && uid !== user)
    findings.push({
      grade: 'blocking',
      code: 'restore.not-owner',
      message: `${live} belongs to user ${uid}; the restored file would belong to user ${user}.`,
      hint: 'Run Holdfast as the user to whom the file belongs.',
    });
  return findings;
}

async function holderFindings(live: string): Promise<Finding[]> {
  const { found, complete } = await holdersOf(withSidecars(live));
  if (found.length > 0)
    return [
      {
        grade: 'blocking',
        code: 'restore.in-use',
        message: `${live} is open in ${named(found)}. A program that has it open would go on writing into the kept file.`,
        hint: 'Stop these programs, then rehearse again.',
      },
    ];
  if (complete) return [];
  return [
    {
      grade: 'note',
      code: 'restore.holders-unseen',
      message: 'Programs of other users cannot be looked into. Make sure that none of them uses this file.',
    },
  ];
}

async function nameFindings(live: string): Promise<Finding[]> {
  const { nlink } = await stat(live);
  if (nlink <= 1) return [];
  return [
    {
      grade: 'warning',
      code: 'restore.other-names',
      message: `The file has ${nlink - 1} other ${nlink === 2 ? 'name' : 'names'} (hard links). They will lead to the kept file, not to the restored one.`,
    },
  ];
}
