import type { Log } from './log.ts';

/** What a step is doing, for the person who watches. Numbers only grow within a phase. */
export interface Step {
  phase?: string;
  bytes?: number;
  totalBytes?: number | null;
  rows?: number;
  table?: string | null;
  /** Known from elsewhere than from how fast it goes; null: it is not. */
  leftMs?: number | null;
}

/** The signal's reason when the owner goes away or gives way: what can be gone on with later is kept. */
export class OwnerLeaves extends Error {}

/** What every long piece of work is handed: how to stop, how to tell, where to log, where to put things. */
export interface Watch {
  signal: AbortSignal;
  /** Cheap; call it as often as you like. It is sampled. */
  progress(step: Step): void;
  log: Log;
  /** A private folder (0700) of this job, on the data folder's disk; removed with everything in it when the job ends. */
  work: string;
}
