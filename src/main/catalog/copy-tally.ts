/** Where backups lie, from the few rows that are counted as they come and go. */
import type Database from 'better-sqlite3';
import type { StoredState } from '../../shared/artifact.ts';
import type { DestinationId, SourceId } from '../../shared/id.ts';
import { fromJson, type Json } from './json.ts';

/** Backups that lie in the same places in the same states. */
export interface CopyGroup {
  text: Json<StoredState[]>;
  stored: StoredState[];
  backups: number;
  sizeBytes: number;
}

type Row = Omit<CopyGroup, 'stored'>;

/** The statements; a test looks at how SQLite runs them. */
export const copyTallySql = {
  ofSource: 'SELECT stored AS text, backups, size_bytes AS sizeBytes FROM copy_tally WHERE source_id = ?',
  all: 'SELECT stored AS text, backups, size_bytes AS sizeBytes FROM copy_tally',
};

/** Of one source, or of all of them. */
export function copyGroups(database: Database.Database): (sourceId?: SourceId) => CopyGroup[] {
  const ofSource = database.prepare<[string], Row>(copyTallySql.ofSource);
  const all = database.prepare<[], Row>(copyTallySql.all);
  return (sourceId) => joined(sourceId === undefined ? all.all() : ofSource.all(sourceId));
}

function joined(rows: readonly Row[]): CopyGroup[] {
  const groups = new Map<string, CopyGroup>();
  for (const row of rows) {
    const known = groups.get(row.text);
    if (known === undefined) groups.set(row.text, { ...row, stored: fromJson(row.text) });
    else {
      known.backups += row.backups;
      known.sizeBytes += row.sizeBytes;
    }
  }
  return [...groups.values()];
}

export const isIn = (
  { stored }: Pick<CopyGroup, 'stored'>,
  place: DestinationId,
  states: readonly StoredState['state'][],
): boolean => stored.some(({ destination, state }) => destination === place && states.includes(state));

/** For `stored IN (SELECT value FROM json_each(?))`: the groups that lie in a place in one of these states. */
export const textsIn = (
  groups: readonly CopyGroup[],
  place: DestinationId,
  states: readonly StoredState['state'][],
): string => JSON.stringify(groups.filter((group) => isIn(group, place, states)).map(({ text }) => text));
