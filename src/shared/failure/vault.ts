import type { FailureTable } from './table.ts';

/** The vault. */
export const vaultFailures = {
  'vault.unavailable': {
    hint: 'No OS keychain answers here. Name a file that holds a master passphrase in HOLDFAST_PASSPHRASE_FILE.',
    retryable: false,
  },
  'vault.locked': { hint: 'Unlock the OS keychain, then try again.', retryable: true },
  'vault.wrong-passphrase': {
    hint: 'The passphrase in HOLDFAST_PASSPHRASE_FILE does not open this vault.',
    retryable: false,
  },
  'vault.passphrase-unusable': {
    hint: 'HOLDFAST_PASSPHRASE_FILE has to name a text file of your own, not empty, that nobody else can read (chmod 600).',
    retryable: false,
  },
  'vault.unusable-secret': {
    hint: 'Give it again without line ends: copy the text alone. Every other character may be in it.',
    retryable: false,
  },
  'vault.missing-secret': {
    hint: 'The saved password is gone from the keychain. Save it again with source add --replace.',
    retryable: false,
  },
  'vault.saved-elsewhere': {
    hint: 'A password that is kept goes only to the server it is for. Type it again (--password-stdin or --env-file).',
    retryable: false,
  },
  'vault.keeper-changed': {
    hint: 'Secrets were kept by another keeper. Bring it back, or save the passwords again; nothing was deleted.',
    retryable: false,
  },
  'vault.corrupt': {
    hint: 'The vault file was damaged. Put a copy of it back, or save the passwords again.',
    retryable: false,
  },
} as const satisfies FailureTable;
