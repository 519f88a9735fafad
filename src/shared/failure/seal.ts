import type { FailureTable } from './table.ts';

/** Sealing and recovery kits. */
export const sealFailures = {
  'seal.no-key': {
    hint: 'Take the recovery kit of the place it came from and run holdfast kit enter NAME.',
    retryable: false,
  },
  'seal.no-secret': { hint: 'Switch sealing on first: holdfast destination seal NAME on.', retryable: false },
  'seal.not-recipient': {
    hint: 'It was sealed before this place had its key. Seal it again for this place, or choose another one.',
    retryable: false,
  },
  'seal.open-set': {
    hint: 'What goes to this place has to be sealed, and this backup is not. Back up again.',
    retryable: false,
  },
  'seal.unusable-key': { hint: 'Give an OpenPGP public key that can encrypt and has not expired.', retryable: false },
  'seal.differs': {
    hint: "The earlier backup is untouched. Prove it, and try again; if it happens again, this computer's memory or disk may be bad.",
    retryable: false,
  },
  'seal.current': { hint: 'There is nothing to do: it is sealed as its places are sealed now.', retryable: false },
  'seal.waits': {
    hint: 'Seal it anew once every place has it: holdfast waiting shows what is missing.',
    retryable: true,
  },
  'kit.other-place': { hint: 'Look for the kit whose key is the one that is named.', retryable: false },
  'kit.wrong-words': {
    hint: 'Read the check words beside these rows again. If they differ, print a new kit.',
    retryable: false,
  },
  'kit.unreadable': { hint: 'Type the digits of the kit row by row, without the words beside them.', retryable: false },
} as const satisfies FailureTable;
