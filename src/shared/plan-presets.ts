/** Schedules in words, for a person who has never seen a cron line. Every one of them can be changed afterwards. */

export interface SchedulePreset {
  name: string;
  /** Five fields, in the time zone of whoever chooses it. */
  cron: string;
  /** What it is for. */
  detail: string;
}

export const backupPresets: readonly SchedulePreset[] = [
  { name: 'Nightly at 02:00', cron: '0 2 * * *', detail: 'Once a day, while nobody works.' },
  { name: 'Hourly in working hours', cron: '0 9-17 * * 1-5', detail: '09:00 to 17:00, Monday to Friday.' },
  { name: 'Every hour', cron: '0 * * * *', detail: 'Day and night: at most an hour is lost.' },
  { name: 'Every 6 hours', cron: '0 */6 * * *', detail: 'Four times a day.' },
  { name: 'Weekly on Sunday', cron: '0 2 * * 0', detail: 'For what rarely changes.' },
];

/** Both lie an hour after the nightly backup, so that they find it made. */
export const proofPresets: readonly (SchedulePreset & { which: 'latest' | 'random-older' })[] = [
  {
    name: 'Sunday at 03:00',
    cron: '0 3 * * 0',
    which: 'latest',
    detail: 'Recommended: the newest backup is restored and compared once a week.',
  },
  {
    name: 'One random older backup every week',
    cron: '0 3 * * 0',
    which: 'random-older',
    detail: 'Shows that backups kept for long still restore.',
  },
];

/** What a new plan begins with. */
export const recommended = {
  backup: '0 2 * * *',
  proof: { cron: '0 3 * * 0', which: 'latest' },
  makeUpWithinMs: 24 * 3_600_000,
  jitterMs: 0,
  verifyEach: 'read',
  onBattery: 'run',
  onMetered: 'run',
} as const;
