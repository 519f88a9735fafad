import type { Migration } from '../migrate.ts';

/** Everything that a rule weighs, in its order: the rows of one source lie on as many pages as it has backups. */
export const weighed: Migration = {
  number: 275,
  name: 'weighed',
  sql: `
    CREATE INDEX backups_weighed ON backups (source_id, taken_at, number, id, size_bytes, verdict, machine_id, stored);
  `,
};
