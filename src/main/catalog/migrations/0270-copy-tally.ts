import type { Migration } from '../migrate.ts';

/**
 * Where the backups of each source lie, counted as they come and go: most of a hundred thousand lie in the same places in
 * the same states, so that what a place holds is a sum of a few rows. Triggers count, in the same change as the backup.
 */
export const copyTally: Migration = {
  number: 270,
  name: 'copy-tally',
  sql: `
    CREATE TABLE copy_tally (
      source_id TEXT NOT NULL,
      -- As the backups have it.
      stored TEXT NOT NULL,
      backups INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      PRIMARY KEY (source_id, stored)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO copy_tally (source_id, stored, backups, size_bytes)
      SELECT source_id, stored, count(*), sum(size_bytes) FROM backups GROUP BY source_id, stored;

    CREATE TRIGGER copy_tally_added AFTER INSERT ON backups BEGIN
      INSERT INTO copy_tally (source_id, stored, backups, size_bytes)
        VALUES (new.source_id, new.stored, 1, new.size_bytes)
        ON CONFLICT (source_id, stored) DO UPDATE SET backups = backups + 1, size_bytes = size_bytes + excluded.size_bytes;
    END;
    CREATE TRIGGER copy_tally_removed AFTER DELETE ON backups BEGIN
      UPDATE copy_tally SET backups = backups - 1, size_bytes = size_bytes - old.size_bytes
        WHERE source_id = old.source_id AND stored = old.stored;
      DELETE FROM copy_tally WHERE source_id = old.source_id AND stored = old.stored AND backups = 0;
    END;
    CREATE TRIGGER copy_tally_changed AFTER UPDATE OF source_id, stored, size_bytes ON backups
    WHEN old.source_id <> new.source_id OR old.stored <> new.stored OR old.size_bytes <> new.size_bytes BEGIN
      UPDATE copy_tally SET backups = backups - 1, size_bytes = size_bytes - old.size_bytes
        WHERE source_id = old.source_id AND stored = old.stored;
      DELETE FROM copy_tally WHERE source_id = old.source_id AND stored = old.stored AND backups = 0;
      INSERT INTO copy_tally (source_id, stored, backups, size_bytes)
        VALUES (new.source_id, new.stored, 1, new.size_bytes)
        ON CONFLICT (source_id, stored) DO UPDATE SET backups = backups + 1, size_bytes = size_bytes + excluded.size_bytes;
    END;

    -- Pages of one kind of database; with a verdict from the index too.
    CREATE INDEX backups_by_kind ON backups (kind, taken_at, number, verdict);
    -- Which ones lie somewhere, without their rows.
    CREATE INDEX backups_lying ON backups (id, stored, size_bytes);
    -- What is read again of a place: how much of it, and when the longest ago.
    CREATE INDEX readings_read ON readings (destination_id, read_at, finding);
  `,
};
