import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { listSql } from '../../../src/main/catalog/backup-lists.ts';
import { backupsOf } from '../../../src/main/catalog/backups.ts';
import { copyTallySql } from '../../../src/main/catalog/copy-tally.ts';
import { destinationsOf, placesTallySql } from '../../../src/main/catalog/destinations.ts';
import { historyOf, historySql } from '../../../src/main/catalog/history.ts';
import { jobListSql } from '../../../src/main/catalog/job-list.ts';
import { jobsOf } from '../../../src/main/catalog/jobs.ts';
import { metaOf } from '../../../src/main/catalog/meta.ts';
import { migrate } from '../../../src/main/catalog/migrate.ts';
import { migrations } from '../../../src/main/catalog/migrations/all.ts';
import { plansOf } from '../../../src/main/catalog/plans.ts';
import { proofsOf } from '../../../src/main/catalog/proofs.ts';
import { readSql } from '../../../src/main/catalog/readings.ts';
import { sealSql } from '../../../src/main/catalog/seal-tally.ts';
import { sourcesOf } from '../../../src/main/catalog/sources.ts';
import { timingsOf } from '../../../src/main/catalog/timings.ts';
import { weighedSql } from '../../../src/main/catalog/weighed.ts';
import { stillClock } from './samples.ts';

const oneLine = (sql: string): string => sql.replaceAll(/\s+/g, ' ').trim();

/** A catalog's database that writes down every statement that is prepared on it. */
function listening(): { database: Database.Database; statements: string[] } {
  const database = new Database(':memory:');
  migrate(database, migrations);
  const statements: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql: string) => {
    statements.push(oneLine(sql));
    return prepare(sql);
  };
  return { database, statements };
}

/** How SQLite would run a statement, step by step. Time is measured in `bench/`; here only that nothing walks or sorts a table. */
function planOf(sql: string): string[] {
  const database = new Database(':memory:');
  migrate(database, migrations);
  const parameters = sql.includes('@')
    ? [Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]))]
    : Array.from({ length: sql.split('?').length - 1 }, () => 1);
  const steps = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  database.close();
  return steps.map(({ detail }) => detail);
}

/** Whether a backup is sealed anew from one that is still there: almost none are. */
const sealedAnew = [
  'SEARCH reseals USING INDEX sqlite_autoindex_reseals_2 (backup_id=?) LEFT-JOIN',
  'CORRELATED SCALAR SUBQUERY 1',
  'SEARCH earlier USING COVERING INDEX sqlite_autoindex_backups_1 (id=?)',
];

