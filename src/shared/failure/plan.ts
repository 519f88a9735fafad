import type { FailureTable } from './table.ts';

/** Plans of backups, and the service that runs them. */
export const planFailures = {
  'plan.gone': { hint: 'holdfast plan list shows the plans.', retryable: false },
  'plan.name-taken': { hint: 'Choose another name.', retryable: false },
  'plan.cron-malformed': {
    hint: 'Write five fields: minute hour day month weekday. “0 2 * * *” is every day at 02:00.',
    retryable: false,
  },
  'plan.zone-unknown': { hint: 'Name a time zone of the IANA list, such as Europe/Berlin.', retryable: false },
  'plan.never-fires': { hint: 'Choose a day that exists, such as the 28th of February.', retryable: false },
  'service.no-systemd': {
    hint: 'Start holdfast serve --schedule --no-window from what starts programs on this machine.',
    retryable: false,
  },
  'service.no-passphrase': {
    hint: 'Without a desktop nobody unlocks a keychain: name a file that holds a master passphrase (chmod 600) in HOLDFAST_PASSPHRASE_FILE.',
    retryable: false,
  },
  'service.failed': { hint: 'journalctl --user -u holdfast has its words.', retryable: true },
  'service.not-installed': { hint: 'holdfast service install writes it.', retryable: false },
  'plan.missed': { hint: 'Back up now, or let the plan make up runs that are older.', retryable: false },
  'plan.proof-failed': {
    hint: 'The proof names what is wrong. Back up again and prove that backup.',
    retryable: false,
  },
} as const satisfies FailureTable;
