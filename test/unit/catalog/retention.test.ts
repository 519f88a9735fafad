import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../../src/main/catalog/migrate.ts';
import { migrations } from '../../../src/main/catalog/migrations/all.ts';
import { openCatalog } from '../../../src/main/catalog/catalog.ts';
import type { RetentionPreview, RetentionSettings } from '../../../src/shared/retention.ts';
import type { RetentionPreviewId } from '../../../src/shared/id.ts';
import { nothing } from '../retention/past.ts';
import {
  backupId,
  backupPlanId,
  destinationId,
  jobId,
  newCatalog,
  newCatalogFile,
  sourceId,
  stillClock,
} from './samples.ts';

const pin = { reason: 'critical', until: null, hold: false, since: 1, by: 'ada' };
const settings: RetentionSettings = { owner: { planId: backupPlanId(1) }, rule: { ...nothing, daily: 3 }, places: [] };
const preview = (n: number): RetentionPreview => ({
  previewId: `rpv-20261120-12${String(n).padStart(4, '0')}-aaaaaaaa` as RetentionPreviewId,
  at: 1,
  settings,
  lines: [],
  backups: 0,
  proven: 0,
  sizeBytes: 0,
});

describe('the catalog keeps rules, pins and what is being removed', () => {
  test('step 60 learns from the manifests which machine made a backup', () => {
    const file = newCatalogFile();
    const database = new Database(file);
    migrate(
      database,
      migrations.filter(({ number }) => number < 60),
    );
    database
      .prepare(
        "INSERT INTO backups (id, source_id, source_name, kind, taken_at, finished_at, size_bytes, complete, manifest_sha256, stored, verdict) VALUES (?, ?, 'shop', 'sqlite', 7, 8, 1, 1, 'a', '[]', 'unproven')",
      )
      .run(backupId(1), sourceId(1));
    database
      .prepare('INSERT INTO manifests (backup_id, line) VALUES (?, ?)')
      .run(backupId(1), JSON.stringify({ machine: { id: 'mac-aaaaaaaaaaaa' } }));
    migrate(database, migrations);
    expect(database.prepare('SELECT machine_id, taken_at FROM backups').all()).toEqual([
      { machine_id: 'mac-aaaaaaaaaaaa', taken_at: 7 },
    ]);
    database.close();
  });

  test('rules by owner, with what was applied to a line', () => {
    const { retention } = newCatalog();
    retention.put(settings);
    retention.put({ ...settings, owner: { sourceId: sourceId(1) }, rule: null });
    retention.put({ ...settings, rule: { ...nothing, daily: 4 } });
    expect(retention.list().map(({ rule }) => rule?.daily)).toEqual([4, undefined]);
    expect(retention.of(settings.owner)?.rule?.daily).toBe(4);
    retention.forget(settings.owner);
    expect(retention.of(settings.owner)).toBeUndefined();
    retention.apply(sourceId(1), destinationId(1), 'a');
    retention.apply(sourceId(1), destinationId(1), 'b');
    expect([
      retention.applied(sourceId(1), destinationId(1)),
      retention.applied(sourceId(1), destinationId(2)),
    ]).toEqual(['b', undefined]);
  });

  test('the newest hundred previews', () => {
    const { retention } = newCatalog();
    for (let n = 0; n < 102; n += 1) retention.putPreview(preview(n), `moved ${n}`);
    expect(retention.preview(preview(1).previewId)).toBeUndefined();
    expect(retention.preview(preview(2).previewId)).toEqual({ preview: preview(2), movedBy: 'moved 2' });
  });

  test('pins and removals stay when the list of backups is cleared and read again', () => {
    const file = newCatalogFile();
    const catalog = openCatalog(file, stillClock());
    catalog.pins.put(backupId(1), pin);
    catalog.pins.put(backupId(2), pin);
    catalog.pins.remove(backupId(2));
    catalog.retention.beginRemovals(jobId(1), [
      { backupId: backupId(3), destination: destinationId(1) },
      { backupId: backupId(4), destination: destinationId(1) },
    ]);
    catalog.retention.endRemoval({ backupId: backupId(4), destination: destinationId(1) });
    catalog.backups.clear();
    catalog.close();
    const again = openCatalog(file, stillClock());
    expect(again.pins.list()).toEqual([{ backupId: backupId(1), pin }]);
    expect(again.retention.removing()).toEqual([
      { backupId: backupId(3), destination: destinationId(1), jobId: jobId(1) },
    ]);
    again.close();
  });
});
