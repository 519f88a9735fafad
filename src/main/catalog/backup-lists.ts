/** Backups in their order: pages of them, the newest of each period, and whose bear a name. */
import type Database from 'better-sqlite3';
import type { BackupCard } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, Instant, SourceId } from '../../shared/id.ts';
import { cardColumns, toCard, type CardRow } from './backup-row.ts';

export interface ListOptions {
  sourceId?: SourceId | undefined;
  /** Those of all of these sources, in one order. */
  sourceIds?: readonly SourceId[] | undefined;
  /** At most so many, the newest; all where it is left out. */
  limit?: number | undefined;
  /** Only those that come after it in the list. */
  before?: BackupId | undefined;
  verdict?: BackupCard['verdict'] | undefined;
  kind?: BackupCard['kind'] | undefined;
}

/** Where a backup stands in lists. */
export interface BackupPlace {
  number: number;
  takenAt: Instant;
}

export interface BackupLists {
  /**
   * Newest first by `takenAt`; of the same moment, the one that came later first.
   * Fails with `backup.unknown` where `before` is none.
   */
  cards(options?: ListOptions): BackupCard[];
  /** The sources whose backups bear this name in lists, those that were removed or never known here included. */
  sourcesNamed(name: string): SourceId[];
  /** The newest of each period of each of these sources, or of all, newest first; a period is what `periodOf` calls it. */
  lastOfEach(periodOf: (takenAt: Instant) => string, sourceIds?: readonly SourceId[]): BackupPlace[];
  /** Undefined where there is no such backup. */
  placeOf(id: BackupId): BackupPlace | undefined;
  cardAt(place: BackupPlace): BackupCard | undefined;
}

const newestFirst = 'ORDER BY backups.taken_at DESC, backups.number DESC LIMIT ?';
const after = '(backups.taken_at, backups.number) < (?, ?)';

/** The statements that lists are made of; a test looks at how SQLite runs them. */
export const listSql = {
  all: `${cardColumns} WHERE ${after} ${newestFirst}`,
  ofSource: `${cardColumns} WHERE backups.source_id = ? AND ${after} ${newestFirst}`,
  ofVerdict: `${cardColumns} WHERE backups.verdict = ? AND ${after} ${newestFirst}`,
  ofSourceAndVerdict: `${cardColumns} WHERE backups.source_id = ? AND backups.verdict = ? AND ${after} ${newestFirst}`,
  ofKind: `${cardColumns} WHERE backups.kind = ? AND ${after} ${newestFirst}`,
  // The plus keeps SQLite with the order of the list: what else is asked is looked up in the same index, or in few rows.
  ofKindAndVerdict: `${cardColumns} WHERE backups.kind = ? AND +backups.verdict = ? AND ${after} ${newestFirst}`,
  ofSourceAndKind: `${cardColumns} WHERE backups.source_id = ? AND +backups.kind = ? AND ${after} ${newestFirst}`,
  ofSourceKindAndVerdict: `${cardColumns} WHERE backups.source_id = ? AND +backups.kind = ? AND backups.verdict = ?
    AND ${after} ${newestFirst}`,
  latest: `${cardColumns} WHERE backups.source_id = ? ORDER BY backups.number DESC LIMIT 1`,
  one: `${cardColumns} WHERE backups.id = ?`,
  numbered: `${cardColumns} WHERE backups.number = ?`,
  waiting: `${cardColumns} WHERE instr(backups.stored, '"state":"waiting"') > 0 ORDER BY backups.number`,
  refused: `${cardColumns} WHERE instr(backups.stored, '"state":"failed"') > 0 ORDER BY backups.number`,
};

export function listsOf(database: Database.Database): BackupLists {
  return { cards: lister(database), sourcesNamed: namer(database), ...viewer(database) };
}

/** Beyond every backup: the list begins with the newest. */
const fromTheNewest = [Number.MAX_SAFE_INTEGER, 0] as const;

