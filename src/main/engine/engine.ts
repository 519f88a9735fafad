/**
 * One kind of source. An engine is never told where bytes go: it is handed a sink, or a file of bytes.
 * `test/contract/engine.suite.ts` holds every sentence here against every engine.
 */
import type { Readable } from 'node:stream';
import type { ArtifactFacts } from '../../shared/artifact.ts';
import type { BackupId, RestoreId, SourceId } from '../../shared/id.ts';
import type { DatabaseInventory, Inventory } from '../../shared/inventory.ts';
import type { Finding, RestoreTarget } from '../../shared/restore.ts';
import type { EngineKind, ProbeReport, Scope, SourceSettings } from '../../shared/source.ts';
import type { CheckNote, Problem } from '../../shared/verify.ts';
import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { Watch } from '../base/watch.ts';

/** Passwords for one place; absent where none is needed. */
export interface Secrets {
  database?: Secret;
  tunnel?: Secret;
  jump?: Secret;
}

/** What an engine has to know of the machine it runs on. */
export interface Surroundings {
  clock: Clock;
  /** The user's home folder: ~/.ssh, ~/.pgpass. */
  userHome: string;
  pgpassFile: string;
  sshAgentSocket: string | undefined;
  /** PATH entries in which client tools are looked for. */
  path: string[];
  /** Folder of scratch records (0700, in the data folder): whatever a scratch server leaves behind is found from here. */
  scratchFolder: string;
}

/** A source or a restored target, ready to be connected to. */
export interface Place {
  settings: SourceSettings;
  secrets: Secrets;
}

export interface DumpOptions {
  scope: Scope;
  digests: boolean;
  /** How long somebody may wait behind us before we let go; default 5 000. */
  yieldAfterMs?: number;
  /** How many times a busy or changing source is tried before the backup gives up; default 5. */
  attempts?: number;
}

/** One stream of a backup. `name` becomes the artifact's name; `.zst` and the like are added by whoever packs it. */
export interface ArtifactHead {
  name: string;
  content: ArtifactFacts['content'];
  /** What the raw size will be about, for progress; null when unknown. */
  expectedBytes: number | null;
}

/**
 * Takes one stream to its end. Resolves with the artifact's final name when every byte is on disk;
 * rejects when it cannot, after which the engine stops. Aborting `discard` forgets what was taken, and the engine may
 * offer the same head again (a dump that had to let go starts over).
 */
export type Sink = (
  head: ArtifactHead,
  body: Readable,
  discard?: AbortSignal,
) => Promise<{ artifact: string; rawSizeBytes: number }>;

export interface DumpFacts {
  inventory: Inventory;
  /** Wall time of the snapshot (the first one, where there are several databases). */
  takenAt: number;
  /** In words, what the scope left out; empty means complete. */
  missing: string[];
}

/** One database of a backup, expanded into a file, every byte of it checked. */
export interface Opened {
  /** Raw content: a custom-format archive or a SQLite file. The engine may move or change it. */
  file: string;
  inventory: DatabaseInventory;
  /** Roles and other globals of the set as SQL text; null without them. */
  globals: string | null;
  /**
   * Names this one restore. What is being built in the target carries it in its name until it is whole, so that
   * {@link Engine.sweepTarget} finds what a killed restore left. Letters, digits and dashes; 40 at most.
   */
  token: string;
}

export interface RestoreFacts {
  /** Failed archive entries, graded; empty when all went in. */
  problems: Problem[];
  /** The place that now holds the data; `count` and `check` are asked of it. */
  place: Place;
  /** For a person, e.g. `database shop_restored on db.example.com`. */
  target: string;
  /** Takes back what this restore made, and nothing else. */
  undo(): Promise<void>;
}

export interface Counted {
  tables: { name: string; rows: number; digest: string | null }[];
  largeObjects: { count: number; digest: string | null } | null;
  sequences: { name: string; value: string }[];
  objects: { kind: string; name: string }[];
  /** The digest method's value for its fixed text on this server; null when no digests were asked for. */
  digestProbe: string | null;
}

/** A throw-away place in which a backup is restored to be proven. */
export interface Scratch {
  /** For the report, e.g. `throw-away PostgreSQL 15.18`. */
  where: string;
  target: RestoreTarget;
  secrets: Secrets;
  /** Checks that only the scratch's owner can make (amcheck), after the restore. */
  deepChecks(from: DatabaseInventory, watch: Watch): Promise<{ problems: Problem[]; checks: CheckNote[] }>;
  /** Stops and removes everything. Safe to call twice. Also happens by itself when the process dies. */
  dispose(): Promise<void>;
}

/** A live database or file, as a restore into its place meets it. */
export interface Original {
  /** By what it is known again: another one of the same name has another identity. */
  identity: string;
  /** What a person calls it: the database's name, the file's name without its folder. */
  name: string;
  /** The name or path under which it would stay; free when it was looked at. */
  keepAs: string;
  /** Who is connected and would be cut off. */
  sessions: { application: string; count: number }[];
  findings: Finding[];
}

