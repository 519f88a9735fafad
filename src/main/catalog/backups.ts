import type Database from 'better-sqlite3';
import type { BackupCard, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, SourceId } from '../../shared/id.ts';
import { copiesOf, type BackupCopies } from './backup-copies.ts';
import { listsOf, listSql, type BackupLists } from './backup-lists.ts';
import { putter, type FoundBackup } from './backup-put.ts';
import { toCard, type CardRow } from './backup-row.ts';
import { fromJson, type Json } from './json.ts';
import { sealsOf, type BackupSeals } from './seal-tally.ts';

/** A cache of the manifests in the destinations: everything here can be read again from them. */
export interface Backups extends BackupLists, BackupCopies, BackupSeals {
  /** Adds a backup, or brings a known one up to date; its place in the order of insertion stays. */
  put(found: FoundBackup): void;
  card(id: BackupId): BackupCard | undefined;
  /** The one that came last, whatever the clock said. */
  latest(sourceId: SourceId): BackupCard | undefined;
  manifest(id: BackupId): ManifestBody | undefined;
  manifestSha256(id: BackupId): string | undefined;
  /** Fails with `backup.unknown`. */
  setStored(id: BackupId, stored: StoredState[]): void;
  /** Those that a place waits for, oldest first. */
  waiting(): BackupCard[];
  /** Those that some place gave up, oldest first. */
  refused(): BackupCard[];
  /** Those of the same source that were taken later come after it, though it was put later. */
  putBeforeLater(id: BackupId): void;
  /** With its proofs. Forgetting what is not there does nothing. */
  forget(id: BackupId): void;
  /** Forgets every backup, before they are read again. Proofs wait for the backups that they proved. */
  clear(): void;
}

export function backupsOf(database: Database.Database): Backups {
  const latest = database.prepare<[string], CardRow>(listSql.latest);
  const one = database.prepare<[string], CardRow>(listSql.one);
  const line = database.prepare<[string], Json<ManifestBody>>('SELECT line FROM manifests WHERE backup_id = ?').pluck();
  const sha256 = database.prepare<[string], string>('SELECT manifest_sha256 FROM backups WHERE id = ?').pluck();
  const setStored = database.prepare('UPDATE backups SET stored = ? WHERE id = ?');
  const forget = database.prepare('DELETE FROM backups WHERE id = ?');
  const forgetReadings = database.prepare('DELETE FROM readings WHERE backup_id = ?');
  const forgetProofs = database.prepare('DELETE FROM proofs WHERE backup_id = ?');
  const waiting = database.prepare<[], CardRow>(listSql.waiting);
  const refused = database.prepare<[], CardRow>(listSql.refused);
  const renumber = database.prepare(
    `UPDATE backups SET number = number + (SELECT max(number) FROM backups)
     WHERE source_id = (SELECT source_id FROM backups WHERE id = @id) AND taken_at > (SELECT taken_at FROM backups WHERE id = @id)`,
  );
  const clear = database.prepare('DELETE FROM backups');
  const card = (row: CardRow | undefined): BackupCard | undefined => (row === undefined ? undefined : toCard(row));
  return {
    put: database.transaction(putter(database)),
    card: (id) => card(one.get(id)),
    latest: (sourceId) => card(latest.get(sourceId)),
    manifest: (id) => {
      const text = line.get(id);
      return text === undefined ? undefined : fromJson(text);
    },
    manifestSha256: (id) => sha256.get(id),
    setStored: (id, stored) => {
      const { changes } = setStored.run(JSON.stringify(stored), id);
      if (changes === 0) throw new Fail('backup.unknown', `There is no backup ${id}.`);
    },
    waiting: () => waiting.all().map(toCard),
    refused: () => refused.all().map(toCard),
    putBeforeLater: (id) => void renumber.run({ id }),
    forget: database.transaction((id: BackupId): void => {
      forget.run(id);
      forgetProofs.run(id);
      forgetReadings.run(id);
    }),
    clear: () => void clear.run(),
    ...listsOf(database),
    ...copiesOf(database),
    ...sealsOf(database),
  };
}
