import { useMemo, useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Table, type TableColumn, type TableSort } from '../ui/Table.tsx';
import { Bytes, Moment } from '../ui/Time.tsx';
import { backups as words } from '../words/backups.ts';
import { backupGlyph, backupWord } from '../words/state.ts';
import css from './BackupsScreen.module.css';
import { SourceSelect, VerdictControl, ViewSelects, type ListProps } from './Rail.tsx';
import { isWhole } from './timeline.ts';

const columns: TableColumn<BackupCard>[] = [
  {
    id: 'moment',
    title: words.columns.moment,
    sortable: true,
    width: 190,
    rowHeader: true,
    cell: (card) => <Moment at={card.takenAt} className="num" />,
  },
  {
    id: 'source',
    title: words.columns.source,
    sortable: true,
    cell: (card) => <span className="cut">{card.source}</span>,
  },
  {
    id: 'verdict',
    title: words.columns.verdict,
    sortable: true,
    width: 190,
    cell: (card) => <Badge state={backupGlyph(card)}>{backupWord(card)}</Badge>,
  },
  {
    id: 'size',
    title: words.columns.size,
    sortable: true,
    width: 110,
    align: 'end',
    cell: (card) => <Bytes value={card.sizeBytes} />,
  },
  {
    id: 'kept',
    title: words.columns.kept,
    width: 150,
    cell: (card) => {
      const stored = card.stored.filter((one) => one.state === 'stored').length;
      return (
        <span className={stored < card.stored.length ? 'attention' : 'two'}>
          {words.places(stored, card.stored.length)}
        </span>
      );
    },
  },
];

const sorters: Record<string, (a: BackupCard, b: BackupCard) => number> = {
  moment: (a, b) => a.takenAt - b.takenAt,
  source: (a, b) => a.source.localeCompare(b.source, 'en') || b.takenAt - a.takenAt,
  verdict: (a, b) => backupWord(a).localeCompare(backupWord(b), 'en') || b.takenAt - a.takenAt,
  size: (a, b) => a.sizeBytes - b.sizeBytes,
};

/** The same backups as rows, to sort and to compare. */
export function BackupTable(props: ListProps & { onOpen: (backupId: string) => void }) {
  const { list, source, tally, verdict } = props;
  const { cards, complete, loading } = list.timeline;
  const [sort, setSort] = useState<TableSort>({ column: 'moment', direction: 'descending' });
  const rows = useMemo(() => {
    const sorted = cards.toSorted(sorters[sort.column]);
    return sort.direction === 'descending' ? sorted.toReversed() : sorted;
  }, [cards, sort]);
  const all = !isWhole(props.shownAs)
    ? cards.length
    : verdict === 'all'
      ? tally?.all
      : verdict === 'proven'
        ? tally?.proven
        : tally?.failed;
  return (
    <section className={css.table} aria-label={source === null ? words.timelineOfAll : words.timelineOf(source)}>
      <div className={css.tools}>
        <div className={css.select}>
          <SourceSelect source={source} />
        </div>
        <ViewSelects {...props} />
        <VerdictControl {...props} roomy />
        <span className="push">
          <Button icon="clock" onPress={() => props.onView('timeline')}>
            {words.asTimeline}
          </Button>
        </span>
      </div>
      <div className={css.rows}>
        <Table
          label={words.list}
          columns={columns}
          rows={rows}
          rowId={(card) => card.backupId}
          rowText={(card) => card.source}
          sort={sort}
          onSort={setSort}
          onOpen={props.onOpen}
          virtual
          empty={loading === 'first' ? words.loading : words.noneHere[verdict]}
        />
      </div>
      <div className={css.foot}>
        <span role="status">{words.shownOf(cards.length, all ?? cards.length)}</span>
        {!complete && cards.length > 0 && (
          <Button size="small" onPress={list.more} pending={loading === 'next'}>
            {words.older}
          </Button>
        )}
      </div>
    </section>
  );
}
