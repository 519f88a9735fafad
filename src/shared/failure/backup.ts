import type { FailureTable } from './table.ts';

/** Backups: what is stored, what is kept, and the proofs. */
export const backupFailures = {
  'backup.unknown': { hint: 'holdfast list shows what there is.', retryable: false },
  'backup.kept': {
    hint: 'The dump is kept in the data folder and is brought to its places as soon as they take it. holdfast waiting shows it.',
    retryable: false,
  },
  'backup.nowhere': { hint: 'Back up again, or bring back a place that has it.', retryable: false },
  'backup.elsewhere': { hint: 'holdfast purge BACKUP removes a backup from its places.', retryable: false },
  'backup.not-confirmed': { hint: 'Type the id exactly as it is shown. Nothing was removed.', retryable: false },
  'backup.being-made': { hint: 'Wait until its job has ended, or cancel it.', retryable: true },
  'backup.none': { hint: 'holdfast backup NAME makes the first.', retryable: false },
  'artifact.missing': { hint: 'The stored file is gone. Use another backup.', retryable: false },
  'artifact.tampered': {
    hint: 'The stored bytes are not the ones written. Use another backup and find out who changed this.',
    retryable: false,
  },
  'artifact.truncated': { hint: 'The stored file is shorter than it was. Use another backup.', retryable: false },
  'artifact.unreadable': { hint: 'The stored file cannot be expanded. Use another backup.', retryable: false },
  'manifest.missing': { hint: 'A backup without its manifest does not exist. Use another backup.', retryable: false },
  'manifest.tampered': {
    hint: 'The manifest is not the one written. Use another backup and find out who changed this.',
    retryable: false,
  },
  'manifest.malformed': { hint: 'This is not a manifest of Holdfast.', retryable: false },
  'manifest.newer': { hint: 'This backup was written by a newer Holdfast. Update Holdfast.', retryable: false },
  'manifest.replaced': {
    hint: 'Another manifest lies where this one was written. Use another backup and find out who changed this.',
    retryable: false,
  },
  'proof.tampered': { hint: 'The kept proof is not the one written. Verify the backup again.', retryable: false },
  'proof.malformed': { hint: 'This is not a proof of Holdfast. Verify the backup again.', retryable: false },
  'proof.newer': { hint: 'This proof was written by a newer Holdfast. Update Holdfast.', retryable: false },
  'artifact.plain-sql': {
    hint: 'Plain SQL can carry commands for psql and is not run. Make a custom-format dump (pg_dump -Fc).',
    retryable: false,
  },
  'spool.damaged': {
    hint: 'The kept dump changed on this disk, so it was not sent on. Back up again, and look after this disk.',
    retryable: false,
  },
  'spool.full': { hint: 'Make room in the data folder, or move it with HOLDFAST_HOME.', retryable: true },
} as const satisfies FailureTable;
