import type Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';
import type { SourceId } from '../../shared/id.ts';
import type { Source } from '../../shared/source.ts';
import type { Clock } from '../base/clock.ts';
import { fromJson, type Json } from './json.ts';

/** What somebody wants safe. A removed source is not listed any more; its row stays, so that its backups keep their name. */
export interface Sources {
  /** Also of one that was removed, which is listed again. Fails with `source.name-taken` while another source has that name. */
  add(source: Source): void;
  /** Everything but the id may change. Fails with `source.unknown` or `source.name-taken`. */
  replace(source: Source): void;
  /** Its name is free again. Removing what is not there does nothing. */
  remove(id: SourceId): void;
  byName(name: string): Source | undefined;
  byId(id: SourceId): Source | undefined;
  /** In the order of their names. */
  list(): Source[];
}

export function sourcesOf(database: Database.Database, clock: Clock): Sources {
  const insert = database.prepare(
    'INSERT INTO sources (id, name, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body, removed_at = NULL WHERE removed_at IS NOT NULL',
  );
  const update = database.prepare('UPDATE sources SET name = ?, body = ? WHERE id = ? AND removed_at IS NULL');
  const remove = database.prepare('UPDATE sources SET removed_at = ? WHERE id = ? AND removed_at IS NULL');
  const byName = bodies('SELECT body FROM sources WHERE name = ? AND removed_at IS NULL');
  const byId = bodies('SELECT body FROM sources WHERE id = ? AND removed_at IS NULL');
  const all = database
    .prepare<[], Json<Source>>('SELECT body FROM sources WHERE removed_at IS NULL ORDER BY name')
    .pluck();
  function bodies(sql: string): Database.Statement<[string], Json<Source>> {
    return database.prepare<[string], Json<Source>>(sql).pluck();
  }
  const one = (body: Json<Source> | undefined): Source | undefined => (body === undefined ? undefined : fromJson(body));
  const refuseTaken = (source: Source): void => {
    const other = one(byName.get(source.name));
    if (other !== undefined && other.id !== source.id) {
      throw new Fail('source.name-taken', `There is a source named ${source.name} already.`);
    }
  };
  return {
    add: database.transaction((source: Source): void => {
      refuseTaken(source);
      insert.run(source.id, source.name, JSON.stringify(source));
    }),
    replace: database.transaction((source: Source): void => {
      refuseTaken(source);
      const { changes } = update.run(source.name, JSON.stringify(source), source.id);
      if (changes === 0) throw new Fail('source.unknown', `There is no source ${source.name}.`);
    }),
    remove: (id) => void remove.run(clock.now(), id),
    byName: (name) => one(byName.get(name)),
    byId: (id) => one(byId.get(id)),
    list: () => all.all().map(fromJson),
  };
}
