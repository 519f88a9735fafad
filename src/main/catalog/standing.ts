import type { BackupCard } from '../../shared/artifact.ts';
import { speakingProof, type VerifyReport } from '../../shared/verify.ts';

export type Standing = Pick<BackupCard, 'verdict' | 'provenAt' | 'provenBy'>;
type Outcome = Pick<VerifyReport, 'level' | 'verdict' | 'endedAt'>;

/** What a backup's proofs come to, oldest first. */
export function standingOf(outcomes: readonly Outcome[]): Standing {
  const speaker = speakingProof(outcomes);
  return speaker === undefined
    ? { verdict: 'unproven', provenAt: null }
    : { verdict: speaker.verdict, provenAt: speaker.endedAt, provenBy: speaker.level };
}
