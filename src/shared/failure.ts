import { backupFailures } from './failure/backup.ts';
import { callFailures } from './failure/call.ts';
import { catalogFailures } from './failure/catalog.ts';
import { destinationFailures } from './failure/destination.ts';
import { homeFailures } from './failure/home.ts';
import { jobFailures } from './failure/job.ts';
import { planFailures } from './failure/plan.ts';
import { purgeFailures } from './failure/purge.ts';
import { restoreFailures } from './failure/restore.ts';
import { retentionFailures } from './failure/retention.ts';
import { scrubFailures } from './failure/scrub.ts';
import { sealFailures } from './failure/seal.ts';
import { sourceFailures } from './failure/source.ts';
import { vaultFailures } from './failure/vault.ts';
import type { FailureTable } from './failure/table.ts';
import { z } from './schema.ts';

/**
 * Every failure that can reach a person, with what to do about it: each noun's in a file of its own in `failure/`.
 *
 * A code is `noun.fact` and never changes its meaning once released: scripts depend on it.
 * `hint` is the default advice; whoever raises the failure may give a better one.
 * `retryable` says whether the same call can succeed later without anybody changing anything.
 */
export const failures = {
  ...callFailures,
  ...homeFailures,
  ...catalogFailures,
  ...vaultFailures,
  ...sourceFailures,
  ...jobFailures,
  ...backupFailures,
  ...sealFailures,
  ...destinationFailures,
  ...purgeFailures,
  ...scrubFailures,
  ...restoreFailures,
  ...planFailures,
  ...retentionFailures,
} as const satisfies FailureTable;

export type FailureCode = keyof typeof failures;

/** A failure as it crosses a door: fit for a person, free of secrets. The stack stays in the log under `ref`. */
export interface Failure {
  code: FailureCode;
  /** What happened, one or two sentences. */
  message: string;
  /** What to do about it. */
  hint: string;
  retryable: boolean;
  /** Finds the full story in the logs of this data folder. */
  ref: string;
  cause?: Failure | undefined;
}

export const FailureCodeSchema = z
  .string()
  .check(z.refine((code) => code in failures)) as unknown as z.ZodMiniType<FailureCode>;

export const FailureSchema: z.ZodMiniType<Failure> = z.strictObject({
  code: FailureCodeSchema,
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  ref: z.string(),
  get cause() {
    return z.optional(FailureSchema);
  },
});

/** An expected failure on its way up. Anything else that is thrown is a bug and is told as `internal.bug`. */
export class Fail extends Error {
  readonly code: FailureCode;
  readonly hint: string;
  /** Where it already has one: it came over a door, or out of a job whose log tells the story. */
  readonly ref: string | undefined;

  /** @param message what happened, in words for a person, without secrets. */
  constructor(
    code: FailureCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; ref?: string | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fail';
    this.code = code;
    this.hint = options.hint ?? failures[code].hint;
    this.ref = options.ref;
  }
}

/**
 * The failure that crosses the door for whatever was thrown.
 * @param ref finds the log line that holds the stack; a failure that has its own keeps it.
 */
export function toFailure(thrown: unknown, ref: string): Failure {
  if (thrown instanceof Fail) {
    const cause = thrown.cause instanceof Fail ? toFailure(thrown.cause, ref) : undefined;
    return {
      code: thrown.code,
      message: thrown.message,
      hint: thrown.hint,
      retryable: failures[thrown.code].retryable,
      ref: thrown.ref ?? ref,
      ...(cause === undefined ? {} : { cause }),
    };
  }
  const { hint, retryable } = failures['internal.bug'];
  return { code: 'internal.bug', message: 'Something in Holdfast broke.', hint, retryable, ref };
}

/** The thrown form of a failure that came over a door. */
export function fromFailure(failure: Failure): Fail {
  return new Fail(failure.code, failure.message, {
    hint: failure.hint,
    ref: failure.ref,
    cause: failure.cause === undefined ? undefined : fromFailure(failure.cause),
  });
}
