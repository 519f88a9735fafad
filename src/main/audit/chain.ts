/** The hash chain itself: pure functions of lines, without a file. */
import { createHash } from 'node:crypto';
import { AuditEntry } from '../../shared/audit.ts';
import { z } from '../../shared/schema.ts';

/** What the first line names as the one before it. */
export const noHash = '0'.repeat(64);

/** Where a trail ends. */
export interface End {
  sequence: number;
  hash: string;
}
export const beginning: End = { sequence: 0, hash: noHash };

/** The one JSON text of a value: keys in the order of their UTF-16 units, no spaces. What JSON cannot say (NaN) is null. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}

/** SHA-256 over the canonical JSON of everything in the entry but its hash. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonical(entry)).digest('hex');
}

/** The entry that follows `end`, and its line without the newline. */
export function link(
  end: End,
  fact: Omit<AuditEntry, 'sequence' | 'previous' | 'hash'>,
): { entry: AuditEntry; line: string } {
  const body = { ...fact, sequence: end.sequence + 1, previous: end.hash };
  const entry: AuditEntry = { ...body, hash: hashOf(body) };
  return { entry, line: canonical(entry) };
}

/** The entry of a line, or undefined where the line is not exactly what {@link link} would have written. */
export function readLine(line: string): AuditEntry | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!z.safeParse(AuditEntry, parsed).success) return undefined;
  const entry = parsed as AuditEntry;
  const { hash, ...body } = entry;
  return canonical(entry) === line && hashOf(body) === hash ? entry : undefined;
}

/** The entry of a line that follows `end`; undefined where it does not fit there. */
export function readNext(end: End, line: string): AuditEntry | undefined {
  const entry = readLine(line);
  return entry?.sequence === end.sequence + 1 && entry.previous === end.hash ? entry : undefined;
}
