/** What a comparison of counts says. */
import type { TableDiff } from '../../shared/diff.ts';
import type { DiffSummary } from '../diff/view.ts';
import { count, counted, listed } from './number.ts';

/** What the other side is called: in a column, and inside a sentence. */
export interface OtherSide {
  column: string;
  word: string;
}

export const diff = {
  againstLive: 'Against the live database',
  againstBackup: (moment: string) => `Against ${moment}`,
  counted: (moment: string) => `counted ${moment}`,
  live: { column: 'Live', word: 'live' } satisfies OtherSide,
  other: { column: 'Other', word: 'there' } satisfies OtherSide,
  columns: { table: 'Table', before: 'In backup', change: 'Difference' },
  filter: 'Show tables',
  filters: { differ: 'Differ', same: 'Same', all: 'All' },
  tables: 'Tables and their rows',
  idle: 'Not counted yet. A count reads every table once and changes nothing.',
  idleBackup: 'Both manifests hold their counts; nothing is read from the database.',
  count: 'Compare with live',
  compare: 'Compare',
  again: 'Count again',
  compareWith: 'Compare with…',
  backToLive: 'Compare with live',
  running: 'Counting',
  rowsSoFar: (rows: string) => `${rows} rows`,
  queued: 'Waits for its turn.',
  stop: 'Stop',
  stopped: 'The count was stopped. Nothing was changed.',
  failed: 'The tables could not be counted.',
  sealed: 'The counts of this backup are sealed and cannot be read here.',
  noLive: 'The source was removed, so there is nothing live to compare with.',
  pickTitle: 'Compare with another backup',
  pickHint: 'The tables of both are laid side by side. Nothing is read from the database.',
  noneMatch: { differ: 'No table differs.', same: 'No table is the same.', all: 'There are no tables.' },
  noOther: 'There is no other backup of this source yet.',
  ofOtherSide: (column: string) => `Rows ${column.toLowerCase()}`,

  /** The finding, in a sentence that is computed from the table. `moment` is the backup's: "14:00 today". */
  summary(summary: DiffSummary, moment: string): string {
    const { missing, fewer, more, added, changed, same, uncompared } = summary;
    if (missing + fewer + more + added + changed === 0) {
      return uncompared === 0
        ? `Nothing differs: ${counted(same, 'table', 'tables')}, equal to ${moment}.`
        : `Every count is as in ${moment}. The content of ${counted(uncompared, 'table', 'tables')} was not compared.`;
    }
    const clauses: [number, string, string][] = [
      [missing, 'is missing', 'are missing'],
      [fewer, 'has fewer rows', 'have fewer rows'],
      [changed, 'has as many rows but other content', 'have as many rows but other content'],
      [more, 'has more rows', 'have more rows'],
      [added, 'is new', 'are new'],
    ];
    const said = clauses
      .filter(([number]) => number > 0)
      .map(([number, one, many], index) => {
        const subject = index === 0 ? counted(number, 'table', 'tables') : count(number);
        return `${subject} ${number === 1 ? one : many}`;
      });
    return `Compared with ${moment}: ${listed(said)}.`;
  },
  /** "285 fewer live". */
  change(one: TableDiff, other: OtherSide): string {
    const by = Math.abs((one.after ?? 0) - (one.before ?? 0));
    switch (one.change) {
      case 'missing':
        return `missing ${other.word}`;
      case 'new':
        return `new ${other.word}`;
      case 'fewer':
        return `${count(by)} fewer ${other.word}`;
      case 'more':
        return `${count(by)} more ${other.word}`;
      case 'same':
        return one.contentEqual === false ? 'other content' : one.contentEqual === null ? 'same count' : 'same';
    }
  },
  others: (number: number) => counted(number, 'other', 'others'),
  same: 'same',
  absent: '–',
};
