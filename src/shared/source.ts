import { DirectChoice } from './direct.ts';
import { DestinationId, DraftId, Instant, SourceId } from './id.ts';
import { z } from './schema.ts';

/** What a person calls a source on the command line: letters, digits, dot, dash, underscore; 63 at most. */
export const SourceName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/));

const text = z.string().check(
  z.minLength(1),
  z.maxLength(4096),
  z.refine((value) => !value.includes('\0')),
);
const Port = z.int().check(z.gte(1), z.lte(65_535));

/**
 * How much the server has to prove, strongest first.
 * `verify-full` checks the authority and the host name; `verify-ca` the authority only; `require` encrypts without
 * knowing to whom; `disable` sends everything in the clear. Loopback and Unix sockets may be `disable` without a warning.
 */
export const TlsMode = z.enum(['verify-full', 'verify-ca', 'require', 'disable']);
export type TlsMode = z.output<typeof TlsMode>;

export const SshHop = z.strictObject({
  host: text,
  port: Port,
  user: text,
  /** `agent` asks SSH_AUTH_SOCK; `key` reads a private key file; `password` asks the vault. */
  auth: z.enum(['agent', 'key', 'password']),
  keyFile: z.optional(text),
  /** `SHA256:…` as `ssh-keygen -lf` prints it. A hop without a pinned key is refused. */
  hostKey: z.string().check(z.regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/)),
});
export type SshHop = z.output<typeof SshHop>;

/** One SSH server, or two: the first (`jump`) leads to the second. */
export const Tunnel = z.strictObject({ jump: z.optional(SshHop), server: SshHop });
export type Tunnel = z.output<typeof Tunnel>;

export const PostgresSettings = z.strictObject({
  kind: z.literal('postgres'),
  /** A host name, an address, or the absolute path of the folder that holds the Unix socket. */
  host: text,
  port: Port,
  user: text,
  /** The databases of one backup; at least one. */
  databases: z.array(text).check(z.minLength(1), z.maxLength(500)),
  tls: z.strictObject({ mode: TlsMode, caFile: z.optional(text) }),
  tunnel: z.optional(Tunnel),
  /** Where the password comes from: the vault, ~/.pgpass at the time of the job, or nowhere (peer, trust, certificate). */
  password: z.enum(['vault', 'pgpass', 'none']),
});
export type PostgresSettings = z.output<typeof PostgresSettings>;

export const SqliteSettings = z.strictObject({
  kind: z.literal('sqlite'),
  /** Absolute path of the database file. */
  file: text,
});
export type SqliteSettings = z.output<typeof SqliteSettings>;

export const SourceSettings = z.discriminatedUnion('kind', [PostgresSettings, SqliteSettings]);
export type SourceSettings = z.output<typeof SourceSettings>;
export type EngineKind = SourceSettings['kind'];

/**
 * What of a source goes into its backups. Anything but {@link wholeScope} makes a backup that is never called complete.
 * Names are exact, never patterns: `table` or `schema.table` for PostgreSQL (unquoted, as stored), `table` for SQLite.
 */
export const Scope = z.strictObject({
  part: z.enum(['all', 'schema', 'data']),
  schemas: z.array(text),
  tables: z.array(text),
  excludeTables: z.array(text),
});
export type Scope = z.output<typeof Scope>;
export const wholeScope: Scope = { part: 'all', schemas: [], tables: [], excludeTables: [] };

/** zstd level: 1 keeps up with the database, 3 is smaller, beyond 9 only for slow lines. */
export const CompressionLevel = z.int().check(z.gte(1), z.lte(19));

/** From a minute to a year. */
export const GoalMs = z.int().check(z.gte(60_000), z.lte(366 * 86_400_000));

/** What somebody promised of a source. Each is held against what was measured, and neither changes what is done. */
export const Goals = z.strictObject({
  /** RPO: how old the newest moment may become whose backup was restored and found equal. */
  rpoMs: z.optional(GoalMs),
  /** RTO: how long bringing it back may take, from the first byte that is fetched to the last table that is compared. */
  rtoMs: z.optional(GoalMs),
});
export type Goals = z.output<typeof Goals>;

export const Source = z.strictObject({
  id: SourceId,
  name: SourceName,
  settings: SourceSettings,
  scope: Scope,
  /** Whether every table gets a digest of its content, beside its count. Off: a proof is at most "partly". */
  digests: z.boolean(),
  compressionLevel: CompressionLevel,
  /** Where its backups go, in this order. */
  destinations: z.array(DestinationId).check(z.minLength(1)),
  createdAt: Instant,
  goals: z.optional(Goals),
  /** Marked by a person: what would change it asks for its name first. */
  production: z.optional(z.boolean()),
  /** Whether its backups may go straight to their first place, without room in the data folder; left out, never. */
  direct: z.optional(DirectChoice),
  /** The built-in sample; it goes with one click, and its backups with it. */
  sample: z.optional(z.boolean()),
});
export type Source = z.output<typeof Source>;

/** One step of "test this source", in the order it was taken. */
export const ProbeStep = z.strictObject({
  step: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  hint: z.optional(z.string()),
  /** What failed, as `failure.ts` names it: a form finds the field that can mend it. */
  code: z.optional(z.string()),
});
export type ProbeStep = z.output<typeof ProbeStep>;

/** The message of a line of the job's log whose facts are a step that was just taken. */
export const probeStepMessage = 'step';

export const ProbeReport = z.strictObject({
  ok: z.boolean(),
  steps: z.array(ProbeStep),
  /** Databases that this role may connect to (PostgreSQL), with their size where it may be read. */
  databases: z.array(z.strictObject({ name: z.string(), sizeBytes: z.nullable(z.int()) })),
  /** Names of tables of the tested databases, as a scope takes them; at most 10 000. */
  tables: z.optional(z.array(z.string())),
});
export type ProbeReport = z.output<typeof ProbeReport>;

/** What a URL or a `.env` file says of a database. The password, where there was one, stays with the owner under `draft`. */
export const SourceDraft = z.strictObject({
  draft: DraftId,
  settings: SourceSettings,
  /** A name that is free. */
  name: SourceName,
  passwordFound: z.boolean(),
  /** False where no database was named: the first entry of `databases` is then a guess. */
  databaseNamed: z.boolean(),
  /** What the reader should know, in sentences without secrets. */
  notes: z.array(z.string()),
});
export type SourceDraft = z.output<typeof SourceDraft>;

/** The key that an SSH server shows, before anybody trusts it. */
export const HostKey = z.strictObject({ fingerprint: z.string(), type: z.string() });
export type HostKey = z.output<typeof HostKey>;
