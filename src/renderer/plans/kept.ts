/** Pure: forms of plans as they are written, so that a window that closes loses nothing. There is no secret among them. */
import { DestinationId, SourceId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { type PlanForm } from './form.ts';

const text = z.string().check(z.maxLength(1_000));
const milliseconds = z.int().check(z.nonnegative());
const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['daily', 'working-days']), time: text }),
  z.strictObject({ kind: z.literal('weekly'), day: z.literal([0, 1, 2, 3, 4, 5, 6]), time: text }),
  z.strictObject({ kind: z.enum(['preset', 'cron']), cron: text }),
]);
const Form = z.strictObject({
  name: text,
  sources: z.array(SourceId),
  destinations: z.array(DestinationId),
  backup: Schedule,
  timeZone: text,
  verifyEach: z.enum(['none', 'read', 'restore']),
  proof: z.discriminatedUnion('when', [
    z.strictObject({ when: z.literal('never') }),
    z.strictObject({ when: z.literal('at'), schedule: Schedule, which: z.enum(['latest', 'random-older']) }),
  ]),
  makeUpWithinMs: milliseconds,
  jitterMs: milliseconds,
  onBattery: z.enum(['run', 'wait']),
  onMetered: z.enum(['run', 'wait']),
});
const Kept = z.strictObject({ version: z.literal(1), forms: z.array(z.tuple([text, Form])).check(z.maxLength(50)) });

type Forms = ReadonlyMap<string, PlanForm>;

/** Null where there is nothing to keep. */
export const keptForms = (forms: Forms): string | null =>
  forms.size === 0 ? null : JSON.stringify({ version: 1, forms: [...forms].slice(-50) });

/** What is no such text is as if nothing had been kept. */
export function formsOf(kept: string | null): Forms {
  if (kept === null) return new Map();
  try {
    const parsed = z.safeParse(Kept, JSON.parse(kept));
    return new Map(parsed.success ? parsed.data.forms : []);
  } catch {
    return new Map();
  }
}
