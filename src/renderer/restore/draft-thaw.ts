/** Pure: the part of the draft in which an archived backup is thawed, before its rehearsal can read anything. */
import type { RestoreDraft, RestoreStep } from './draft.ts';

type ThawStep = Extract<RestoreStep, { type: `thaw-${string}` }>;

export function thawing(draft: RestoreDraft, step: ThawStep): RestoreDraft {
  const { inputs } = draft;
  if (step.type === 'thaw-wanted')
    return draft.at === 'place' || draft.at === 'not-rehearsed' ? { at: 'thawing', inputs, jobId: null } : draft;
  if (draft.at !== 'thawing') return draft;
  switch (step.type) {
    case 'thaw-begun':
      return { ...draft, jobId: step.jobId };
    case 'thaw-refused':
      return { at: 'place', inputs, kept: null, refused: step.failure };
    case 'thaw-ended':
      if (draft.jobId !== step.jobId) return draft;
      return step.next === null
        ? { at: 'place', inputs, kept: null, refused: null }
        : { at: 'rehearsing', inputs, question: '', jobId: step.next };
    case 'thaw-failed':
      return draft.jobId === step.jobId
        ? { at: 'not-rehearsed', inputs, jobId: step.jobId, failure: step.failure }
        : draft;
  }
}
