import type { Migration } from '../migrate.ts';

/** What all places hold is asked by every look at the destinations: counted from this index alone, in the order of the places. */
export const placeTally: Migration = {
  number: 260,
  name: 'place-tally',
  sql: `
    CREATE INDEX backups_by_places ON backups (stored, taken_at, size_bytes);
    -- Almost none, as with those that wait.
    CREATE INDEX backups_given_up ON backups (number) WHERE instr(stored, '"state":"failed"') > 0;
    -- A purge takes the rehearsals of a backup along.
    CREATE INDEX plans_by_backup ON plans (backup_id);
  `,
};
