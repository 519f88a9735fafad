import type { Migration } from '../migrate.ts';

/** What the window asks of 100 000 backups and jobs, each from an index: pages by verdict, days, charts, filters. */
export const history: Migration = {
  number: 30,
  name: 'history',
  sql: `
    ALTER TABLE backups ADD COLUMN finished_at INTEGER;
    -- Rows of all tables; null where the inventory is sealed.
    ALTER TABLE backups ADD COLUMN row_count INTEGER;
    UPDATE backups SET
      finished_at = (SELECT json_extract(line, '$.finishedAt') FROM manifests WHERE backup_id = backups.id),
      row_count = (
        SELECT sum(json_extract(tables.value, '$.rows'))
        FROM manifests, json_each(line, '$.inventory.content.databases') AS databases,
          json_each(databases.value, '$.tables') AS tables
        WHERE backup_id = backups.id
      );
    CREATE INDEX backups_by_verdict ON backups (verdict, taken_at, number);
    CREATE INDEX backups_by_source_and_verdict ON backups (source_id, verdict, taken_at, number);
    CREATE INDEX backups_by_name ON backups (source_name, source_id);
    -- Those that can be restored from, as far as is known. Inside a message quotes are escaped, so it cannot pretend.
    CREATE INDEX backups_held ON backups (source_id, taken_at)
      WHERE verdict <> 'failed' AND instr(stored, '"state":"stored"') > 0;
    CREATE INDEX sources_ever_by_name ON sources (name);

    ALTER TABLE proofs ADD COLUMN tables INTEGER;
    ALTER TABLE proofs ADD COLUMN equal_tables INTEGER;
    UPDATE proofs SET
      tables = json_array_length(report, '$.tables'),
      equal_tables = (
        SELECT count(*) FROM json_each(report, '$.tables') AS tables
        WHERE json_extract(tables.value, '$.rows') = json_extract(tables.value, '$.expectedRows')
          AND json_extract(tables.value, '$.digestEqual') IS NOT 0
      );
    CREATE INDEX proofs_failed ON proofs (source_id, ended_at) WHERE verdict = 'failed';

    ALTER TABLE jobs ADD COLUMN backup_id TEXT;
    ALTER TABLE jobs ADD COLUMN ended_at INTEGER;
    UPDATE jobs SET backup_id = json_extract(body, '$.backupId'), ended_at = json_extract(body, '$.endedAt');
    CREATE INDEX jobs_by_backup ON jobs (backup_id, number);
    CREATE INDEX jobs_by_kind ON jobs (kind, state, number);
    CREATE INDEX jobs_failed ON jobs (source_id, kind, ended_at) WHERE state = 'failed';
  `,
};
