/** Pure: a job's log as lines to read, and the phases that it names. */
import type { LogLine, Progress } from '../../shared/job.ts';
import { probeStepMessage } from '../../shared/source.ts';

export interface ShownLine {
  key: number;
  at: number;
  text: string;
  /** `phase` begins something; `warn` needed a second try or a person; `error` ended it. */
  tone: 'plain' | 'phase' | 'warn' | 'error';
}

const longest = 2_000;

/** What a person reads: phases, and whatever is not merely bookkeeping. */
export function shownLines(lines: readonly LogLine[]): ShownLine[] {
  return lines.flatMap((line, key): ShownLine[] => {
    const phase = phaseOf(line);
    if (phase !== null) return [{ key, at: line.at, text: phase, tone: 'phase' }];
    if (line.level === 'debug') return [];
    const tone = line.level === 'info' ? 'plain' : line.level;
    return [{ key, at: line.at, text: textOf(line).slice(0, longest), tone }];
  });
}

/** Of a job's first and last line only what a person does not see already above them. */
function textOf({ message, facts }: LogLine): string {
  if (message === 'started' && 'kind' in facts) return message;
  // A step of a test stands under its phase, which has its name.
  if (message === probeStepMessage && typeof facts['detail'] === 'string') return facts['detail'];
  if (message === 'ended' && typeof facts['how'] === 'string') return `${message}: ${facts['how']}`;
  return `${message}${factsText(facts, message)}`;
}

const phaseOf = (line: LogLine): string | null => {
  const name = line.facts['name'];
  return line.level === 'debug' && line.message === 'phase' && typeof name === 'string' ? name : null;
};

function factsText(facts: Record<string, unknown>, message: string): string {
  const said = Object.entries(facts).flatMap(([name, value]) => {
    const text = factText(value);
    return text === '' || text === message ? [] : [`${name} ${text}`];
  });
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** A thrown error is its message here; its stack stays in the copied log. */
function factText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(factText).join(' ');
  const { message, name } = value as { message?: unknown; name?: unknown };
  if (typeof message === 'string') return message;
  return typeof name === 'string' ? name : JSON.stringify(value);
}

/** The whole log as text, for the clipboard: everything, stacks too. Secrets were taken out before it was written. */
export const logText = (lines: readonly LogLine[]): string =>
  lines
    .map(({ at, level, message, facts }) => {
      const rest = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`;
      return `${new Date(at).toISOString()} ${level} ${message}${rest}`;
    })
    .join('\n');

export interface Phase {
  name: string;
  startedAt: number;
  /** Null while it goes on. */
  durationMs: number | null;
}

/** The phases that a job went through so far, as its log tells them. Phases of one name in a row are one. */
export function phasesOf(lines: readonly LogLine[], endedAt: number | null): Phase[] {
  const begun: { name: string; startedAt: number }[] = [];
  for (const line of lines) {
    const name = phaseOf(line);
    if (name !== null && begun.at(-1)?.name !== name) begun.push({ name, startedAt: line.at });
  }
  return begun.map(({ name, startedAt }, index) => {
    const end = begun[index + 1]?.startedAt ?? endedAt;
    return { name, startedAt, durationMs: end === null ? null : Math.max(0, end - startedAt) };
  });
}

/** How much of the present phase is done; null while nobody knows. */
export function partOf(progress: Progress | null): number | null {
  if (progress === null || progress.totalBytes === null || progress.totalBytes === 0) return null;
  return Math.max(0, Math.min(1, progress.bytes / progress.totalBytes));
}
