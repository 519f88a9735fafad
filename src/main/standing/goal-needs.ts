import type { Need } from '../../shared/overview.ts';
import { gradeOf } from './backup-needs.ts';
import type { SourceFacts, World } from './facts.ts';
import { need } from './proof-needs.ts';
import { momentOf, span } from './words.ts';

/** SV-12 BD-14: what was promised and does not hold by what was measured. Nothing is said where nothing was promised. */
export function goalNeeds(facts: SourceFacts, world: World): Need[] {
  const { rpoMs, rtoMs } = facts.source.goals ?? {};
  return [
    ...(rpoMs === undefined ? [] : lossNeeds(facts, world, rpoMs)),
    ...(rtoMs === undefined ? [] : timeNeeds(facts, rtoMs)),
  ];
}

/** A backup that was not proven keeps no promise: what would be lost is everything since the newest that was. */
function lossNeeds(facts: SourceFacts, world: World, rpoMs: number): Need[] {
  const { protectedUntil, provenUntil, source, last } = facts;
  const since = provenUntil ?? source.createdAt;
  if (world.now - since <= rpoMs) return [];
  const at = (moment: number): string => momentOf(moment, world.now, world.timeZone);
  const title =
    provenUntil === null
      ? `No backup is proven, and at most ${span(rpoMs)} may be lost.`
      : `The newest proven backup is older than ${span(rpoMs)}.`;
  const newest = provenUntil === null ? '' : `It is of ${at(provenUntil)}. `;
  const isStored = last !== null && protectedUntil !== null && world.now - protectedUntil <= rpoMs;
  return [
    isStored
      ? need('rpo-missed', gradeOf(facts), title, `${newest}That of ${at(protectedUntil)} waits for a proof.`, 'prove')
      : need('rpo-missed', gradeOf(facts), title, `${newest}Back up, then prove that backup.`, 'back-up'),
  ];
}

function timeNeeds(facts: SourceFacts, rtoMs: number): Need[] {
  const { restoreMs, last, thawMs = 0 } = facts;
  if (restoreMs === null && thawMs <= rtoMs) {
    if (last === null) return [];
    const title = `Whether it is back within ${span(rtoMs)} was never measured.`;
    return [need('rto-unmeasured', 'hint', title, 'A proof by restore, or a restore, measures it.', 'prove')];
  }
  if ((restoreMs ?? 0) + thawMs <= rtoMs) return [];
  const title = `Bringing it back takes longer than ${span(rtoMs)}.`;
  const took = restoreMs === null ? '' : `It took ${span(restoreMs)}, as measured by its last restores or proofs. `;
  const thaw =
    thawMs === 0 ? '' : `Its newest backup lies in an archive alone, which gives it out after up to ${span(thawMs)}. `;
  const detail = `${took}${thaw}A nearer place is quicker; or change the goal.`;
  return [need('rto-missed', gradeOf(facts), title, detail, 'goals')];
}
