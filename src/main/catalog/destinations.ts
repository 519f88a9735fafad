import type Database from 'better-sqlite3';
import {
  addressOf,
  type DestinationCard,
  type DestinationSettings,
  type PlaceTally,
} from '../../shared/destination.ts';
import type { DestinationId, Instant } from '../../shared/id.ts';
import { Fail } from '../../shared/failure.ts';
import { fromJson, type Json } from './json.ts';

/** Copies of one place, counted; `recent` are those of backups that were taken after the moment that was asked for. */
export interface CopyTally extends Pick<PlaceTally, 'stored' | 'waiting' | 'failed' | 'damaged' | 'newestAt'> {
  destination: DestinationId;
  sizeBytes: number;
  recent: number;
  recentBytes: number;
  firstRecentAt: Instant | null;
}

/** Where backups go. */
export interface Destinations {
  /** Fails with `destination.exists` where the same place is known already. */
  add(destination: DestinationCard): void;
  byId(id: DestinationId): DestinationCard | undefined;
  /** By the folder's absolute path, exactly as it was added. */
  byFolder(path: string): DestinationCard | undefined;
  byAddress(kind: DestinationSettings['kind'], address: string): DestinationCard | undefined;
  /** The first of this name; folders may share one, so it only tells whether the name is free. */
  byName(name: string): DestinationCard | undefined;
  forget(id: DestinationId): void;
  /** Replaces what is known of a place, and where it is. */
  change(destination: DestinationCard): void;
  /** In the order in which they were added. */
  list(): DestinationCard[];
  /** Of every place that a backup speaks of. It reads every backup: not for what is asked all the time. */
  tally(recentSince: Instant): CopyTally[];
}

const tallySql = `
  SELECT destination, count(*) FILTER (WHERE state = 'stored') AS stored,
    count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'damaged') AS damaged,
    max(CASE WHEN state = 'stored' THEN taken_at END) AS newestAt,
    coalesce(sum(size_bytes) FILTER (WHERE state IN ('stored', 'damaged')), 0) AS sizeBytes,
    count(*) FILTER (WHERE recent) AS recent, coalesce(sum(size_bytes) FILTER (WHERE recent), 0) AS recentBytes,
    min(CASE WHEN recent THEN taken_at END) AS firstRecentAt
  FROM (
    SELECT place.value ->> 'destination' AS destination, place.value ->> 'state' AS state, taken_at, size_bytes,
      taken_at > @since AND place.value ->> 'state' IN ('stored', 'damaged') AS recent
    FROM backups, json_each(backups.stored) AS place
  ) GROUP BY destination`;

export function destinationsOf(database: Database.Database): Destinations {
  const insert = database.prepare('INSERT INTO destinations (id, kind, path, body) VALUES (?, ?, ?, ?)');
  const byId = database.prepare<[string], Json<DestinationCard>>('SELECT body FROM destinations WHERE id = ?').pluck();
  const byAddress = database
    .prepare<[string, string], Json<DestinationCard>>('SELECT body FROM destinations WHERE kind = ? AND path = ?')
    .pluck();
  const change = database.prepare<[string, string, string]>('UPDATE destinations SET path = ?, body = ? WHERE id = ?');
  const forget = database.prepare<[string]>('DELETE FROM destinations WHERE id = ?');
  const all = database.prepare<[], Json<DestinationCard>>('SELECT body FROM destinations ORDER BY number').pluck();
  const tally = database.prepare<[{ since: Instant }], CopyTally>(tallySql);
  const one = (body: Json<DestinationCard> | undefined): DestinationCard | undefined =>
    body === undefined ? undefined : fromJson(body);
  return {
    add: database.transaction((destination: DestinationCard): void => {
      const { kind } = destination.settings;
      const address = addressOf(destination.settings);
      if (byAddress.get(kind, address) !== undefined)
        throw new Fail('destination.exists', `${address} is known as a destination already.`);
      insert.run(destination.id, kind, address, JSON.stringify(destination));
    }),
    byId: (id) => one(byId.get(id)),
    byFolder: (path) => one(byAddress.get('folder', path)),
    byAddress: (kind, address) => one(byAddress.get(kind, address)),
    byName: (name) =>
      all
        .all()
        .map(fromJson)
        .find((card) => card.name === name),
    forget: (id) => void forget.run(id),
    change: (destination) =>
      void change.run(addressOf(destination.settings), JSON.stringify(destination), destination.id),
    list: () => all.all().map(fromJson),
    tally: (since) => tally.all({ since }),
  };
}
