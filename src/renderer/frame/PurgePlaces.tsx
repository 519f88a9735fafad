import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { type DestinationId } from '../../shared/id.ts';
import { type PurgePreview } from '../../shared/purge.ts';
import { Checkbox } from '../ui/Choice.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { backups } from '../words/backups.ts';
import { purgeWords as words } from '../words/purge.ts';
import css from './PurgeDialog.module.css';

type PreviewPlace = PurgePreview['places'][number];

interface Choice {
  destinations: readonly DestinationCard[];
  /** The places that were taken out: there it stays. */
  staying: ReadonlySet<DestinationId>;
  onChange: (staying: ReadonlySet<DestinationId>) => void;
}

/** Where it lies; where that is more than one place, each can be taken out. */
export function PurgePlaces({ places, ...choice }: Choice & { places: readonly PreviewPlace[] }) {
  return (
    <Table
      label={words.places}
      className={css.table ?? ''}
      columns={columnsOf(choice, places.length > 1)}
      rows={places}
      rowId={(one) => one.destination}
      rowText={(one) => placeName(choice.destinations, one.destination)}
    />
  );
}

export const placeName = (destinations: readonly DestinationCard[], id: DestinationId): string =>
  destinations.find((one) => one.id === id)?.name ?? backups.unknownPlace;

function columnsOf({ destinations, staying, onChange }: Choice, canChoose: boolean): TableColumn<PreviewPlace>[] {
  const choose = (id: DestinationId, goes: boolean): void => {
    const next = new Set(staying);
    if (goes) next.delete(id);
    else next.add(id);
    onChange(next);
  };
  return [
    {
      id: 'place',
      title: words.columns.place,
      rowHeader: true,
      cell: ({ destination }) => {
        const card = destinations.find(({ id }) => id === destination);
        const address = card === undefined ? '' : addressOf(card.settings);
        const name = placeName(destinations, destination);
        if (!canChoose) return <span title={address}>{name}</span>;
        return (
          <Checkbox
            checked={!staying.has(destination)}
            onChange={(goes) => choose(destination, goes)}
            hint={<span className={css.address}>{address}</span>}
          >
            {name}
          </Checkbox>
        );
      },
    },
    {
      id: 'size',
      title: words.columns.size,
      align: 'end',
      width: 150,
      cell: (one) => words.size(one.backups, one.sizeBytes),
    },
    {
      id: 'state',
      title: words.columns.state,
      width: 170,
      cell: ({ destination, unreachable }) => {
        if (staying.has(destination)) return <span className="two">{words.stays}</span>;
        return unreachable === null ? words.there : words.away(unreachable.message);
      },
    },
  ];
}
