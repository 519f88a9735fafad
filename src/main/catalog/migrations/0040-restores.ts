import type { Migration } from '../migrate.ts';

/** Restores into the original's place. `state` is beside the document, so that what is still kept is found at once. */
export const restores: Migration = {
  number: 40,
  name: 'restores',
  sql: `
    CREATE TABLE restores (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body)),
      target TEXT NOT NULL CHECK (json_valid(target))
    ) STRICT;
  `,
};
