import type { FailureTable } from './table.ts';

/** Sources and the tunnels to them. */
export const sourceFailures = {
  'source.unknown': { hint: 'holdfast source list shows the names.', retryable: false },
  'source.ambiguous': {
    hint: 'Write the id (src-…) in the place of the name, or name a backup by its own id. Nothing was done.',
    retryable: false,
  },
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
} as const satisfies FailureTable;
