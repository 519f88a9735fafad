/** What the overview is computed from, and nothing else: plain values that whoever asks has looked up. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId, BackupPlanId, DestinationId, Instant } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { SourceStanding, TrendPoint } from '../../shared/overview.ts';
import type { Preferences } from '../../shared/preferences.ts';
import type { Source } from '../../shared/source.ts';
import type { Verdict } from '../../shared/verify.ts';

/** One day of a source. */
export interface DayFacts {
  /** The newest backup taken on it that can be restored from, as far as is known. */
  heldAt: Instant | null;
  proven: boolean;
  failed: boolean;
}

export interface ProofFacts {
  backupId: BackupId;
  verdict: Verdict;
  startedAt: Instant;
  endedAt: Instant;
  tables: number;
  equalTables: number;
}

/** What the plans of a source come to. */
export interface ScheduleFacts {
  /** How old its newest backup may become. */
  limitMs: number;
  /** How old its newest proof by restore may become; null where no plan proves it. */
  proofLimitMs: number | null;
  next: SourceStanding['next'];
  /** Whether all of them are paused. */
  paused: boolean;
  /** Whether a backup was due on each of the days; today only what is late by now. */
  due: readonly boolean[];
  /** Why a run that is due has not begun, in words. */
  waiting: string | null;
}

/** The kit of a place that the newest backup is sealed for. */
export interface KitFacts {
  placeId: DestinationId;
  place: string;
  /** Null: nobody has shown that it exists on paper. */
  provenAt: Instant | null;
  /** When the key was made; null where another one is in use already. */
  madeAt: Instant | null;
}

/** Copies of a source that a place should have, and that wait. */
export interface LateFacts {
  placeId: DestinationId;
  place: string;
  copies: number;
  /** When the oldest of them was taken. */
  oldestAt: Instant;
  /** What the last try came to. */
  message: string | null;
}

/** A place that holds backups of a source, and whose last readings failed. */
export interface ReadingFacts {
  placeId: DestinationId;
  place: string;
  /** In a row, up to now. */
  failures: number;
  message: string;
}

/** A pin that a place does not keep: its own rule deletes the copy before the pin ends. */
export interface BeatenFacts {
  placeId: DestinationId;
  place: string;
  backupId: BackupId;
  takenAt: Instant;
  hold: boolean;
  /** When the copy goes. */
  at: Instant;
}

export interface SourceFacts {
  source: Source;
  /** The newest backup by the moment it was taken. */
  last: BackupCard | null;
  /** The newest backups as points, oldest first; fifteen are enough. */
  trend: readonly TrendPoint[];
  /** The newest moment that can be restored, as far as is known. */
  protectedUntil: Instant | null;
  /** The newest of them whose backup was restored and found equal. */
  provenUntil: Instant | null;
  /** The newest that can be restored, before the first of the days. */
  heldBefore: Instant | null;
  /** Backups with a copy that does not hold, newest first. */
  damaged: readonly Pick<BackupCard, 'backupId' | 'takenAt' | 'stored'>[];
  late?: readonly LateFacts[];
  reading?: readonly ReadingFacts[];
  beaten?: readonly BeatenFacts[];
  /** In the order of {@link World.days}. */
  days: readonly DayFacts[];
  restoreProof: ProofFacts | null;
  readProof: ProofFacts | null;
  /** The newest that failed, however long ago. */
  failedBackup: Job | null;
  failedProof: Job | null;
  /** Oldest first. */
  unfinished: readonly Job[];
  backupMs: number | null;
  restoreMs: number | null;
  /** What comes before that where the newest backup lies in archives alone. */
  thawMs?: number;
  /** Size of the live database as the newest test of the source saw it. */
  probedBytes: number | null;
  /** What opens the newest backup where it is sealed: kits of known places, and whether somebody's own key does too. */
  sealed: { kits: readonly KitFacts[]; ownKeys: boolean } | null;
  /** Public keys that its next backups are sealed for and that end one day. */
  endingKeys: readonly { placeId: DestinationId; place: string; label: string; expiresAt: Instant }[];
  /** Why what is to be deleted by its rules waits for a person; null where nothing does. */
  retention?: { kind: 'too-many' } | { kind: 'not-applied'; places: string[] } | null;
  /** Null where no plan names it. */
  schedule: ScheduleFacts | null;
}

export interface AgendaFacts {
  planId: BackupPlanId;
  at: Instant;
  what: 'backup' | 'proof';
  sources: readonly string[];
}

export interface World {
  now: Instant;
  /** Of the IANA list: whose midnight parts the days, and how moments are told. */
  timeZone: string;
  /** Oldest first, today last. `to` is the next day's `from`. */
  days: readonly { from: Instant; to: Instant }[];
  preferences: Preferences;
  placeName(id: DestinationId): string;
}
