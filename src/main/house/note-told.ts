import type { StoredState } from '../../shared/artifact.ts';
import type { Job } from '../../shared/job.ts';
import type { BackupOutcome } from '../backup/order.ts';
import type { ResealOutcome } from '../backup/reseal.ts';
import type { Rooms } from './rooms.ts';
import { noteSealedAnew } from './settle-reseal.ts';
import { noteOutcome, noteStates } from './settle-stored.ts';

/** A running backup or carry tells how its places stand. */
export function noteTold(rooms: Rooms, job: Job, fact: unknown): void {
  if (job.kind === 'backup') noteOutcome(rooms, fact as BackupOutcome);
  else if (job.kind === 'reseal') noteSealedAnew(rooms, fact as ResealOutcome);
  else if (job.kind === 'carry' && job.backupId !== null) noteStates(rooms, job.backupId, fact as StoredState[]);
}