function lister(database: Database.Database): BackupLists['cards'] {
  const prepare = (sql: string): Database.Statement<(string | number)[], CardRow> => database.prepare(sql);
  const all = prepare(listSql.all);
  const ofSource = prepare(listSql.ofSource);
  const ofVerdict = prepare(listSql.ofVerdict);
  const ofSourceAndVerdict = prepare(listSql.ofSourceAndVerdict);
  const place = database.prepare<[string], [number, number]>('SELECT taken_at, number FROM backups WHERE id = ?').raw();
  const ofKind = prepare(listSql.ofKind);
  const ofKindAndVerdict = prepare(listSql.ofKindAndVerdict);
  const ofSourceAndKind = prepare(listSql.ofSourceAndKind);
  const ofSourceKindAndVerdict = prepare(listSql.ofSourceKindAndVerdict);
  const rowsOf = (sourceId: SourceId | undefined, { kind, verdict }: ListOptions, rest: number[]): CardRow[] => {
    const asked = [sourceId, kind, verdict].filter((one) => one !== undefined);
    if (sourceId === undefined) {
      if (kind === undefined) return (verdict === undefined ? all : ofVerdict).all(...asked, ...rest);
      return (verdict === undefined ? ofKind : ofKindAndVerdict).all(...asked, ...rest);
    }
    if (kind === undefined) return (verdict === undefined ? ofSource : ofSourceAndVerdict).all(...asked, ...rest);
    return (verdict === undefined ? ofSourceAndKind : ofSourceKindAndVerdict).all(...asked, ...rest);
  };
  return ({ sourceId, sourceIds = [sourceId], limit = -1, before, verdict, kind } = {}) => {
    const from = before === undefined ? fromTheNewest : place.get(before);
    if (from === undefined) throw new Fail('backup.unknown', `There is no backup ${before}.`);
    const rows = sourceIds.flatMap((id) => rowsOf(id, { verdict, kind }, [...from, limit]));
    if (sourceIds.length === 1) return rows.map(toCard);
    const inOrder = rows.toSorted((a, b) => b.takenAt - a.takenAt || b.number - a.number);
    return inOrder.slice(0, limit === -1 ? undefined : limit).map(toCard);
  };
}

function namer(database: Database.Database): BackupLists['sourcesNamed'] {
  const known = database.prepare<[string], SourceId>('SELECT id FROM sources WHERE name = ? ORDER BY number').pluck();
  const written = database
    .prepare<[string], SourceId>('SELECT DISTINCT source_id FROM backups WHERE source_name = ?')
    .pluck();
  const isKnown = database.prepare<[string], number>('SELECT 1 FROM sources WHERE id = ?').pluck();
  return (name) => [
    ...known.all(name),
    // A backup that was found in a place, of a source that this machine never had.
    ...written.all(name).filter((id) => isKnown.get(id) === undefined),
  ];
}

function viewer(database: Database.Database): Pick<BackupLists, 'lastOfEach' | 'placeOf' | 'cardAt'> {
  type Moment = [SourceId, Instant, number];
  const order = 'ORDER BY source_id DESC, taken_at DESC, number DESC';
  const moments = 'SELECT source_id, taken_at, number FROM backups INDEXED BY backups_by_source_and_time';
  const all = database.prepare<[], Moment>(`${moments} ${order}`).raw();
  const ofSource = database.prepare<[string], Moment>(`${moments} WHERE source_id = ? ${order}`).raw();
  const place = database.prepare<[string], BackupPlace>('SELECT number, taken_at AS takenAt FROM backups WHERE id = ?');
  const numbered = database.prepare<[number], CardRow>(listSql.numbered);
  return {
    lastOfEach: (periodOf, sourceIds) => {
      const found: BackupPlace[] = [];
      let before: { sourceId: SourceId; period: string } | undefined;
      for (const [sourceId, takenAt, number] of sourceIds?.flatMap((id) => ofSource.all(id)) ?? all.all()) {
        const period = periodOf(takenAt);
        if (period === before?.period && sourceId === before.sourceId) continue;
        before = { sourceId, period };
        found.push({ number, takenAt });
      }
      return found.toSorted((a, b) => b.takenAt - a.takenAt || b.number - a.number);
    },
    placeOf: (id) => place.get(id),
    cardAt: ({ number }) => {
      const row = numbered.get(number);
      return row === undefined ? undefined : toCard(row);
    },
  };
}
