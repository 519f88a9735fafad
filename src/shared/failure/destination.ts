import type { FailureTable } from './table.ts';

/** Destinations. */
export const destinationFailures = {
  'destination.unknown': {
    hint: 'holdfast destination list shows the names; a folder becomes one with holdfast source add --folder.',
    retryable: false,
  },
  'destination.ambiguous': {
    hint: 'Write the id (dst-…) in the place of the name. Nothing was done.',
    retryable: false,
  },
  'destination.no-backups': {
    hint: 'Check the address and the folder in it: the recovery kit says where its backups are.',
    retryable: false,
  },
  'destination.full': { hint: 'Make room there, or choose another place.', retryable: true },
  'destination.permission': { hint: 'Give your user the right to write there.', retryable: false },
  'destination.unreachable': { hint: 'Check that the disk or share is there.', retryable: true },
  'destination.bad-key': {
    hint: 'Names in a destination are relative, without .. and without control characters.',
    retryable: false,
  },
  'destination.too-many-parts': {
    hint: 'Choose larger parts for this place: holdfast destination change NAME --split SIZE.',
    retryable: false,
  },
  'destination.exists': { hint: 'Something else is stored under this name already.', retryable: false },
  'destination.symlink': { hint: 'A symbolic link leads out of the destination. Remove it.', retryable: false },
  'destination.not-a-file': {
    hint: 'Something that is no file lies where a backup belongs. Move it away.',
    retryable: false,
  },
  'destination.auth-failed': { hint: 'Check user, key or password of the place.', retryable: false },
  'destination.in-use': { hint: 'Take it out of these first; what lies there stays.', retryable: false },
  'destination.other-place': {
    hint: 'Add it as a new destination. The address of a place changes only to where its backups lie now.',
    retryable: false,
  },
  'destination.no-bucket': { hint: 'Check the name of the bucket, and make it if it is not there.', retryable: false },
  'destination.wrong-region': { hint: 'The bucket is in another region. Name that one.', retryable: false },
  'destination.clock-skew': { hint: 'The clock of this machine is wrong. Set it and try again.', retryable: true },
  'destination.quota': { hint: 'The quota there is used up. Raise it, or make room.', retryable: true },
  'destination.archived': {
    hint: 'The object is in an archive class. Bring it back there, then try again.',
    retryable: true,
  },
  'destination.untrusted': {
    hint: 'The certificate of this place is not trusted. Check its address.',
    retryable: false,
  },
  'destination.changed': {
    hint: 'Somebody replaced the object while it was read. Verify this backup.',
    retryable: true,
  },
  'destination.host-key-changed': {
    hint: 'The SSH server of this place has another key than the pinned one. Find out why before you go on.',
    retryable: false,
  },
  'destination.hash-mismatch': { hint: 'The bytes changed on their way. Try again.', retryable: true },
  'destination.unsupported': {
    hint: 'This kind of place cannot do that. holdfast destination setup NAME says what to do there instead.',
    retryable: false,
  },
  'destination.locked': {
    hint: 'An object lock of the place keeps it until its days are over. holdfast destination setup NAME shows the lock.',
    retryable: false,
  },
  'lifecycle.moved': {
    hint: 'Look at it again: holdfast destination lifecycle NAME … shows what would be written. Nothing was changed.',
    retryable: false,
  },
  'lifecycle.refused': {
    hint: 'Give it more days, or take the pins and holds away first. Nothing was changed.',
    retryable: false,
  },
  'lifecycle.not-accepted': {
    hint: 'Read what it would take away, then accept it: --accept. Nothing was changed.',
    retryable: false,
  },
  'lock.not-enabled': {
    hint: 'Object lock is switched on when a bucket is made, or in the console of the service: it cannot be switched off again, so Holdfast does not. Nothing was changed.',
    retryable: false,
  },
  'lock.moved': {
    hint: 'Look at it again: holdfast destination lock NAME … shows what it would mean.',
    retryable: false,
  },
  'lock.not-accepted': {
    hint: 'Read what it means, then accept it: --accept. Nothing was changed.',
    retryable: false,
  },
} as const satisfies FailureTable;
