/** Reasons and rules as a person reads them. */
import { bytes } from '../../shared/bytes.ts';
import type { BackupId } from '../../shared/id.ts';
import { months } from '../../shared/month.ts';
import type { PeriodKind } from '../../shared/period.ts';
import { plural } from '../../shared/plural.ts';
import type { Pin } from '../../shared/pin.ts';
import type { RetentionRule } from '../../shared/retention.ts';

export const noRuleWords = 'No rule deletes here.';
export const newestWords = 'It is the last backup here.';
export const provenWords = (fully: boolean): string =>
  fully ? 'It is the last proven backup here.' : 'It is the last partly proven backup here, and none is proven.';
export const waitedForWords = 'Another place still waits for its copy.';
export const replacedWords = 'Something else was written in place of its copy here: no rule touches it.';
export const machineWords = 'Another machine made it.';
export const lastWords = (most: number): string => (most === 1 ? 'The last one.' : `One of the last ${most}.`);
export const agedWords = (days: number): string => `Younger than ${plural(days, 'day')}.`;
export const sizeWords = (maxBytes: number): string => `All of them fit into ${bytes(maxBytes)}.`;
export const pinWords = ({ hold, reason }: Pin): string => `${hold ? 'Held' : 'Pinned'}: ${reason}`;
export const goesWords = (damaged: boolean): string =>
  damaged ? 'No rule keeps it, and its copy here does not hold.' : 'No rule keeps it.';
export const shortWords = (missing: readonly BackupId[]): string =>
  `The place does not list ${plural(missing.length, 'backup')} that it should hold, ${missing[0] ?? ''} among them.`;

/** `The last of week 48 of 2026.` A look ahead says it thousands of times of the same few. */
export function periodWords(kind: PeriodKind, period: string): string {
  let known = said.get(period);
  if (known === undefined) said.set(period, (known = wordsOfPeriod(kind, period)));
  return known;
}

/** Periods of different kinds have different names. */
const said = new Map<string, string>();

function wordsOfPeriod(kind: PeriodKind, period: string): string {
  const [year = '', part = ''] = period.split('-');
  if (kind === 'weekly') return `The last of week ${Number(part.slice(1))} of ${year}.`;
  if (kind === 'monthly') return `The last of ${months[Number(part) - 1] ?? part} ${year}.`;
  if (kind === 'daily') return `The last of ${Number(period.slice(8))} ${months[Number(part) - 1] ?? part} ${year}.`;
  return `The last of ${period}.`;
}

/** `30 daily, 12 weekly and 12 monthly ones; days of Europe/Berlin` */
export function ruleWords(rule: RetentionRule | null): string {
  if (rule === null) return 'everything';
  const { keepLast, daily, weekly, monthly, yearly, keepDays, maxBytes } = rule;
  const parts = [
    keepLast === null ? '' : `the last ${keepLast}`,
    daily === null ? '' : `${daily} daily`,
    weekly === null ? '' : `${weekly} weekly`,
    monthly === null ? '' : `${monthly} monthly`,
    yearly === null ? '' : `${yearly} yearly`,
    keepDays === null ? '' : `all of the last ${plural(keepDays, 'day')}`,
  ].filter((part) => part !== '');
  const size = maxBytes === null ? '' : `at most ${bytes(maxBytes)}`;
  if (parts.length === 0) return size === '' ? 'everything' : `everything, ${size}`;
  const zone = [daily, weekly, monthly, yearly].some((part) => part !== null) ? ` (${rule.timeZone})` : '';
  return [parts.join(', ') + zone, size].filter((part) => part !== '').join('; ');
}
