import type { BackupCard } from '../../shared/artifact.ts';
import type { VerifyReport } from '../../shared/verify.ts';

export type Standing = Pick<BackupCard, 'verdict' | 'provenAt'>;
type Outcome = Pick<VerifyReport, 'level' | 'verdict' | 'endedAt'>;

/**
 * What a backup's proofs come to, oldest first: the newest one speaks. Only a read that found nothing wrong does not
 * speak against a restore before it, because it looked at less: neither does it undo a proof, nor does it excuse a
 * restore that failed.
 */
export function standingOf(outcomes: readonly Outcome[]): Standing {
  let speaker: Outcome | undefined;
  for (const outcome of outcomes) {
    const saysLess = outcome.level === 'read' && outcome.verdict !== 'failed' && speaker?.level === 'restore';
    if (!saysLess) speaker = outcome;
  }
  return speaker === undefined
    ? { verdict: 'unproven', provenAt: null }
    : { verdict: speaker.verdict, provenAt: speaker.endedAt };
}
