import { z } from './schema.ts';

/**
 * Every failure that can reach a person, with what to do about it.
 *
 * A code is `noun.fact` and never changes its meaning once released: scripts depend on it.
 * `hint` is the default advice; whoever raises the failure may give a better one.
 * `retryable` says whether the same call can succeed later without anybody changing anything.
 */
export const failures = {
  // The call itself
  'call.unknown': { hint: 'Use the same version of Holdfast on both sides.', retryable: false },
  'call.malformed': { hint: 'Correct the input and call again.', retryable: false },
  'call.refused': { hint: 'Only Holdfast itself may ask this.', retryable: false },
  'call.left': { hint: 'Nobody waited for the answer any more. What was begun goes on.', retryable: true },
  'usage.wrong': { hint: 'See holdfast --help.', retryable: false },
  'internal.bug': { hint: 'This is a fault in Holdfast. The log under this reference says more.', retryable: false },

  // The data folder
  'home.unusable': { hint: 'Set HOLDFAST_HOME to a folder of your own that can be written.', retryable: false },
  'home.busy': {
    hint: 'Another Holdfast owns this data folder but does not answer. Close it, then try again.',
    retryable: true,
  },
  'home.owner-left': { hint: 'The Holdfast that ran this job ended. Run the command again.', retryable: true },

  'home.full': { hint: 'Make room on the disk of the data folder, or move it with HOLDFAST_HOME.', retryable: true },

  // The window
  'window.missing': { hint: 'Make it with npm run window, or begin with npm start.', retryable: false },
  'window.port-taken': { hint: 'Leave --port out, or name another one.', retryable: true },
  'path.missing': { hint: 'Choose it again.', retryable: false },
  'path.unreadable': { hint: 'Choose another place, or give your account the right to read it.', retryable: false },
  'path.wrong-kind': { hint: 'Choose another name.', retryable: false },

  // The catalog
  'catalog.corrupt': {
    hint: 'Run holdfast doctor --rebuild: the catalog is made again from the manifests.',
    retryable: false,
  },
  'catalog.newer': { hint: 'This data folder was written by a newer Holdfast. Update Holdfast.', retryable: false },
  'audit.broken': {
    hint: 'The audit trail was changed outside Holdfast. Compare it with your copies.',
    retryable: false,
  },

  // The vault
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

  // Sources
  'source.unknown': { hint: 'holdfast source list shows the names.', retryable: false },
  'source.joins-other': {
    hint: 'holdfast list NAME shows the backups there are. Add it under a new name, or without --join.',
    retryable: false,
  },
  'source.name-taken': { hint: 'Choose another name, or remove the source first.', retryable: false },
  'source.password-in-argument': {
    hint: 'Every program on this machine can read arguments. Leave the password out and use --password-stdin, --env-file or ~/.pgpass.',
    retryable: false,
  },
  'source.url-malformed': { hint: 'Write postgres://user@host:5432/database.', retryable: false },
  'source.env-incomplete': {
    hint: 'The file needs DATABASE_URL, or POSTGRES_HOST, POSTGRES_USER and POSTGRES_DB.',
    retryable: false,
  },
  'source.draft-gone': { hint: 'Read the URL or the file again, or type the password.', retryable: false },
  'source.file-missing': { hint: 'Check the path.', retryable: false },
  'source.not-a-file': { hint: 'Name the database file itself, not a folder.', retryable: false },
  'source.permission': {
    hint: 'Give your user the right to read it, and to write in its folder where SQLite uses WAL.',
    retryable: false,
  },
  'source.not-a-database': { hint: 'Check that this is the database file of your application.', retryable: false },
  'source.empty-file': { hint: 'The file is empty. An application that starts makes it a database.', retryable: false },
  'source.encrypted': {
    hint: 'SQLCipher and other encrypted files cannot be read. Make a plain copy with the application itself.',
    retryable: false,
  },
  'source.truncated': {
    hint: 'The file is shorter than its header says. Restore it from an older backup.',
    retryable: false,
  },
  'source.corrupt': {
    hint: 'SQLite says that this database is damaged. Restore it from an older backup.',
    retryable: false,
  },
  'source.locked': {
    hint: 'Another program holds the database. Switch it to WAL, or back up when it is idle.',
    retryable: true,
  },
  'source.attached': { hint: 'Back up each attached file as a source of its own.', retryable: false },
  'source.unreachable': { hint: 'Check host and port, and that the network or VPN is up.', retryable: true },
  'source.auth-failed': { hint: 'Check user and password.', retryable: false },
  'source.no-database': { hint: 'holdfast source test shows the databases of this server.', retryable: false },
  'source.no-rights': {
    hint: 'The role may not read everything. Grant pg_read_all_data, or exclude the tables.',
    retryable: false,
  },
  'source.row-security': {
    hint: 'Row security hides rows from this role. Use a role with BYPASSRLS.',
    retryable: false,
  },
  'source.tls-refused': {
    hint: 'The server offers no TLS. Choose a tunnel, or name a weaker --tls on purpose.',
    retryable: false,
  },
  'source.tls-untrusted': {
    hint: 'The certificate is not trusted. Give its authority with --ca-file.',
    retryable: false,
  },
  'source.tls-wrong-host': { hint: 'The certificate is for another host. Use the name in it.', retryable: false },
  'source.pooler': { hint: 'This is a transaction-mode pooler. Use the direct URL of the server.', retryable: false },
  'source.recovery-conflict': {
    hint: 'The standby cancelled our snapshot. Set hot_standby_feedback, or back up the primary.',
    retryable: true,
  },
  'source.yielded': {
    hint: 'A change of the schema was waiting behind the backup, so the backup let go. Try again later.',
    retryable: true,
  },
  'source.changing': {
    hint: 'Tables kept being created or dropped. Try again when migrations are done.',
    retryable: true,
  },
  'source.server-too-old': { hint: 'Holdfast works with PostgreSQL 13 to 18.', retryable: false },
  'source.connection-lost': { hint: 'The connection broke. Nothing was kept; try again.', retryable: true },
  'source.failed': {
    hint: 'The server refused a query. Its own words are in the message; try again.',
    retryable: true,
  },
  'source.scope-empty': { hint: 'No table matches. holdfast source show lists the scope.', retryable: false },
  'source.scope-unsupported': { hint: 'Choose everything, the schema only, or tables.', retryable: false },
  'tunnel.unreachable': { hint: 'Check host and port of the SSH server.', retryable: true },
  'tunnel.auth-failed': { hint: 'Check user, key and agent of the SSH server.', retryable: false },
  'tunnel.host-key-unknown': {
    hint: 'Compare the key with the server, then pin it with --ssh-host-key.',
    retryable: false,
  },
  'tunnel.host-key-changed': {
    hint: 'The SSH server has another key than the pinned one. Find out why before you go on.',
    retryable: false,
  },
  'tunnel.lost': { hint: 'The SSH connection broke. Try again.', retryable: true },

  // Programs
  'tool.missing': { hint: "Install the PostgreSQL client tools of the server's version or newer.", retryable: false },
  'tool.too-old': { hint: 'Install PostgreSQL client tools at least as new as the server.', retryable: false },
  'tool.untrusted': {
    hint: 'The program can be changed by others. Install it where only an administrator can write.',
    retryable: false,
  },
  'tool.failed': { hint: "The log of this job has the program's own words.", retryable: true },
  'tool.killed': { hint: 'The program was ended from outside, often for want of memory. Try again.', retryable: true },

  // Jobs
  'job.unknown': { hint: 'holdfast jobs lists them.', retryable: false },
  'job.crashed': { hint: "The job's own process ended. Nothing partial was kept; try again.", retryable: true },
  'job.not-running': { hint: 'holdfast jobs shows its state.', retryable: false },

  // Backups
  'backup.unknown': { hint: 'holdfast list shows what there is.', retryable: false },
  'backup.kept': {
    hint: 'The dump is kept in the data folder and is brought to its places as soon as they take it. holdfast waiting shows it.',
    retryable: false,
  },
  'backup.nowhere': { hint: 'Back up again, or bring back a place that has it.', retryable: false },
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
  'kit.other-place': { hint: 'Look for the kit whose key is the one that is named.', retryable: false },
  'kit.wrong-words': {
    hint: 'Read the check words beside these rows again. If they differ, print a new kit.',
    retryable: false,
  },
  'kit.unreadable': { hint: 'Type the digits of the kit row by row, without the words beside them.', retryable: false },
  'proof.tampered': { hint: 'The kept proof is not the one written. Verify the backup again.', retryable: false },
  'proof.malformed': { hint: 'This is not a proof of Holdfast. Verify the backup again.', retryable: false },
  'proof.newer': { hint: 'This proof was written by a newer Holdfast. Update Holdfast.', retryable: false },
  'artifact.plain-sql': {
    hint: 'Plain SQL can carry commands for psql and is not run. Make a custom-format dump (pg_dump -Fc).',
    retryable: false,
  },

  // Destinations
  'destination.unknown': { hint: 'Check the name.', retryable: false },
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
  'purge.held': {
    hint: 'A legal hold is lifted by a person first: holdfast unpin BACKUP --lift-hold.',
    retryable: false,
  },
  'purge.nothing': { hint: 'holdfast show BACKUP says where it is.', retryable: false },
  'purge.moved': { hint: 'Look at what would be destroyed again. Nothing was destroyed.', retryable: false },
  'purge.not-confirmed': { hint: 'Type the words exactly as they are shown. Nothing was destroyed.', retryable: false },
  'purge.still-there': {
    hint: 'The place did not remove it. Check its rights, then purge again.',
    retryable: true,
  },
  'scrub.running': { hint: 'Wait for it, or stop it: holdfast jobs shows it.', retryable: true },
  'scrub.nothing': { hint: 'Back up to this place first.', retryable: false },
  'repair.no-source': {
    hint: 'No other place has a copy that holds. Back up again; what is left may still be read in part.',
    retryable: false,
  },
  'repair.not-damaged': { hint: 'Read it again with holdfast scrub NAME --backup BACKUP.', retryable: false },
  'repair.rewritten': {
    hint: 'Find out which Holdfast wrote it. holdfast doctor --rebuild takes what lies there for the truth.',
    retryable: false,
  },
  'repair.not-whole': {
    hint: 'The place does not keep what it is given. Check the disk, then repair again.',
    retryable: true,
  },
  'spool.damaged': {
    hint: 'The kept dump changed on this disk, so it was not sent on. Back up again, and look after this disk.',
    retryable: false,
  },
  'spool.full': { hint: 'Make room in the data folder, or move it with HOLDFAST_HOME.', retryable: true },

  // Verify and restore
  'scratch.unavailable': {
    hint: "Install a PostgreSQL server of the backup's version, or allow a scratch database on your own server.",
    retryable: false,
  },
  'scratch.full': { hint: 'Make room on the disk of temporary files.', retryable: true },
  'scratch.failed': { hint: 'The throw-away server did not start. The log has its own words.', retryable: true },
  'restore.target-exists': { hint: 'Choose a name that does not exist yet.', retryable: false },
  'restore.target-not-empty': {
    hint: 'Holdfast restores into a new or empty database only. Choose another name.',
    retryable: false,
  },
  'restore.no-rights': { hint: 'The role needs CREATEDB, or an empty database of its own.', retryable: false },
  'restore.full': { hint: "Make room on the target's disk.", retryable: true },
  'restore.blocked': { hint: 'The rehearsal says why. Nothing was changed.', retryable: false },
  'restore.moved': { hint: 'Something changed since the rehearsal. Rehearse again.', retryable: false },
  'restore.not-confirmed': {
    hint: 'Type the name exactly as the rehearsal shows it. Nothing was changed.',
    retryable: false,
  },
  'restore.in-use': {
    hint: 'Stop the programs that use it, then try again. Nothing was changed.',
    retryable: true,
  },
  'restore.unknown': { hint: 'holdfast restore list shows what can be undone.', retryable: false },
  'restore.released': { hint: 'What was kept for undo was removed. Restore from a backup.', retryable: false },
  'restore.not-kept': {
    hint: 'What was kept is gone or was changed by somebody else. holdfast restore list names it; look on the server.',
    retryable: false,
  },
  'restore.wrong-kind': {
    hint: 'A SQLite backup goes to a file, a PostgreSQL backup to a database.',
    retryable: false,
  },
  'plan.unknown': { hint: 'Rehearse the restore again.', retryable: false },

  // Retention
  'retention.moved': {
    hint: 'Look at a new preview: holdfast retention preview. Nothing was deleted.',
    retryable: false,
  },
  'retention.unknown': { hint: 'holdfast retention preview makes one.', retryable: false },
  'retention.no-rule': { hint: 'holdfast retention set gives it one.', retryable: false },
  'retention.clock-wrong': {
    hint: 'Set the clock. Where it is right and only took a step: holdfast retention preview --clock-is-right.',
    retryable: false,
  },
  'retention.list-short': {
    hint: 'Nothing is deleted there. Find the missing backups, or let holdfast doctor --rebuild take the place as it is.',
    retryable: false,
  },
  'pin.ended': { hint: 'Name a moment that is still to come.', retryable: false },
  'pin.held': { hint: 'It is under a legal hold. holdfast unpin BACKUP --lift-hold takes it away.', retryable: false },
  'pin.none': { hint: 'holdfast list --pinned shows what is pinned.', retryable: false },
  'pin.too-late': {
    hint: 'A prune is about to remove it. holdfast jobs names it, holdfast cancel stops it.',
    retryable: true,
  },

  // Plans of backups
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
} as const satisfies Record<string, { hint: string; retryable: boolean }>;

