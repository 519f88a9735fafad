import type Database from 'better-sqlite3';
import type { StoredState } from '../../shared/artifact.ts';
import {
  addressOf,
  type DestinationCard,
  type DestinationSettings,
  type PlaceTally,
} from '../../shared/destination.ts';
import type { DestinationId, Instant } from '../../shared/id.ts';
import { Fail } from '../../shared/failure.ts';
import { copyGroups, type CopyGroup } from './copy-tally.ts';
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
  /** Of every place that a backup speaks of. */
  tally(recentSince: Instant): CopyTally[];
}

/** What the tally of a group does not count: its newest, and those that are recent. */
export const placesTallySql = `
  SELECT (SELECT max(taken_at) FROM backups WHERE stored = @stored) AS newestAt, count(*) AS recent,
    coalesce(sum(size_bytes), 0) AS recentBytes, min(taken_at) AS firstRecentAt
  FROM backups INDEXED BY backups_by_places WHERE stored = @stored AND taken_at > @since`;

interface Recent {
  newestAt: Instant;
  recent: number;
  recentBytes: number;
  firstRecentAt: Instant | null;
}

type Group = Recent & CopyGroup;

function tallyOf(groups: readonly Group[]): CopyTally[] {
  const tallies = new Map<DestinationId, CopyTally>();
  for (const group of groups) {
    for (const { destination, state } of group.stored) {
      const before = tallies.get(destination) ?? { ...nothingThere, destination };
      tallies.set(destination, counted(before, group, state));
    }
  }
  return [...tallies.values()];
}

const nothingThere: Omit<CopyTally, 'destination'> = {
  stored: 0,
  waiting: 0,
  failed: 0,
  damaged: 0,
  newestAt: null,
  sizeBytes: 0,
  recent: 0,
  recentBytes: 0,
  firstRecentAt: null,
};

function counted(before: CopyTally, group: Group, state: StoredState['state']): CopyTally {
  const after = { ...before, [state]: before[state] + group.backups };
  if (state === 'stored') after.newestAt = Math.max(before.newestAt ?? group.newestAt, group.newestAt);
  // What waits, or was given up, takes no room there.
  if (state !== 'stored' && state !== 'damaged') return after;
  const first = [before.firstRecentAt, group.firstRecentAt].filter((at) => at !== null);
  return {
    ...after,
    sizeBytes: before.sizeBytes + group.sizeBytes,
    recent: before.recent + group.recent,
    recentBytes: before.recentBytes + group.recentBytes,
    firstRecentAt: first.length === 0 ? null : Math.min(...first),
  };
}

export function destinationsOf(database: Database.Database): Destinations {
  const insert = database.prepare('INSERT INTO destinations (id, kind, path, body) VALUES (?, ?, ?, ?)');
  const byId = database.prepare<[string], Json<DestinationCard>>('SELECT body FROM destinations WHERE id = ?').pluck();
  const byAddress = database
    .prepare<[string, string], Json<DestinationCard>>('SELECT body FROM destinations WHERE kind = ? AND path = ?')
    .pluck();
  const change = database.prepare<[string, string, string]>('UPDATE destinations SET path = ?, body = ? WHERE id = ?');
  const forget = database.prepare<[string]>('DELETE FROM destinations WHERE id = ?');
  const all = database.prepare<[], Json<DestinationCard>>('SELECT body FROM destinations ORDER BY number').pluck();
  const groups = copyGroups(database);
  const recent = database.prepare<[{ stored: string; since: Instant }], Recent>(placesTallySql);
  const withRecent = (group: CopyGroup, since: Instant): Group => ({
    ...group,
    ...(recent.get({ stored: group.text, since }) as Recent),
  });
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
    tally: (since) => tallyOf(groups().map((group) => withRecent(group, since))),
  };
}
