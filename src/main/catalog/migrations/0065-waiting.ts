import type { Migration } from '../migrate.ts';

/** Looked at every 20 seconds, whatever there is besides. */
export const waiting: Migration = {
  number: 65,
  name: 'waiting',
  sql: `
    CREATE INDEX backups_waiting ON backups (number) WHERE instr(stored, '"state":"waiting"') > 0;
  `,
};
