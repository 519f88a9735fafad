/** Pure: the live test of a connection, from the events and log lines of its job. */
import type { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { LogLine } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { ProbeStep, probeStepMessage, type ProbeReport } from '../../shared/source.ts';
import type { ConnectionTest, Found } from './draft.ts';

export type TestHappening =
  | { kind: 'asked' }
  | { kind: 'started'; jobId: JobId }
  | { kind: 'moved'; jobId: JobId; phase: string | null; steps: ProbeStep[] | null }
  | { kind: 'done'; jobId: JobId; report: ProbeReport; at: number }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'cancelled' };

/** What is told of another job than the one of this test is too late: the connection was changed meanwhile. */
export function takeTest(test: ConnectionTest, happening: TestHappening): ConnectionTest {
  if (happening.kind === 'asked') return { state: 'running', jobId: null, phase: '', steps: [] };
  if (test.state !== 'running') return test;
  switch (happening.kind) {
    case 'started':
      return test.jobId === null ? { ...test, jobId: happening.jobId } : test;
    case 'moved':
      if (test.jobId !== happening.jobId) return test;
      return { ...test, phase: happening.phase ?? test.phase, steps: happening.steps ?? test.steps };
    case 'done':
      return test.jobId === happening.jobId ? { state: 'done', report: happening.report, at: happening.at } : test;
    case 'failed':
      return { state: 'failed', failure: happening.failure };
    case 'cancelled':
      return { state: 'cancelled' };
  }
}

/** What there is to choose from, where a test found anything. */
export function foundBy({ databases, tables = [] }: ProbeReport, of: string[]): Found | null {
  return databases.length === 0 && tables.length === 0 ? null : { databases, tables, of };
}

/** The steps that a test has written into its job's log so far. */
export function stepsIn(lines: readonly LogLine[]): ProbeStep[] {
  return lines.flatMap((line) => {
    if (line.message !== probeStepMessage) return [];
    const parsed = z.safeParse(ProbeStep, line.facts);
    return parsed.success ? [parsed.data] : [];
  });
}
