/** What a backup is told, what it works with, and what it comes to. */
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { DirectChoice } from '../../shared/direct.ts';
import type { BackupId, DestinationId, MachineId } from '../../shared/id.ts';
import type { Source } from '../../shared/source.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';
import type { Clock } from '../base/clock.ts';
import type { Destination } from '../destination/destination.ts';
import type { Engine, Secrets } from '../engine/engine.ts';

export interface BackupOrder {
  kind: 'backup';
  backupId: BackupId;
  source: Source;
  destinations: DestinationCard[];
  machine: { id: MachineId; name: string };
  /** This program's version. */
  holdfast: string;
  /** Private folder on the data folder's disk; the job makes and removes its own part of it. */
  spoolFolder: string;
  /** Stored bytes of the last backup of this source; null before the first. */
  lastSizeBytes: number | null;
  /** How long the last ones took, in the middle; null before the first. */
  lastMs?: number | null;
  /** Whether it goes straight to a place; left out, it never does. */
  direct?: DirectChoice;
}

export interface BackupTools {
  engine: Engine;
  secrets: Secrets;
  /** Every place of the order, opened. */
  places: { id: DestinationId; destination: Destination }[];
  /** The recovery secrets of the places that want sealing; the set is sealed for all of them, once, for every place. */
  recovery: ReadonlyMap<DestinationId, RecoveryKey>;
  clock: Clock;
  /** Told each time that a place has it or gave up for now. The first that has it makes the backup exist. */
  told(outcome: BackupOutcome): void;
}

/** What the catalog writes down: the manifest with its inventory open. `stored` has a line for every place; at least one of them is `stored`. */
export interface BackupOutcome {
  manifest: ManifestBody;
  manifestSha256: string;
  stored: StoredState[];
}
