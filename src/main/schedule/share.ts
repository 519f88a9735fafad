/** Pure: the share of the jitter of one run of one plan on one machine. */
import type { BackupPlanId, Instant, MachineId } from '../../shared/id.ts';

/** From 0 to below 1, evenly spread; the same question has the same answer, so that a restart changes nothing. */
export function jitterShare(plan: BackupPlanId, machine: MachineId, dueAt: Instant): number {
  let hash = 0x811c9dc5;
  for (const character of `${plan} ${machine} ${dueAt}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  // FNV-1a hardly moves its upper bits for the last characters, which are all that differs here (murmur3's end).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
