/** What is never deleted, whatever a rule says. */
import type { BackupId, Instant } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import type { Reasons } from './keep.ts';
import { inOrder, type Past, type PastBackup } from './past.ts';
import { machineWords, newestWords, pinWords, provenWords, waitedForWords } from './words.ts';

export const isActive = (pin: Pin | null, now: Instant): pin is Pin =>
  pin !== null && (pin.hold || pin.until === null || pin.until > now);

/** The last backup and the last proven one: no other may go unless these are really there. */
export interface Keepers {
  newest: PastBackup | undefined;
  proven: PastBackup | undefined;
}

export function keepersOf({ backups, machine }: Pick<Past, 'backups' | 'machine'>): Keepers {
  let left: PastBackup | undefined;
  let newest: PastBackup | undefined;
  let partly: PastBackup | undefined;
  for (const one of inOrder(backups)) {
    if (one.machine !== machine) continue;
    left ??= one;
    if (one.damaged === true) continue;
    newest ??= one;
    if (one.verdict === 'proven') return { newest, proven: one };
    if (one.verdict === 'partly') partly ??= one;
  }
  // Where no copy holds, the newest that is left is still the best there is.
  return { newest: newest ?? left, proven: partly };
}

/** Clock and list aside, which speak of everything at once. */
export function neverDeleted(past: Past, now: Instant): Reasons {
  const kept: Reasons = new Map();
  const add = (
    backupId: BackupId,
    why: 'newest' | 'proven' | 'pinned' | 'held' | 'other-machine' | 'waited-for',
    words: string,
    until: Instant | null = null,
  ): void => void kept.set(backupId, [...(kept.get(backupId) ?? []), { why, words, until }]);
  const { newest, proven } = keepersOf(past);
  // A clock that was ahead and went back can give two the same moment, and nobody can say which came last.
  for (const { backupId, takenAt, machine } of past.backups)
    if (takenAt === newest?.takenAt && machine === past.machine) add(backupId, 'newest', newestWords);
  if (proven !== undefined) add(proven.backupId, 'proven', provenWords(proven.verdict === 'proven'));
  for (const { backupId, pin, machine, waitedFor } of past.backups) {
    if (isActive(pin, now)) add(backupId, pin.hold ? 'held' : 'pinned', pinWords(pin), pin.hold ? null : pin.until);
    if (waitedFor === true) add(backupId, 'waited-for', waitedForWords);
    if (machine !== past.machine) add(backupId, 'other-machine', machineWords);
  }
  return kept;
}
