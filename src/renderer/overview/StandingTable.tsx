import { type KeyboardEvent, useMemo } from 'react';
import { type SourceStanding } from '../../shared/overview.ts';
import { timeZone } from '../clock.ts';
import { isStroke, shortcuts } from '../keys.ts';
import { Strip } from '../ui/chart/Strip.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { isMac } from '../use-keys.ts';
import { dayRange } from '../words/moment.ts';
import { overviewWords as words, stripFinding } from '../words/overview.ts';
import {
  ProofCell,
  KeptCell,
  LastBackupCell,
  MoreCell,
  NameCell,
  ProgressCell,
  SizeCell,
  UntilCell,
} from './cells.tsx';
import { needBanners } from './NeedBanners.tsx';
import css from './Overview.module.css';
import { type Acts, useActs } from './use-acts.ts';

const dayMs = 86_400_000;

function columnsOf(acts: Acts, at: number): readonly TableColumn<SourceStanding>[] {
  const { columns } = words;
  return [
    { id: 'source', title: columns.source, cell: (row) => <NameCell standing={row} /> },
    { id: 'until', title: columns.until, width: 148, cell: (row) => <UntilCell standing={row} /> },
    {
      id: 'backup',
      title: columns.backup,
      width: 136,
      from: 560,
      span: (row) => (row.jobs.length > 0 ? 2 : 1),
      cell: (row) => (row.jobs.length > 0 ? <ProgressCell standing={row} /> : <LastBackupCell standing={row} />),
    },
    { id: 'proof', title: columns.proof, width: 168, from: 560, cell: (row) => <ProofCell standing={row} /> },
    { id: 'kept', title: columns.kept, width: 68, from: 760, cell: (row) => <KeptCell standing={row} /> },
    {
      id: 'days',
      title: dayRange(at - 13 * dayMs, at, timeZone()),
      width: 143,
      from: 760,
      cell: (row) => <Strip days={row.strip} label={stripFinding(row.strip)} />,
    },
    { id: 'size', title: columns.size, width: 126, from: 1081, cell: (row) => <SizeCell standing={row} /> },
    {
      id: 'more',
      title: columns.more,
      hideTitle: true,
      width: 44,
      align: 'end',
      cell: (row) => <MoreCell standing={row} acts={acts} />,
    },
  ];
}

/** Every source as a row; a row that needs a person has a second one under it. */
export function StandingTable({ standings, at }: { standings: readonly SourceStanding[]; at: number }) {
  const acts = useActs();
  const day = Math.floor(at / 3_600_000) * 3_600_000;
  const columns = useMemo(() => columnsOf(acts, day), [acts, day]);
  const onKey = (event: KeyboardEvent) => {
    const name = rowOf(event.target, standings);
    if (name === null) return;
    const press = event.nativeEvent;
    const act = isStroke(press, shortcuts.backUp.strokes[0], isMac())
      ? acts.backUp
      : isStroke(press, shortcuts.restore.strokes[0], isMac())
        ? acts.restore
        : null;
    if (act === null) return;
    // The letters would otherwise look for a row that begins with them.
    event.preventDefault();
    event.stopPropagation();
    act(name);
  };
  return (
    <div className={css.sources} onKeyDownCapture={onKey}>
      <Table
        label={words.table}
        columns={columns}
        rows={standings}
        rowId={({ name }) => name}
        rowText={({ name }) => name}
        onOpen={acts.open}
        under={(row) => needBanners(row, acts)}
        hang
        className={css.table}
      />
    </div>
  );
}

/** The source of the row that an event came from; null in a menu or outside of rows. */
function rowOf(target: EventTarget, standings: readonly SourceStanding[]): string | null {
  if (!(target instanceof HTMLElement)) return null;
  const key = target
    .closest('[role=row]')
    ?.getAttribute('data-key')
    ?.replace(/ says$/, '');
  return standings.find(({ name }) => name === key)?.name ?? null;
}
