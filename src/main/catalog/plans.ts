import type Database from 'better-sqlite3';
import type { BackupId, PlanId } from '../../shared/id.ts';
import type { RestorePlan } from '../../shared/restore.ts';
import { fromJson, type Json } from './json.ts';

/** Rehearsed restores: what was shown is what will be run. */
export interface Plans {
  /**
   * A plan never changes: putting one with a known id fails.
   * @param extras what else the restore needs to know, as JSON text; never secrets.
   */
  put(plan: RestorePlan, extras: string): void;
  /** Those of a backup that is destroyed: a rehearsal can name its tables. */
  forgetOf(backupId: BackupId): void;
  byId(id: PlanId): { plan: RestorePlan; extras: string } | undefined;
}

export function plansOf(database: Database.Database): Plans {
  const insert = database.prepare('INSERT INTO plans (id, backup_id, body, extras) VALUES (?, ?, ?, ?)');
  const byId = database.prepare<[string], { body: Json<RestorePlan>; extras: string }>(
    'SELECT body, extras FROM plans WHERE id = ?',
  );
  const forgetOf = database.prepare('DELETE FROM plans WHERE backup_id = ?');
  return {
    forgetOf: (backupId) => void forgetOf.run(backupId),
    put: (plan, extras) => void insert.run(plan.planId, plan.backupId, JSON.stringify(plan), extras),
    byId: (id) => {
      const row = byId.get(id);
      return row === undefined ? undefined : { plan: fromJson(row.body), extras: row.extras };
    },
  };
}
