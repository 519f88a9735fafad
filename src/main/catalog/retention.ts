import type Database from 'better-sqlite3';
import type { BackupId, DestinationId, JobId, RetentionPreviewId, SourceId } from '../../shared/id.ts';
import type { RetentionOwner, RetentionPreview, RetentionSettings } from '../../shared/retention.ts';
import { fromJson, type Json } from './json.ts';

export interface Removal {
  backupId: BackupId;
  destination: DestinationId;
}

/** Rules of plans and sources, what was applied of them, and what prunes have begun. */
export interface RetentionRules {
  put(settings: RetentionSettings): void;
  of(owner: RetentionOwner): RetentionSettings | undefined;
  forget(owner: RetentionOwner): void;
  /** In the order they were made. */
  list(): RetentionSettings[];
  /** The rules under which a person let this line be pruned. */
  applied(source: SourceId, destination: DestinationId): string | undefined;
  apply(source: SourceId, destination: DestinationId, governing: string): void;
  /** @param movedBy what must not have changed when it is applied. */
  putPreview(preview: RetentionPreview, movedBy: string): void;
  preview(id: RetentionPreviewId): { preview: RetentionPreview; movedBy: string } | undefined;
  /** Written before the job is queued: a place without such a backup is not short of it. */
  beginRemovals(job: JobId, removals: readonly Removal[]): void;
  endRemoval(removal: Removal): void;
  /** What is being removed, by any job, or half removed since one. */
  removing(): (Removal & { jobId: JobId })[];
}

const ownerKey = (owner: RetentionOwner): string => ('planId' in owner ? owner.planId : owner.sourceId);

export function retentionOf(database: Database.Database): RetentionRules {
  const put = database.prepare(
    'INSERT INTO retention_rules (owner, body) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET body = excluded.body',
  );
  const one = database
    .prepare<[string], Json<RetentionSettings>>('SELECT body FROM retention_rules WHERE owner = ?')
    .pluck();
  const all = database.prepare<[], Json<RetentionSettings>>('SELECT body FROM retention_rules ORDER BY number').pluck();
  const forget = database.prepare('DELETE FROM retention_rules WHERE owner = ?');
  const applied = database
    .prepare<[string, string], string>(
      'SELECT governing FROM retention_applied WHERE source_id = ? AND destination_id = ?',
    )
    .pluck();
  const apply = database.prepare(
    'INSERT INTO retention_applied (source_id, destination_id, governing) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET governing = excluded.governing',
  );
  return {
    put: (settings) => void put.run(ownerKey(settings.owner), JSON.stringify(settings)),
    of: (owner) => {
      const body = one.get(ownerKey(owner));
      return body === undefined ? undefined : fromJson(body);
    },
    forget: (owner) => void forget.run(ownerKey(owner)),
    list: () => all.all().map(fromJson),
    applied: (source, destination) => applied.get(source, destination),
    apply: (source, destination, governing) => void apply.run(source, destination, governing),
    ...previewsOf(database),
    ...removalsOf(database),
  };
}

function previewsOf(database: Database.Database): Pick<RetentionRules, 'putPreview' | 'preview'> {
  // One that nobody applied in a long time is of no use: the newest hundred are kept.
  const trim = database.prepare(
    'DELETE FROM retention_previews WHERE id NOT IN (SELECT id FROM retention_previews ORDER BY id DESC LIMIT 100)',
  );
  const insert = database.prepare('INSERT INTO retention_previews (id, body, moved_by) VALUES (?, ?, ?)');
  const byId = database.prepare<[string], { body: Json<RetentionPreview>; movedBy: string }>(
    'SELECT body, moved_by AS movedBy FROM retention_previews WHERE id = ?',
  );
  return {
    putPreview: database.transaction((preview: RetentionPreview, movedBy: string): void => {
      insert.run(preview.previewId, JSON.stringify(preview), movedBy);
      trim.run();
    }),
    preview: (id) => {
      const row = byId.get(id);
      return row === undefined ? undefined : { preview: fromJson(row.body), movedBy: row.movedBy };
    },
  };
}

function removalsOf(database: Database.Database): Pick<RetentionRules, 'beginRemovals' | 'endRemoval' | 'removing'> {
  const begin = database.prepare(
    'INSERT INTO removals (backup_id, destination_id, job_id) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET job_id = excluded.job_id',
  );
  const end = database.prepare('DELETE FROM removals WHERE backup_id = ? AND destination_id = ?');
  const all = database.prepare<[], Removal & { jobId: JobId }>(
    'SELECT backup_id AS backupId, destination_id AS destination, job_id AS jobId FROM removals',
  );
  return {
    beginRemovals: database.transaction((job: JobId, removals: readonly Removal[]): void => {
      for (const { backupId, destination } of removals) begin.run(backupId, destination, job);
    }),
    endRemoval: ({ backupId, destination }) => void end.run(backupId, destination),
    removing: () => all.all(),
  };
}
