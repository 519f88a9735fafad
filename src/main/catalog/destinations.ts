import type Database from 'better-sqlite3';
import type { DestinationCard } from '../../shared/destination.ts';
import type { DestinationId } from '../../shared/id.ts';
import { Fail } from '../../shared/failure.ts';
import { fromJson, type Json } from './json.ts';

/** Where backups go. */
export interface Destinations {
  /** Fails with `destination.exists` where the same folder is known already. */
  add(destination: DestinationCard): void;
  byId(id: DestinationId): DestinationCard | undefined;
  /** By the folder's absolute path, exactly as it was added. */
  byFolder(path: string): DestinationCard | undefined;
  /** In the order in which they were added. */
  list(): DestinationCard[];
}

export function destinationsOf(database: Database.Database): Destinations {
  const insert = database.prepare('INSERT INTO destinations (id, kind, path, body) VALUES (?, ?, ?, ?)');
  const byId = database.prepare<[string], Json<DestinationCard>>('SELECT body FROM destinations WHERE id = ?').pluck();
  const byFolder = database
    .prepare<[string], Json<DestinationCard>>("SELECT body FROM destinations WHERE kind = 'folder' AND path = ?")
    .pluck();
  const all = database.prepare<[], Json<DestinationCard>>('SELECT body FROM destinations ORDER BY number').pluck();
  const one = (body: Json<DestinationCard> | undefined): DestinationCard | undefined =>
    body === undefined ? undefined : fromJson(body);
  return {
    add: database.transaction((destination: DestinationCard): void => {
      const { kind, path } = destination.settings;
      if (byFolder.get(path) !== undefined)
        throw new Fail('destination.exists', `${path} is known as a destination already.`);
      insert.run(destination.id, kind, path, JSON.stringify(destination));
    }),
    byId: (id) => one(byId.get(id)),
    byFolder: (path) => one(byFolder.get(path)),
    list: () => all.all().map(fromJson),
  };
}
