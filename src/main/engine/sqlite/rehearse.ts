/** What a restore into a file would meet. Reads only. */
import { freeBytesOn } from '../../base/file.ts';
import { bytes } from '../../../shared/bytes.ts';
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import type { Finding, RestoreTarget } from '../../../shared/restore.ts';
import { sidecars } from './live-file.ts';
import { exists, unusableName } from './restore.ts';

/** Room beyond the file itself: SQLite and the file system keep some. */
const roomFactor = 1.1;

export async function rehearseFile(target: RestoreTarget, from: DatabaseInventory): Promise<Finding[]> {
  if (target.kind !== 'file' || from.engine.kind !== 'sqlite') {
    return [blocking('restore.wrong-kind', 'A SQLite backup is restored to a file.')];
  }
  const { file } = target;
  const unusable = unusableName(file);
  if (unusable !== undefined) return [blocking('target.name', unusable, 'Name the whole path of the new file.')];
  const folder = path.dirname(file);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    return [blocking('target.no-folder', `There is no folder ${folder}.`, 'Make the folder first, or choose another.')];
  }
  const neededBytes = Math.ceil(from.engine.pageCount * from.engine.pageSizeBytes * roomFactor);
  return [
    ...(await nameFindings(file)),
    ...(await rightsFindings(folder)),
    ...(await roomFindings(folder, neededBytes)),
    ...violationFindings(from),
  ];
}

async function nameFindings(file: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (await exists(file).catch(() => true))
    findings.push(
      blocking('restore.target-exists', `${file} exists already.`, 'Choose a name that does not exist yet.'),
    );
  for (const suffix of sidecars) {
    if (await exists(file + suffix).catch(() => false)) {
      const message = `${file}${suffix} is left of another database: SQLite would take it for a part of the restored one.`;
      findings.push(
        blocking('target.sidecar', message, 'Choose another name, or move that file away once no program uses it.'),
      );
    }
  }
  return findings;
}

async function rightsFindings(folder: string): Promise<Finding[]> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [blocking('restore.no-rights', `Your user may not write in ${folder}.`, 'Choose a folder of your own.')];
  }
}

async function roomFindings(folder: string, neededBytes: number): Promise<Finding[]> {
  const freeBytes = await freeBytesOn(folder);
  if (freeBytes >= neededBytes)
    return [
      {
        grade: 'note',
        code: 'target.room',
        message: `${bytes(freeBytes)} are free in ${folder}; about ${bytes(neededBytes)} are needed.`,
      },
    ];
  return [
    blocking(
      'restore.full',
      `${bytes(freeBytes)} are free in ${folder}; about ${bytes(neededBytes)} are needed.`,
      "Make room on the target's disk.",
    ),
  ];
}

function violationFindings(from: DatabaseInventory): Finding[] {
  const violations = (from.engine.kind === 'sqlite' ? from.engine.violations : undefined) ?? [];
  return violations.map(({ message, count }) => ({
    grade: 'warning',
    code: 'backup.violation',
    message: `The source broke a rule of its own when it was backed up, and so will the restored file: ${message} (${count}).`,
  }));
}

const blocking = (code: string, message: string, hint?: string): Finding => ({
  grade: 'blocking',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