export type FailureCode = keyof typeof failures;

/** A failure as it crosses a door: fit for a person, free of secrets. The stack stays in the log under `ref`. */
export interface Failure {
  code: FailureCode;
  /** What happened, one or two sentences. */
  message: string;
  /** What to do about it. */
  hint: string;
  retryable: boolean;
  /** Finds the full story in the logs of this data folder. */
  ref: string;
  cause?: Failure | undefined;
}

export const FailureCodeSchema = z
  .string()
  .check(z.refine((code) => code in failures)) as unknown as z.ZodMiniType<FailureCode>;

export const FailureSchema: z.ZodMiniType<Failure> = z.strictObject({
  code: FailureCodeSchema,
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  ref: z.string(),
  get cause() {
    return z.optional(FailureSchema);
  },
});

/** An expected failure on its way up. Anything else that is thrown is a bug and is told as `internal.bug`. */
export class Fail extends Error {
  readonly code: FailureCode;
  readonly hint: string;
  /** Where it already has one: it came over a door, or out of a job whose log tells the story. */
  readonly ref: string | undefined;

  /** @param message what happened, in words for a person, without secrets. */
  constructor(
    code: FailureCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; ref?: string | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fail';
    this.code = code;
    this.hint = options.hint ?? failures[code].hint;
    this.ref = options.ref;
  }
}

/**
 * The failure that crosses the door for whatever was thrown.
 * @param ref finds the log line that holds the stack; a failure that has its own keeps it.
 */
export function toFailure(thrown: unknown, ref: string): Failure {
  if (thrown instanceof Fail) {
    const cause = thrown.cause instanceof Fail ? toFailure(thrown.cause, ref) : undefined;
    return {
      code: thrown.code,
      message: thrown.message,
      hint: thrown.hint,
      retryable: failures[thrown.code].retryable,
      ref: thrown.ref ?? ref,
      ...(cause === undefined ? {} : { cause }),
    };
  }
  const { hint, retryable } = failures['internal.bug'];
  return { code: 'internal.bug', message: 'Something in Holdfast broke.', hint, retryable, ref };
}

/** The thrown form of a failure that came over a door. */
export function fromFailure(failure: Failure): Fail {
  return new Fail(failure.code, failure.message, {
    hint: failure.hint,
    ref: failure.ref,
    cause: failure.cause === undefined ? undefined : fromFailure(failure.cause),
  });
}
