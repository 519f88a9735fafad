/**
 * What passes over the owner's socket. `docs/contract.md` describes it for programs that are not Holdfast.
 *
 *     door:  {"hello": 1, "token": "…", "door": "terminal"}
 *     owner: {"welcome": 1, "pid": 4711}
 *     door:  {"id": 1, "call": "backup.list", "input": {}}
 *     door:  {"left": 1}                                            nobody waits for the answer to call 1 any more
 *     owner: {"id": 1, "answer": {"ok": true, "value": […]}}        or {"id": 1, "moved": true}: ask the next owner
 *     owner: {"sequence": 12, "event": "job.progressed", "payload": {…}}
 */
import type { Answer } from '../../shared/channel.ts';
import { FailureSchema } from '../../shared/failure.ts';
import { z } from '../../shared/schema.ts';

/** Of a line that a door sends. */
export const maxCallBytes = 8 * 1024 * 1024;
/** Of a line that an owner sends: a manifest of many tables, a whole log. */
export const maxAnswerBytes = 256 * 1024 * 1024;

export const Hello = z.strictObject({
  hello: z.literal(1),
  token: z.string(),
  /** Which kind of door it is, for the audit trail. */
  door: z.enum(['terminal', 'window', 'browser']),
});
export const Welcome = z.strictObject({ welcome: z.literal(1), pid: z.int() });
export const DoorLine = z.union([
  z.strictObject({ id: z.int(), call: z.string(), input: z.unknown() }),
  z.strictObject({ left: z.int() }),
]);

const AnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), failure: FailureSchema }),
]) as unknown as z.ZodMiniType<Answer>;

export const OwnerLine = z.union([
  z.strictObject({ id: z.int(), answer: AnswerSchema }),
  z.strictObject({ id: z.int(), moved: z.literal(true) }),
  z.strictObject({ sequence: z.int(), event: z.string(), payload: z.unknown() }),
]);

export type DoorKind = z.output<typeof Hello>['door'];