/** What is written beside a database that is kept for undo, so that it is found without any catalog. */
export interface KeptMark {
  restoreId: RestoreId;
  sourceId: SourceId;
  backupId: BackupId;
  restoredAt: number;
  keepUntil: number;
}

/** What is looked for after a job that exchanges or removes was killed. */
export interface WantedKept {
  restoreId: RestoreId;
  name: string;
  renamed: boolean;
}

/** One takes the place of the other, which is kept. */
export interface Exchange {
  /** The live name. */
  target: RestoreTarget;
  /** Only this one is replaced; null: whatever is there. */
  identity: string | null;
  /** The name or path of what takes the place; gone under that name afterwards. */
  incoming: string;
  /** The name or path under which the live one stays. */
  keepAs: string;
  mark: KeptMark;
  /** Names this one exchange, so that {@link Engine.sweepTarget} finds what a killed one left. */
  token: string;
}

export interface Engine {
  readonly kind: EngineKind;
  /** Connects and reads, step by step, changing nothing. A step that fails is a step in the report, not a throw. */
  probe(place: Place, watch: Watch): Promise<ProbeReport>;
  /** Size of what a dump would read, in bytes, for estimates; null where it may not be asked. */
  estimate(place: Place, watch: Watch): Promise<number | null>;
  /**
   * Dumps everything in `options.scope` from one snapshot per database, counts and digests in that same snapshot.
   * The source is not changed, and nobody is kept waiting longer than `options.yieldAfterMs`.
   */
  dump(place: Place, options: DumpOptions, sink: Sink, watch: Watch): Promise<DumpFacts>;
  /** Exact counts (and digests) of every table of one database, in one snapshot. The first database of `place` is meant. */
  count(place: Place, options: { digests: boolean; scope: Scope }, watch: Watch): Promise<Counted>;
  /** Reads a whole artifact's content from a stream and says where its table of contents differs from the inventory. */
  survey(
    body: Readable,
    inventory: DatabaseInventory,
    watch: Watch,
  ): Promise<{ problems: Problem[]; checks: CheckNote[] }>;
  /** What a restore would meet: versions, rights, extensions, roles, space. Reads only. */
  rehearse(target: RestoreTarget, secrets: Secrets, from: DatabaseInventory, watch: Watch): Promise<Finding[]>;
  /**
   * Restores into a target that does not exist yet or is empty; anything else is refused (`restore.target-exists`,
   * `restore.target-not-empty`). When it throws, what it had made is gone again.
   */
  restore(target: RestoreTarget, secrets: Secrets, opened: Opened, watch: Watch): Promise<RestoreFacts>;
  /**
   * Removes what a restore with this token had built and not finished, where its process was killed. Nothing that
   * carries another name is touched; a target that was finished stays. Returns what was removed, in words.
   */
  sweepTarget(target: RestoreTarget, secrets: Secrets, token: string, watch: Watch): Promise<string[]>;
  /** Looks for damage that counts cannot show: integrity, foreign keys, invalid indexes. Reads only. */
  check(place: Place, from: DatabaseInventory, watch: Watch): Promise<{ problems: Problem[]; checks: CheckNote[] }>;
  /** A scratch that fits this database, or null with the reason in `problems` when this machine has none. */
  openScratch(from: DatabaseInventory, watch: Watch): Promise<{ scratch: Scratch | null; problems: Problem[] }>;
  /**
   * What a restore into the place of this live database or file would meet, and how it would be kept. Reads only; null
   * where nothing has that name. `now` goes into the name under which it would be kept.
   */
  meetOriginal(target: RestoreTarget, secrets: Secrets, now: number, watch: Watch): Promise<Original | null>;
  /** Where a restore into the original's place builds: beside it, under a name that carries the token. */
  standIn(target: RestoreTarget, token: string): RestoreTarget;
  /** Gives the stand-in what belongs to the place and not to the content: owner, rights, settings, mode. */
  inherit(target: RestoreTarget, secrets: Secrets, incoming: string, watch: Watch): Promise<Problem[]>;
  /** A name for what an undo takes out of its place, free now. */
  undoneName(target: RestoreTarget, secrets: Secrets, now: number, watch: Watch): Promise<string>;
  /**
   * Puts `incoming` in the place of the live one, which stays as `keepAs`, once nobody uses it. At every instant,
   * whatever is killed, the live name leads to the one or the other, whole. When it throws nothing has changed, but that
   * sessions may have been cut. Returns what the report should tell, in sentences.
   * @throws `restore.moved`, `restore.in-use`, `restore.no-rights`, `restore.target-exists`
   */
  exchange(exchange: Exchange, secrets: Secrets, watch: Watch): Promise<string[]>;
  /**
   * The name of what is kept for this restore: `wanted.name`, or, where `wanted.renamed` says that an undo may have gone
   * through, whatever it has been called since. Null for none. After a kill it says how far the job came.
   */
  findKept(target: RestoreTarget, secrets: Secrets, wanted: WantedKept, watch: Watch): Promise<string | null>;
  /** Removes what was kept. @throws `restore.not-kept` for anything that is not known to be that; `restore.in-use` */
  removeKept(target: RestoreTarget, secrets: Secrets, restoreId: RestoreId, name: string, watch: Watch): Promise<void>;
}
