import { type ReactNode } from 'react';
import {
  Cell,
  Checkbox,
  Column,
  type Selection,
  Row as AriaRow,
  Table as AriaTable,
  TableBody,
  TableHeader,
  TableLayout,
  Virtualizer,
} from 'react-aria-components';
import { common } from '../words/common.ts';
import choiceCss from './Choice.module.css';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import css from './Table.module.css';
import { useWindowWidth, type WidthStep } from './use-window-width.ts';

export interface TableColumn<Row> {
  id: string;
  title: string;
  /** Where the content says what it is; the title is still read aloud. */
  hideTitle?: boolean;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  align?: 'start' | 'end';
  /** In px; columns without share what is left. */
  width?: number;
  sortable?: boolean;
  /** What names the row for a screen reader; the first column where none says so. */
  rowHeader?: boolean;
  /** How many columns its cell covers in this row, itself among them; those after it are left out. */
  span?: (row: Row) => number;
  /** Shown only in windows at least this wide. */
  from?: WidthStep;
}

export interface TableSort {
  column: string;
  direction: 'ascending' | 'descending';
}

export interface TableProps<Row> {
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** What typing finds, and what the row is called. */
  rowText: (row: Row) => string;
  /** The screen sorts; the table only shows by what and asks. */
  sort?: TableSort;
  onSort?: (sort: TableSort) => void;
  /** Enter or a press on the row (a double press where rows can be selected). */
  onOpen?: (id: string) => void;
  selection?: 'none' | 'single' | 'multiple';
  selected?: ReadonlySet<string>;
  onSelect?: (selected: Set<string>) => void;
  /** A second row of one cell under a row: what needs a person. */
  under?: (row: Row) => ReactNode;
  empty?: ReactNode;
  /** Draws only what is seen, for thousands of rows. Its parent gives the height; rows are `rowHeight` high. */
  virtual?: boolean;
  rowHeight?: number;
  /** Text aligns with the heading above; the hover ground reaches into the gutter. */
  hang?: boolean;
  className?: string;
}

function TickBox() {
  return (
    <Checkbox slot="selection" className={classNames(choiceCss.option, choiceCss.bare)}>
      <i className={choiceCss.box} />
    </Checkbox>
  );
}

function Head<Row>({ column, first, virtual }: { column: TableColumn<Row>; first: boolean; virtual: boolean }) {
  return (
    <Column
      id={column.id}
      isRowHeader={column.rowHeader ?? first}
      allowsSorting={column.sortable === true}
      textValue={column.title}
      width={column.width ?? '1fr'}
      minWidth={column.width ?? 80}
      className={classNames(css.column, column.align === 'end' && css.end)}
      {...(virtual || column.width === undefined ? {} : { style: { width: column.width } })}
    >
      {({ sortDirection }) => (
        <span className={css.columnText}>
          <span className={column.hideTitle === true ? 'hush' : undefined}>{column.title}</span>
          {sortDirection !== undefined && <Icon name={sortDirection === 'ascending' ? 'up' : 'down'} size={12} />}
        </span>
      )}
    </Column>
  );
}

function cellClass<Row>(column: TableColumn<Row>): string {
  return classNames(css.cell, column.align === 'end' && css.end);
}

/** The cells of a row: which columns begin one, and how many of the shown columns it covers. */
function cellsOf<Row>(props: TableProps<Row>, width: number, row: Row): { column: TableColumn<Row>; span: number }[] {
  const cells: { column: TableColumn<Row>; span: number }[] = [];
  for (let index = 0; index < props.columns.length;) {
    const column = props.columns[index];
    if (column === undefined) break;
    const covered = props.columns.slice(index, index + (column.span?.(row) ?? 1));
    index += covered.length;
    const span = covered.filter((each) => isShown(each, width)).length;
    if (span > 0 && isShown(column, width)) cells.push({ column, span });
  }
  return cells;
}

const isShown = <Row,>({ from }: TableColumn<Row>, width: number): boolean => width >= (from ?? 0);

function selectionProps<Row>(props: TableProps<Row>) {
  const { selection = 'none', selected, onSelect, rows, rowId } = props;
  if (selection === 'none') return { selectionMode: 'none' as const };
  return {
    selectionMode: selection,
    selectionBehavior: selection === 'single' ? ('replace' as const) : ('toggle' as const),
    disallowEmptySelection: selection === 'single',
    selectedKeys: selected ?? new Set<string>(),
    onSelectionChange: (keys: Selection) =>
      onSelect?.(keys === 'all' ? new Set(rows.map(rowId)) : new Set([...keys].map(String))),
  };
}

/** Rows of one kind. Arrows move, Enter opens, typing finds, Space ticks; a press on a heading sorts. */
export function Table<Row>(props: TableProps<Row>) {
  const { rows, rowId, rowText, under, virtual = false, rowHeight = 32 } = props;
  const width = useWindowWidth();
  const columns = props.columns.filter((column) => isShown(column, width));
  const ticks = props.selection === 'multiple';
  const span = columns.length + (ticks ? 1 : 0);
  const body = rows.flatMap((row) => {
    const id = rowId(row);
    const said = under?.(row) ?? null;
    return [
      { id, row, said: null as ReactNode, tied: said !== null },
      ...(said === null ? [] : [{ id: `${id} says`, row, said, tied: false }]),
    ];
  });
  const table = (
    <AriaTable
      aria-label={props.label}
      className={classNames(css.table, virtual && css.virtual, props.hang === true && css.hang, props.className)}
      {...(props.sort === undefined ? {} : { sortDescriptor: props.sort })}
      onSortChange={(sort) => props.onSort?.({ column: String(sort.column), direction: sort.direction })}
      {...(props.onOpen === undefined
        ? {}
        : { onRowAction: (key) => props.onOpen?.(String(key).replace(/ says$/, '')) })}
      {...selectionProps(props)}
    >
      <TableHeader className={css.head ?? ''}>
        {ticks && (
          <Column
            id="tick"
            width={34}
            minWidth={34}
            className={classNames(css.column, css.tick)}
            textValue={common.selectRow}
          >
            <TickBox />
          </Column>
        )}
        {columns.map((column, index) => (
          <Head key={column.id} column={column} first={index === 0} virtual={virtual} />
        ))}
      </TableHeader>
      <TableBody
        items={body}
        dependencies={[props.columns, rows, width]}
        renderEmptyState={() => <div className={css.nothing}>{props.empty}</div>}
      >
        {(item) =>
          item.said === null ? (
            <AriaRow id={item.id} textValue={rowText(item.row)} className={classNames(css.row, item.tied && css.tied)}>
              {ticks && (
                <Cell className={classNames(css.cell, css.tick)}>
                  <TickBox />
                </Cell>
              )}
              {cellsOf(props, width, item.row).map(({ column, span: covers }) => (
                <Cell key={column.id} className={cellClass(column)} colSpan={covers}>
                  {column.cell(item.row)}
                </Cell>
              ))}
            </AriaRow>
          ) : (
            <AriaRow id={item.id} textValue={rowText(item.row)} className={classNames(css.row, css.said)}>
              <Cell colSpan={span} className={css.cell ?? ''}>
                {item.said}
              </Cell>
            </AriaRow>
          )
        }
      </TableBody>
    </AriaTable>
  );
  if (!virtual) return table;
  return (
    <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight, headingHeight: 28 }}>
      {table}
    </Virtualizer>
  );
}
