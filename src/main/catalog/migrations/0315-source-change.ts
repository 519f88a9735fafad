import type { Migration } from '../migrate.ts';

/**
 * A number that is another one after every change of a source's backups, in the same change. It is drawn, not counted: what was rolled back
 * leaves no number behind that a later change could have again.
 */
export const sourceChange: Migration = {
  number: 315,
  name: 'source-change',
  sql: `
    CREATE TABLE source_change (source_id TEXT PRIMARY KEY, change INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO source_change (source_id, change) SELECT source_id, random() FROM backups GROUP BY source_id;

    CREATE TRIGGER source_change_added AFTER INSERT ON backups BEGIN
      INSERT INTO source_change (source_id, change) VALUES (new.source_id, random())
        ON CONFLICT (source_id) DO UPDATE SET change = excluded.change;
    END;
    CREATE TRIGGER source_change_removed AFTER DELETE ON backups BEGIN
      INSERT INTO source_change (source_id, change) VALUES (old.source_id, random())
        ON CONFLICT (source_id) DO UPDATE SET change = excluded.change;
    END;
    CREATE TRIGGER source_change_changed AFTER UPDATE ON backups BEGIN
      INSERT INTO source_change (source_id, change) VALUES (old.source_id, random()), (new.source_id, random())
        ON CONFLICT (source_id) DO UPDATE SET change = excluded.change;
    END;
  `,
};