describe('the catalog stays fast with 100 000 backups', () => {
  test.each([
    ['the list of all', listSql.all, 'SEARCH backups USING INDEX backups_by_time (taken_at<?)'],
    [
      'the list of a source',
      listSql.ofSource,
      'SEARCH backups USING INDEX backups_by_source_and_time (source_id=? AND taken_at<?)',
    ],
    [
      'the list of a verdict',
      listSql.ofVerdict,
      'SEARCH backups USING INDEX backups_by_verdict (verdict=? AND taken_at<?)',
    ],
    [
      'the list of a source and a verdict',
      listSql.ofSourceAndVerdict,
      'SEARCH backups USING INDEX backups_by_source_and_verdict (source_id=? AND verdict=? AND taken_at<?)',
    ],
    ['the latest of a source', listSql.latest, 'SEARCH backups USING INDEX backups_by_source (source_id=?)'],
    ['the list of a kind', listSql.ofKind, 'SEARCH backups USING INDEX backups_by_kind (kind=? AND taken_at<?)'],
    [
      'the list of a kind and a verdict',
      listSql.ofKindAndVerdict,
      'SEARCH backups USING INDEX backups_by_kind (kind=? AND taken_at<?)',
    ],
    [
      'the list of a source and a kind',
      listSql.ofSourceAndKind,
      'SEARCH backups USING INDEX backups_by_source_and_time (source_id=? AND taken_at<?)',
    ],
    [
      'the list of a source, a kind and a verdict',
      listSql.ofSourceKindAndVerdict,
      'SEARCH backups USING INDEX backups_by_source_and_verdict (source_id=? AND verdict=? AND taken_at<?)',
    ],
    ['one backup by its number', listSql.numbered, 'SEARCH backups USING INTEGER PRIMARY KEY (rowid=?)'],
    ['one backup', listSql.one, 'SEARCH backups USING INDEX sqlite_autoindex_backups_1 (id=?)'],
  ])('%s comes from an index, in its order', (_name, sql, first) => {
    const steps = planOf(sql);
    expect(steps[0]).toBe(first);
    expect(steps.slice(1)).toEqual([
      expect.stringMatching(/^SEARCH sources USING INDEX \S+ \(id=\?\) LEFT-JOIN$/),
      'SEARCH pins USING PRIMARY KEY (backup_id=?) LEFT-JOIN',
      ...sealedAnew,
    ]);
  });

  test.each([
    ['all', jobListSql.all, 'SEARCH jobs USING INTEGER PRIMARY KEY (rowid<?)'],
    ['of a state', jobListSql.ofState, 'SEARCH jobs USING COVERING INDEX jobs_by_state (state=? AND number<?)'],
    ['of a kind', jobListSql.ofKind, 'SEARCH jobs USING COVERING INDEX jobs_by_kind (kind=? AND state=? AND number<?)'],
    [
      'of a source',
      jobListSql.ofSource,
      'SEARCH jobs USING COVERING INDEX jobs_by_source (source_id=? AND kind=? AND state=? AND number<?)',
    ],
    ['of a backup', jobListSql.ofBackup, 'SEARCH jobs USING INDEX jobs_by_backup (backup_id=? AND number<?)'],
  ])('the list of jobs %s comes from an index, in its order', (_name, sql, step) => {
    expect(planOf(sql)).toEqual([step]);
  });

  test('a stretch of time, a tally and a chart each come from indexes alone', () => {
    expect(planOf(historySql.tally)).toEqual(['SCAN backups USING COVERING INDEX backups_by_verdict']);
    expect(planOf(historySql.tallyOf)).toEqual([
      'SEARCH backups USING COVERING INDEX backups_by_source_and_verdict (source_id=?)',
    ]);
    expect(planOf(placesTallySql)).toEqual([
      'SEARCH backups USING COVERING INDEX backups_by_places (stored=? AND taken_at>?)',
      'SCALAR SUBQUERY 1',
      'SEARCH backups USING COVERING INDEX backups_by_places (stored=?)',
    ]);
    for (const sql of [weighedSql.some, weighedSql.same])
      expect(planOf(sql)).toEqual(['SEARCH backups USING COVERING INDEX backups_weighed (source_id=?)']);
    expect(planOf(copyTallySql.ofSource)).toEqual(['SEARCH copy_tally USING PRIMARY KEY (source_id=?)']);
    expect(planOf(sealSql.oldest)[0]).toBe('SEARCH backups USING INDEX backups_sealed_for (recipients=?)');
    expect(planOf(readSql).slice(0, 2)).toEqual([
      'SEARCH readings USING COVERING INDEX readings_read (destination_id=? AND read_at>?)',
      'SEARCH backups USING COVERING INDEX backups_lying (id=? AND stored=?)',
    ]);
    expect(planOf(historySql.trend)).toEqual([
      'SEARCH backups USING INDEX backups_by_source_and_time (source_id=?)',
      'CORRELATED SCALAR SUBQUERY 1',
      'SEARCH reseals USING INDEX sqlite_autoindex_reseals_2 (backup_id=?)',
      'SEARCH earlier USING COVERING INDEX sqlite_autoindex_backups_1 (id=?)',
    ]);
    // What is being sealed anew: few, and none for long.
    expect(planOf(historySql.twice)[0]).toMatch(/^SCAN reseals/);
    expect(planOf(historySql.heldBefore)).toEqual([
      'SEARCH backups USING INDEX backups_held (source_id=? AND taken_at<?)',
    ]);
    expect(planOf(historySql.provenUntil)).toEqual([
      'SEARCH backups USING INDEX backups_by_source_and_verdict (source_id=? AND verdict=?)',
    ]);
    const stepsOf = (sql: string): string[] =>
      planOf(sql).filter((step) => !step.includes('SUBQUERY') && step !== 'SCAN CONSTANT ROW');
    const byVerdict =
      'SEARCH backups USING COVERING INDEX backups_by_source_and_verdict (source_id=? AND verdict=? AND taken_at>? AND taken_at<?)';
    expect(stepsOf(historySql.heldIn)).toEqual([
      'SEARCH backups USING INDEX backups_held (source_id=? AND taken_at>? AND taken_at<?)',
    ]);
    expect(stepsOf(historySql.provenIn)).toEqual([byVerdict]);
    expect(stepsOf(historySql.failedIn)).toEqual([
      byVerdict,
      'SEARCH jobs USING COVERING INDEX jobs_failed (source_id=? AND kind=? AND ended_at>? AND ended_at<?)',
      'SEARCH jobs USING COVERING INDEX jobs_failed (source_id=? AND kind=? AND ended_at>? AND ended_at<?)',
      'SEARCH proofs USING COVERING INDEX proofs_failed (source_id=? AND ended_at>? AND ended_at<?)',
    ]);
  });

  test('no statement of any room walks through a table or sorts one, but for those that say why', () => {
    const { database, statements } = listening();
    for (const of of [backupsOf, destinationsOf, historyOf, jobsOf, metaOf, plansOf, proofsOf, timingsOf]) of(database);
    sourcesOf(database, stillClock());
    database.close();
    expect(statements.length).toBeGreaterThan(40);
    const slow = statements.filter((sql) =>
      planOf(sql).some(
        (step) =>
          (step.startsWith('SCAN') && !step.includes('USING') && step !== 'SCAN CONSTANT ROW') ||
          step.includes('TEMP B-TREE'),
      ),
    );
    expect([...new Set(slow)].toSorted()).toEqual([
      // The whole list on purpose, in a read that is followed by reading every manifest.
      'DELETE FROM backups',
      // What a person pinned: a few.
      'SELECT backup_id, body FROM pins ORDER BY backup_id',
      // What is scanned is the list that was asked with; it ends at its limit.
      oneLine(sealSql.oldest),
      // A person has a handful of destinations, and wants them all.
      'SELECT body FROM destinations ORDER BY number',
      // What a place should hold, asked before it is listed: the place takes longer. From an index, in the order of the ids.
      "SELECT group_concat(id, ' ') FROM (SELECT id FROM backups INDEXED BY backups_lying WHERE stored IN (SELECT value FROM json_each(?)) ORDER BY id)",
      // The same, where the place has them all.
      "SELECT group_concat(id, ' ') FROM (SELECT id FROM backups ORDER BY id)",
      // A few rows stand for every backup.
      sealSql.groups,
      copyTallySql.all,
    ]);
  });
});
