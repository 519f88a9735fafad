/** What a policy is told of one line: one source in one place. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId, Instant, MachineId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import type { ClockProblem } from './clock.ts';

export interface PastBackup {
  backupId: BackupId;
  takenAt: Instant;
  sizeBytes: number;
  verdict: BackupCard['verdict'];
  /** Which machine made it; null where nobody can say. */
  machine: MachineId | null;
  pin: Pin | null;
  /** Another place still waits for its copy, and this one may be where it comes from. */
  waitedFor?: boolean;
  /** Its copy here is known not to hold: it is no backup that could be the last or the last proven one, and takes no place from another. */
  damaged?: boolean;
}

export interface Past {
  /** Everything that the place holds of the source, in any order. */
  backups: readonly PastBackup[];
  /** This machine. */
  machine: MachineId;
  /** Why the clock cannot be believed. */
  clock: ClockProblem | null;
  /** Sets that the catalog remembers there and the place does not list, beyond what we removed ourselves. */
  missing: readonly BackupId[];
  /** Why the place cannot be listed, where it could not. */
  silent?: string;
}

/** Newest first; of the same moment in the order of their ids, so that the same facts come to the same list. */
const newestFirst = (a: PastBackup, b: PastBackup): number =>
  b.takenAt - a.takenAt || (a.backupId < b.backupId ? 1 : -1);

/** The list itself where it is in order already, as it is read and looked ahead: it is weighed hundreds of times. */
export function inOrder(backups: readonly PastBackup[]): readonly PastBackup[] {
  let before: PastBackup | undefined;
  for (const one of backups) {
    if (before !== undefined && newestFirst(before, one) > 0) return backups.toSorted(newestFirst);
    before = one;
  }
  return backups;
}
