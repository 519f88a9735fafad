import type { Need } from '../../shared/overview.ts';
import type { ProofFacts, SourceFacts, World } from './facts.ts';
import { counted, momentOf, sentence, span } from './words.ts';

/** A proof that is older is told of, where no plan says how often there should be one. */
export const oldProofMs = 31 * 24 * 3_600_000;

/** What its proofs ask for: at most one. */
export function proofNeeds(facts: SourceFacts, world: World): Need[] {
  const newest = newestOf(facts.restoreProof, facts.readProof);
  if (newest?.verdict === 'failed') return [doesNotHold(facts, newest, world)];
  const { id, failure, endedAt } = facts.failedProof ?? { id: null, failure: null, endedAt: null };
  if (failure !== null && (endedAt ?? 0) > (newest?.endedAt ?? 0))
    return [
      {
        ...need('proof-failed', 'attention', sentence(failure.message), failure.hint, 'prove'),
        jobId: id,
        failure,
      },
    ];
  const isProving = facts.unfinished.some((job) => job.kind === 'verify');
  if (facts.last === null || isProving) return [];
  if (facts.restoreProof === null)
    return [need('never-proven', 'hint', 'Not yet proven.', 'None of its backups was restored and compared.', 'prove')];
  const age = world.now - facts.restoreProof.endedAt;
  const limit = facts.schedule?.proofLimitMs ?? null;
  if (age <= (limit ?? oldProofMs)) return [];
  const grade = limit === null || facts.schedule?.paused === true ? 'hint' : 'attention';
  const when = momentOf(facts.restoreProof.endedAt, world.now, world.timeZone);
  return [need('proof-old', grade, `No proof for ${span(age)}.`, `The last was ${when}.`, 'prove')];
}

function newestOf(one: ProofFacts | null, other: ProofFacts | null): ProofFacts | null {
  if (one === null || other === null) return one ?? other;
  return one.endedAt >= other.endedAt ? one : other;
}

function doesNotHold(facts: SourceFacts, proof: ProofFacts, world: World): Need {
  const isLast = proof.backupId === facts.last?.backupId;
  const title = isLast ? 'The last backup does not hold.' : 'A backup does not hold.';
  const found =
    proof === facts.restoreProof
      ? `${proof.equalTables} of ${counted(proof.tables, 'table')} were found equal ${momentOf(proof.endedAt, world.now, world.timeZone)}.`
      : `A part of what was stored was found damaged or missing ${momentOf(proof.endedAt, world.now, world.timeZone)}.`;
  const safe =
    facts.protectedUntil === null
      ? 'No other backup is there.'
      : `The newest that may hold is of ${momentOf(facts.protectedUntil, world.now, world.timeZone)}.`;
  return need('proof-failed', 'attention', title, `${found} ${safe}`, 'look');
}

/** A need that no job stands behind. */
export function need(
  code: Need['code'],
  grade: Need['grade'],
  title: string,
  detail: string,
  action: Need['action'],
): Need {
  return { code, grade, title, detail, action, jobId: null, failure: null };
}
