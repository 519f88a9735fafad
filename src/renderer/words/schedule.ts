/** A schedule in words. */
import type { Schedule } from '../schedule/schedule.ts';
import { presets } from '../schedule/schedule.ts';
import { weekdays } from './plans.ts';

export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'daily':
      return `every day, ${schedule.time}`;
    case 'working-days':
      return `Monday to Friday, ${schedule.time}`;
    case 'weekly':
      return `${weekdays[schedule.day]}, ${schedule.time}`;
    case 'preset':
      return presets.find(({ cron }) => cron === schedule.cron)?.name ?? schedule.cron;
    case 'cron':
      return schedule.cron;
  }
}
