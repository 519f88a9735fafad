import { type ReactNode } from 'react';
import {
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  ListLayout,
  type Selection,
  Virtualizer,
} from 'react-aria-components';
import css from './List.module.css';

export interface ListGroup<Row> {
  id: string;
  title: string;
  rows: readonly Row[];
}

/**
 * A long column to choose from, e.g. the timeline of backups. Only what is seen is drawn. Arrows move and choose, typing
 * finds. Its parent gives the height.
 */
export function List<Row>({
  label,
  groups,
  rowId,
  rowText,
  row,
  rowHeight = 44,
  selected,
  onSelect,
  onOpen,
  empty,
}: {
  label: string;
  groups: readonly ListGroup<Row>[];
  rowId: (row: Row) => string;
  rowText: (row: Row) => string;
  row: (row: Row) => ReactNode;
  rowHeight?: number;
  selected: string | null;
  onSelect: (id: string) => void;
  /** Enter or a double press. */
  onOpen?: (id: string) => void;
  empty?: ReactNode;
}) {
  const choose = (keys: Selection) => {
    const [first] = keys === 'all' ? [] : keys;
    if (first !== undefined) onSelect(String(first));
  };
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: rowHeight, headingSize: 28 }}>
      <ListBox
        aria-label={label}
        className={css.list ?? ''}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={selected === null ? [] : [selected]}
        onSelectionChange={choose}
        {...(onOpen === undefined ? {} : { onAction: (key) => onOpen(String(key)) })}
        renderEmptyState={() => <div className={css.nothing}>{empty}</div>}
      >
        {groups.map((group) => (
          <ListBoxSection key={group.id} id={group.id}>
            <Header className={css.heading ?? ''}>{group.title}</Header>
            {group.rows.map((each) => (
              <ListBoxItem key={rowId(each)} id={rowId(each)} textValue={rowText(each)} className={css.row ?? ''}>
                {row(each)}
              </ListBoxItem>
            ))}
          </ListBoxSection>
        ))}
      </ListBox>
    </Virtualizer>
  );
}
