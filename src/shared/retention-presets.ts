/** How five teams keep their backups today, as data. Every one of them can be changed afterwards. */
import type { RetentionRule } from './retention.ts';

export interface RetentionPreset {
  name: string;
  detail: string;
  rule: Omit<RetentionRule, 'timeZone'>;
  /** How long a backup is pinned that somebody calls critical. */
  criticalDays: number | null;
}

const nothing = {
  keepLast: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  keepDays: null,
  maxBytes: null,
};

export const retentionPresets: readonly RetentionPreset[] = [
  {
    name: 'BS-1',
    detail: '30 daily, 12 weekly, 12 monthly',
    rule: { ...nothing, daily: 30, weekly: 12, monthly: 12 },
    criticalDays: null,
  },
  {
    name: 'BD-3',
    detail: '7 daily, 4 weekly, 12 monthly, 5 yearly',
    rule: { ...nothing, daily: 7, weekly: 4, monthly: 12, yearly: 5 },
    criticalDays: null,
  },
  {
    name: 'JO-2',
    detail: '30 days; critical ones are pinned for 90 days',
    rule: { ...nothing, keepDays: 30 },
    criticalDays: 90,
  },
  { name: 'SV-1', detail: '30 days', rule: { ...nothing, keepDays: 30 }, criticalDays: null },
];
