/** What is wrong with a copy, from what reading it failed with: gone, changed by itself, or replaced by somebody. */
import { Fail } from '../../shared/failure.ts';
import type { CopyFinding } from '../../shared/scrub.ts';

/** A step of a place's clock, and the time that storing a set of several objects takes between their marks. */
const slackMs = 60_000;

/** Whether a failure speaks of the copy, and not of the way to it. */
export function speaksOfCopy(thrown: unknown): thrown is Fail {
  return thrown instanceof Fail && /^(?:artifact|manifest)[.]/.test(thrown.code) && thrown.code !== 'manifest.newer';
}

/**
 * Data is stored before its manifest. An object that is younger than the manifest by the place's own clock was written
 * again later; bits that rot change no time.
 */
export const wasRewritten = (objectAt: number | null, manifestAt: number | null): boolean =>
  objectAt !== null && manifestAt !== null && objectAt > manifestAt + slackMs;

export function findingOf(fail: Fail, object: string, rewritten: boolean): CopyFinding {
  return { kind: kindOf(fail, rewritten), code: fail.code, message: messageOf(fail, rewritten), objects: [object] };
}

function kindOf({ code }: Fail, rewritten: boolean): CopyFinding['kind'] {
  if (code === 'artifact.missing' || code === 'manifest.missing') return 'missing';
  return rewritten || code === 'manifest.replaced' ? 'replaced' : 'damaged';
}

const messageOf = ({ message }: Fail, rewritten: boolean): string =>
  rewritten ? `${message} It was written again after the backup had been stored: somebody replaced it.` : message;

/** Several findings of one copy are one: the gravest kind, every object. */
export function together(findings: readonly CopyFinding[]): CopyFinding | null {
  const gravest = (['replaced', 'damaged', 'missing'] as const)
    .map((kind) => findings.find((one) => one.kind === kind))
    .find((one) => one !== undefined);
  if (gravest === undefined) return null;
  const objects = [...new Set(findings.flatMap((one) => one.objects))];
  const more = objects.length === 1 ? '' : ` And ${objects.length - 1} more of its objects.`;
  return { ...gravest, message: `${gravest.message}${more}`, objects };
}
