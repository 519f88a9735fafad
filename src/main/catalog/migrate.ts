import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';

/** One step of the schema. Numbers go up by fives; a step that was released is never changed. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/**
 * Takes the schema from the file's `user_version` to the newest step, each step in a transaction of its own: after a
 * crash the file stands at a whole step. A file that already holds data is copied aside (`<file>.before-<number>`)
 * before the first step.
 * Fails with `catalog.newer` where the file knows a step that we do not, `catalog.corrupt` where it claims one that never was.
 */
export function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  const current = database.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)?.number ?? 0;
  if (current > newest) {
    throw new Fail(
      'catalog.newer',
      `The catalog ${database.name} has schema ${current}; this Holdfast knows up to ${newest}.`,
    );
  }
  if (current !== 0 && !migrations.some((migration) => migration.number === current)) {
    throw new Fail('catalog.corrupt', `The catalog ${database.name} claims schema ${current}, which never existed.`);
  }
  const due = migrations.filter((migration) => migration.number > current);
  if (due.length > 0 && current !== 0 && !database.memory) copyAside(database, current);
  for (const migration of due) {
    database.transaction(() => {
      database.exec(migration.sql);
      database.pragma(`user_version = ${migration.number}`);
    })();
  }
}

function copyAside(database: Database.Database, current: number): void {
  const copy = `${database.name}.before-${current}`;
  rmSync(copy, { force: true });
  // SQLite writes into an empty file that is there already, so the copy is private from its first byte.
  const descriptor = openSync(copy, 'wx', 0o600);
  try {
    database.prepare('VACUUM INTO ?').run(copy);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
