import { type ReactNode, useMemo, useState } from 'react';
import { type TableDiff } from '../../shared/diff.ts';
import { Banner } from '../ui/Banner.tsx';
import { classNames } from '../ui/class-names.ts';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { Table, type TableColumn, type TableSort } from '../ui/Table.tsx';
import { diff as words, type OtherSide } from '../words/diff.ts';
import { count } from '../words/number.ts';
import css from './Diff.module.css';
import {
  diffRows,
  differs,
  plainPrefix,
  losesRows,
  others,
  signOf,
  signs,
  summarize,
  type DiffColumn,
  type DiffFilter,
} from './view.ts';

/** From here on only the rows that are seen are drawn. */
const manyRows = 200;

type Line = { kind: 'table'; table: TableDiff } | { kind: 'others'; tables: number; rows: number };
const lineId = (line: Line): string => (line.kind === 'table' ? line.table.name : ' others');

/** Tables of two sides, what differs first, under a sentence that says the finding. */
export function DiffTable({
  tables,
  other,
  moment,
  actions,
}: {
  tables: readonly TableDiff[];
  other: OtherSide;
  /** When the backup was made, inside a sentence. */
  moment: string;
  /** Beside the filter. */
  actions?: ReactNode;
}) {
  const summary = useMemo(() => summarize(tables), [tables]);
  const differing = tables.filter(differs).length;
  const [filter, setFilter] = useState<DiffFilter>(differing === 0 ? 'all' : 'differ');
  const [sort, setSort] = useState<TableSort>({ column: 'change', direction: 'ascending' });
  const lines = useMemo(() => {
    const rows = diffRows(tables, filter, {
      column: sort.column as DiffColumn,
      descending: sort.direction === 'descending',
    }).map((table): Line => ({ kind: 'table', table }));
    const rest = others(tables);
    return filter === 'differ' && rest.tables > 0 && rows.length > 0
      ? [...rows, { kind: 'others' as const, ...rest }]
      : rows;
  }, [tables, filter, sort]);
  const virtual = lines.length > manyRows;
  return (
    <>
      <div className={css.head}>
        <SegmentedControl
          label={words.filter}
          value={filter}
          onChange={setFilter}
          segments={[
            { value: 'differ', title: words.filters.differ, number: count(differing) },
            { value: 'same', title: words.filters.same, number: count(tables.length - differing) },
            { value: 'all', title: words.filters.all, number: count(tables.length) },
          ]}
        />
        <span className={css.actions}>{actions}</span>
      </div>
      <div className={classNames(virtual && css.tall)}>
        <Table
          label={words.tables}
          columns={columnsOf(other, plainPrefix(tables))}
          rows={lines}
          rowId={lineId}
          rowText={(line) => (line.kind === 'table' ? line.table.name : words.others(line.tables))}
          sort={sort}
          onSort={setSort}
          virtual={virtual}
          rowHeight={30}
          hang={!virtual}
          empty={words.noneMatch[filter]}
        />
      </div>
      <div className={css.finding} aria-live="polite">
        {losesRows(summary) ? (
          <Banner tone="attention" title={words.summary(summary, moment)} />
        ) : (
          <p className="two">{words.summary(summary, moment)}</p>
        )}
      </div>
    </>
  );
}

function columnsOf(other: OtherSide, prefix: string): TableColumn<Line>[] {
  const rows = (value: number | null) =>
    value === null ? <span className="three">{words.absent}</span> : count(value);
  return [
    {
      id: 'table',
      title: words.columns.table,
      sortable: true,
      rowHeader: true,
      cell: (line) =>
        line.kind === 'table' ? (
          <span className={classNames('mono', css.name)} title={line.table.name}>
            {line.table.name.slice(prefix.length)}
          </span>
        ) : (
          <span className="three">{words.others(line.tables)}</span>
        ),
    },
    {
      id: 'before',
      title: words.columns.before,
      from: 560,
      sortable: true,
      align: 'end',
      width: 92,
      cell: (line) =>
        line.kind === 'table' ? rows(line.table.before) : <span className="three">{count(line.rows)}</span>,
    },
    {
      id: 'after',
      title: other.column,
      sortable: true,
      align: 'end',
      width: 92,
      cell: (line) =>
        line.kind === 'table' ? rows(line.table.after) : <span className="three">{count(line.rows)}</span>,
    },
    {
      id: 'change',
      title: words.columns.change,
      sortable: true,
      width: 158,
      cell: (line) => <Change line={line} other={other} />,
    },
  ];
}

function Change({ line, other }: { line: Line; other: OtherSide }) {
  const sign = line.kind === 'others' ? 'same' : signOf(line.table);
  const tone =
    sign === 'missing' || sign === 'fewer'
      ? 'danger'
      : sign === 'changed'
        ? 'attention'
        : sign === 'same'
          ? 'three'
          : 'two';
  return (
    <span className={classNames(tone, css.change)}>
      <i aria-hidden="true">{signs[sign]}</i>
      {line.kind === 'others' ? words.same : words.change(line.table, other)}
    </span>
  );
}
