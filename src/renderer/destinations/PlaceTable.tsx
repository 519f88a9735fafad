import { useState } from 'react';
import { type DestinationId } from '../../shared/id.ts';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { MenuButton } from '../ui/Menu.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { destinations as words } from '../words/destinations.ts';
import { count } from '../words/number.ts';
import css from './Destinations.module.css';
import { CanCell, NameCell, SpaceCell, StateCell } from './PlaceCells.tsx';
import { PlaceDialogs, type Asking } from './PlaceDialogs.tsx';
import { type PlaceRow } from './standing.ts';
import { type PlaceActs } from './use-place-acts.ts';

/** Every place, how it stands, and what this computer could do to it. */
export function PlaceTable({ rows, acts }: { rows: readonly PlaceRow[]; acts: PlaceActs }) {
  const [asked, setAsked] = useState<{ id: DestinationId; asking: Asking } | null>(null);
  const about = rows.find(({ card }) => card.id === asked?.id);
  return (
    <div className={css.list}>
      <Table
        label={words.table}
        className={css.table ?? ''}
        columns={columnsOf(acts, (id, asking) => setAsked({ id, asking }))}
        rows={rows}
        rowId={({ card }) => card.id}
        rowText={({ card }) => card.name}
        onOpen={(id) => {
          const row = rows.find(({ card }) => card.id === id);
          if (row !== undefined) navigate({ screen: 'destinations', place: row.card.id });
        }}
        hang
      />
      {about !== undefined && (
        <PlaceDialogs
          card={about.card}
          asking={asked?.asking ?? null}
          onClose={() => setAsked((before) => (before === null ? null : { ...before, asking: null }))}
          acts={acts}
        />
      )}
    </div>
  );
}

type Ask = (id: DestinationId, asking: Asking) => void;

function columnsOf(acts: PlaceActs, ask: Ask): TableColumn<PlaceRow>[] {
  const { columns } = words;
  return [
    { id: 'place', title: columns.place, rowHeader: true, cell: ({ card }) => <NameCell card={card} /> },
    { id: 'state', title: columns.state, cell: (row) => <StateCell row={row} /> },
    { id: 'space', title: columns.space, width: 184, from: 760, cell: (row) => <SpaceCell row={row} /> },
    {
      id: 'backups',
      title: columns.backups,
      width: 88,
      from: 560,
      cell: ({ stored, card }) => (
        <>
          <span className="num">{count(stored)}</span>
          <small>{card.seal === true ? words.sealed : words.open}</small>
        </>
      ),
    },
    { id: 'can', title: columns.can, width: 166, from: 760, cell: (row) => <CanCell row={row} /> },
    {
      id: 'more',
      title: columns.more,
      hideTitle: true,
      width: 44,
      align: 'end',
      cell: (row) => <More row={row} acts={acts} ask={ask} />,
    },
  ];
}

function More({ row: { card, waiting, failed }, acts, ask }: { row: PlaceRow; acts: PlaceActs; ask: Ask }) {
  const { menu } = words;
  return (
    <MenuButton
      size="small"
      variant="quiet"
      label={menu.more(card.name)}
      lines={[
        { id: 'test', title: menu.test, icon: 'plug', onAction: () => void acts.test([card]) },
        ...(waiting + failed > 0
          ? [
              {
                id: 'carry',
                title: menu.carry,
                icon: 'copy' as const,
                onAction: () => void acts.carry(card),
              },
            ]
          : []),
        {
          id: 'open',
          title: menu.open,
          icon: 'right',
          href: href({ screen: 'destinations', place: card.id }),
        },
        {
          id: 'edit',
          title: menu.edit,
          icon: 'settings',
          href: href({ screen: 'destination-edit', place: card.id }),
        },
        {
          id: 'seal',
          title: card.seal === true ? menu.unseal : menu.seal,
          icon: card.seal === true ? 'unlock' : 'lock',
          onAction: () => ask(card.id, 'seal'),
        },
        ...(card.recovery === undefined
          ? []
          : [
              {
                id: 'kit',
                title: menu.kit,
                icon: 'key' as const,
                href: href({ screen: 'kit', place: card.id }),
              },
            ]),
        '-',
        { id: 'remove', title: menu.remove, icon: 'trash', danger: true, onAction: () => ask(card.id, 'remove') },
      ]}
    />
  );
}
