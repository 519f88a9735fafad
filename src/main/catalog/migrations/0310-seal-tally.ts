import type { Migration } from '../migrate.ts';

/**
 * Whom backups are sealed for and where they lie, counted as they come and go: after a rotation a place asks it of all of them, and most
 * of a hundred thousand are sealed for the same. Triggers count, in the same change as the backup.
 */
export const sealTally: Migration = {
  number: 310,
  name: 'seal-tally',
  sql: `
    CREATE TABLE seal_tally (
      -- As the backups have it; nothing where they are not sealed.
      recipients TEXT NOT NULL,
      stored TEXT NOT NULL,
      backups INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      PRIMARY KEY (recipients, stored)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO seal_tally (recipients, stored, backups, size_bytes)
      SELECT coalesce(recipients, ''), stored, count(*), sum(size_bytes) FROM backups GROUP BY coalesce(recipients, ''), stored;

    CREATE TRIGGER seal_tally_added AFTER INSERT ON backups BEGIN
      INSERT INTO seal_tally (recipients, stored, backups, size_bytes)
        VALUES (coalesce(new.recipients, ''), new.stored, 1, new.size_bytes)
        ON CONFLICT (recipients, stored) DO UPDATE SET backups = backups + 1, size_bytes = size_bytes + excluded.size_bytes;
    END;
    CREATE TRIGGER seal_tally_removed AFTER DELETE ON backups BEGIN
      UPDATE seal_tally SET backups = backups - 1, size_bytes = size_bytes - old.size_bytes
        WHERE recipients = coalesce(old.recipients, '') AND stored = old.stored;
      DELETE FROM seal_tally WHERE recipients = coalesce(old.recipients, '') AND stored = old.stored AND backups = 0;
    END;
    CREATE TRIGGER seal_tally_changed AFTER UPDATE OF recipients, stored, size_bytes ON backups
    WHEN old.recipients IS NOT new.recipients OR old.stored <> new.stored OR old.size_bytes <> new.size_bytes BEGIN
      UPDATE seal_tally SET backups = backups - 1, size_bytes = size_bytes - old.size_bytes
        WHERE recipients = coalesce(old.recipients, '') AND stored = old.stored;
      DELETE FROM seal_tally WHERE recipients = coalesce(old.recipients, '') AND stored = old.stored AND backups = 0;
      INSERT INTO seal_tally (recipients, stored, backups, size_bytes)
        VALUES (coalesce(new.recipients, ''), new.stored, 1, new.size_bytes)
        ON CONFLICT (recipients, stored) DO UPDATE SET backups = backups + 1, size_bytes = size_bytes + excluded.size_bytes;
    END;

    -- The oldest that are sealed for the same.
    CREATE INDEX backups_sealed_for ON backups (recipients, taken_at, number);
  `,
};
