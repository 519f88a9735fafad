/** Everything that passes between the owner and a job process. Structured clones over a private channel; nothing else passes. */
import type { Failure } from '../../shared/failure.ts';
import type { DestinationId, JobId } from '../../shared/id.ts';
import type { LogLine, Progress } from '../../shared/job.ts';

/** Owner to job. The order is the first message: secrets travel here, never in argv or the environment. */
export type ToJob =
  | { kind: 'order'; jobId: JobId; order: unknown; jobFolder: string }
  /** `leaving`: not because anybody wants it stopped, but because the owner goes away. */
  | { kind: 'cancel'; leaving?: true }
  /** The answer to `asks-to-send`, when the bytes may go, with the limit that holds now; null: there is none. */
  | { kind: 'may-send'; number: number; bytesPerSecond: number | null }
  /** The last word has arrived: the process may end. */
  | { kind: 'heard' };

export interface ChildEvent {
  event: 'started' | 'ended';
  pid: number;
  /** As `processStartTime` tells it; null where the child had ended before it could be asked. */
  startTime: string | null;
  program: string;
}

/** Job to owner. Exactly one of `done`, `failed` and `cancelled` is the last message; a process that ends without is a crash. */
export type FromJob =
  | { kind: 'ready' }
  | { kind: 'progress'; progress: Progress }
  /** A named phase begins. Fault tests kill at these. */
  | { kind: 'phase'; name: string }
  | ({ kind: 'child' } & ChildEvent)
  | { kind: 'log'; line: LogLine }
  /** Something that the owner has to write down before the job ends. */
  | { kind: 'told'; fact: unknown }
  /** The job does not need its source any more. */
  | { kind: 'released' }
  /** Bytes are about to go to a place, which all jobs together may send only so much a second. */
  | { kind: 'asks-to-send'; number: number; place: DestinationId; bytes: number }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'cancelled' };

/** How a job ended. A crash is a failure with the code `job.crashed`. */
export type JobEnd = { kind: 'done'; result: unknown } | { kind: 'failed'; failure: Failure } | { kind: 'cancelled' };

/** What a job process says on its way. */
export interface JobHandlers {
  progress(progress: Progress): void;
  phase(name: string): void;
  child(event: ChildEvent): void;
  log(line: LogLine): void;
  told(fact: unknown): void;
  released(): void;
  /** Resolves when so many bytes may go to the place, with its limit; left out, nothing is limited. */
  sends?(place: DestinationId, bytes: number): Promise<number | null>;
}
