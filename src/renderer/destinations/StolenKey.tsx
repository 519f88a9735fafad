import { placeIcon } from '../frame/place-icon.ts';
import { href } from '../route.ts';
import { Banner } from '../ui/Banner.tsx';
import { LinkButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { destinations as words } from '../words/destinations.ts';
import css from './Destinations.module.css';
import { reachInk } from './PlaceCells.tsx';
import { type PlaceRow } from './standing.ts';

const { stolen } = words;

/** What a thief of this computer could do in each place. Only what a test has tried is said; nothing is read from a policy. */
export function StolenKey({ rows }: { rows: readonly PlaceRow[] }) {
  const measured = rows.filter(({ reach }) => reach !== 'unknown');
  if (measured.length === 0) return null;
  const open = measured.find(({ card, reach }) => card.settings.kind === 's3' && reach === 'delete');
  return (
    <div className={css.stolen}>
      <Section title={stolen.heading} note={stolen.note}>
        <Table
          label={stolen.table}
          columns={columns}
          rows={measured}
          rowId={({ card }) => card.id}
          rowText={({ card }) => card.name}
          hang
        />
        {open !== undefined && (
          <div className={css.protect}>
            <Banner
              tone="plain"
              title={stolen.protect(open.card.name)}
              actions={
                <LinkButton
                  size="small"
                  href={href({ screen: 'destinations', place: open.card.id, part: 'protection' })}
                >
                  {stolen.show}
                </LinkButton>
              }
            >
              {stolen.protectText}
            </Banner>
          </div>
        )}
      </Section>
    </div>
  );
}

const columns: readonly TableColumn<PlaceRow>[] = [
  {
    id: 'place',
    title: stolen.place,
    rowHeader: true,
    cell: ({ card }) => (
      <span className={css.name}>
        <Icon name={placeIcon[card.settings.kind]} />
        <span className="cut">{card.name}</span>
      </span>
    ),
  },
  {
    id: 'destroy',
    title: stolen.destroy,
    cell: ({ reach, stored }) => {
      const said = {
        delete: stolen.deleted(stored),
        overwrite: stolen.overwritten(stored),
        none: stolen.neither,
        unknown: stolen.unknown,
      };
      return <span className={reachInk[reach]}>{said[reach]}</span>;
    },
  },
  {
    id: 'read',
    title: stolen.read,
    from: 560,
    cell: ({ card }) => <span className="two">{card.seal === true ? stolen.readSealed : stolen.readOpen}</span>,
  },
];
