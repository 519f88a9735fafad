/** Pure: schedules in the words of the form and as the five fields of cron, there and back. */
import { backupPresets } from '../../shared/plan-presets.ts';

/** Sunday is 0, as in cron. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export type Schedule =
  | { kind: 'daily'; time: string }
  | { kind: 'working-days'; time: string }
  | { kind: 'weekly'; day: Weekday; time: string }
  /** One of {@link presets}. */
  | { kind: 'preset'; cron: string }
  | { kind: 'cron'; cron: string };

export type ScheduleKind = Schedule['kind'];

/** `02:00`, `23:59`. */
export const isTime = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);

/** The five fields; a time that is no time (see {@link isTime}) gives a text that the house refuses. */
export function toCron(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'daily':
      return `${minuteHour(schedule.time)} * * *`;
    case 'working-days':
      return `${minuteHour(schedule.time)} * * 1-5`;
    case 'weekly':
      return `${minuteHour(schedule.time)} * * ${schedule.day}`;
    case 'preset':
    case 'cron':
      return schedule.cron.trim();
  }
}

/** The form that makes these fields, or the fields themselves. */
export function fromCron(cron: string): Schedule {
  const text = cron.trim().split(/\s+/).join(' ');
  const timed = atOneTime(text);
  if (timed !== null) return timed;
  return presets.some((preset) => preset.cron === text) ? { kind: 'preset', cron: text } : { kind: 'cron', cron };
}

function atOneTime(cron: string): Schedule | null {
  const [minute = '', hour = '', dayOfMonth, month, weekday = '', ...rest] = cron.split(' ');
  const time = timeOf(hour, minute);
  if (time === null || dayOfMonth !== '*' || month !== '*' || rest.length > 0) return null;
  if (weekday === '*') return { kind: 'daily', time };
  if (weekday === '1-5') return { kind: 'working-days', time };
  // Seven is Sunday too.
  return /^[0-7]$/.test(weekday) ? { kind: 'weekly', day: (Number(weekday) % 7) as Weekday, time } : null;
}

/** Those that are more than one time of a day. */
export const presets = backupPresets.filter((preset) => atOneTime(preset.cron) === null);

function minuteHour(time: string): string {
  const [hour = '', minute = ''] = time.split(':');
  return `${plain(minute)} ${plain(hour)}`;
}

/** `02` is `2` in the fields, so that two ways to write a time are one. */
const plain = (digits: string): string => (/^\d{1,2}$/.test(digits) ? String(Number(digits)) : digits);

function timeOf(hour: string, minute: string): string | null {
  if (!/^\d{1,2}$/.test(hour) || !/^\d{1,2}$/.test(minute)) return null;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  return isTime(time) ? time : null;
}

/** Another kind, with what can be kept of the one before. `preset` takes its fields too. */
export function withKind(schedule: Schedule, kind: Exclude<ScheduleKind, 'preset'>): Schedule {
  const time = 'time' in schedule ? schedule.time : '02:00';
  switch (kind) {
    case 'daily':
    case 'working-days':
      return { kind, time };
    case 'weekly':
      return { kind, time, day: schedule.kind === 'weekly' ? schedule.day : 0 };
    case 'cron':
      return { kind, cron: toCron(schedule) };
  }
}
