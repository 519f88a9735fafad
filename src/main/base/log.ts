import { appendFileSync } from 'node:fs';
import type { LogLine } from '../../shared/job.ts';
import type { Clock } from './clock.ts';
import { Secret, type Redactor } from './secret.ts';

/** Numbers and names that belong to a message. Values are made plain and redacted before they are kept. */
export type Facts = Record<string, unknown>;

/** Structured lines, redacted by construction: nothing is written that did not pass the redactor. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

type Level = LogLine['level'];

const maxTextLength = 8_000;

function plain(value: unknown, redactor: Redactor, depth: number): unknown {
  if (typeof value === 'string') return redactor.clean(value.slice(0, maxTextLength));
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Secret) return value.toString();
  if (value instanceof Error) {
    const cause = value.cause === undefined || depth > 3 ? undefined : plain(value.cause, redactor, depth + 1);
    return {
      name: value.name,
      message: redactor.clean(value.message),
      stack: redactor.clean(value.stack ?? ''),
      ...(cause === undefined ? {} : { cause }),
    };
  }
  if (depth > 4) return '…';
  if (Array.isArray(value)) return value.slice(0, 200).map((item) => plain(item, redactor, depth + 1));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, redactor, depth + 1)]));
  }
  return undefined;
}

/** A log whose lines go to `write`, one at a time, already redacted. */
export function createLog(clock: Clock, redactor: Redactor, write: (line: LogLine) => void): Log {
  const at =
    (level: Level) =>
    (message: string, facts: Facts = {}): void => {
      write({
        at: clock.now(),
        level,
        message: redactor.clean(message),
        facts: plain(facts, redactor, 0) as Record<string, unknown>,
      });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Lines appended to a 0600 file as NDJSON. Synchronous: the last line before a crash is the one that matters. */
export function fileWriter(path: string): (line: LogLine) => void {
  return (line) => appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
