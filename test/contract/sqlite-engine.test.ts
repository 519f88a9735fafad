import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { sqliteEngine } from '../../src/main/engine/sqlite/index.ts';
import type { Place } from '../../src/main/engine/engine.ts';
import { tempFolder } from '../helpers/temp.ts';
import { engineSuite } from './engine.suite.ts';

describe.each(['wal', 'delete'])('journal mode %s', (journalMode) => {
  engineSuite('SQLite', async () => {
    const folder = tempFolder('contract-sqlite');
    let made = 0;
    const next = (): string => join(folder, `db-${(made += 1)}.sqlite`);
    const placeOf = (file: string): Place => ({ settings: { kind: 'sqlite', file }, secrets: {} });
    const run = async (place: Place, sql: string): Promise<void> => {
      const db = new Database(place.settings.kind === 'sqlite' ? place.settings.file : '');
      db.exec(sql);
      db.close();
    };
    const fileOf = (target: { kind: string; file?: string }): string => target.file ?? '';
    return {
      engine: sqliteEngine({ clock: systemClock }),
      newSource: async () => {
        const place = placeOf(next());
        await run(place, `PRAGMA journal_mode = ${journalMode}; CREATE TABLE first (id integer); DROP TABLE first;`);
        return place;
      },
      run,
      newTarget: async () => ({ target: { kind: 'file', file: next() }, secrets: {} }),
      occupy: async (target) => writeFileSync(fileOf(target), ''),
      isThere: async (target) => existsSync(fileOf(target)),
      nowhere: placeOf(join(folder, 'nothing-here')),
      nameOf: (table) => table,
      scopeNameOf: (table) => table,
      close: async () => {},
    };
  });
});
