import { type BackupCard, type ManifestBody, type StoredState } from '../../shared/artifact.ts';
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { Badge } from '../ui/Badge.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { backups as words } from '../words/backups.ts';
import { storedGlyph } from '../words/state.ts';
import css from './KeptIn.module.css';

/** The places of a backup, and whether each holds it. */
export function KeptIn({
  card,
  manifest,
  destinations,
}: {
  card: BackupCard;
  manifest: ManifestBody;
  destinations: readonly DestinationCard[];
}) {
  const of = placeOf(destinations);
  return (
    <Section title={words.kept}>
      <div className={css.kept}>
        <Table
          label={words.kept}
          columns={columnsOf(of, card, manifest)}
          rows={card.stored}
          rowId={(one) => one.destination}
          rowText={(one) => of(one)?.name ?? ''}
          hang
        />
      </div>
    </Section>
  );
}

type PlaceOf = (one: StoredState) => DestinationCard | undefined;

const placeOf =
  (destinations: readonly DestinationCard[]): PlaceOf =>
  ({ destination }) =>
    destinations.find((one) => one.id === destination);

const titleOf = (place: DestinationCard | undefined): string | undefined =>
  place === undefined ? undefined : addressOf(place.settings);

function columnsOf(of: PlaceOf, card: BackupCard, manifest: ManifestBody): TableColumn<StoredState>[] {
  return [
    {
      id: 'place',
      title: words.columns.kept,
      hideTitle: true,
      cell: (one) => (
        <span className={css.place} title={titleOf(of(one))}>
          <Icon name="folder" />
          <span className="cut">{of(one)?.name ?? words.unknownPlace}</span>
        </span>
      ),
    },
    {
      id: 'state',
      title: words.keptColumn,
      hideTitle: true,
      cell: (one) => (
        <Badge state={storedGlyph[one.state]}>
          {words.keptState[one.state]}
          {one.message === null ? '' : `: ${one.message}`}
        </Badge>
      ),
    },
    {
      id: 'size',
      title: words.columns.size,
      hideTitle: true,
      align: 'end',
      width: 150,
      cell: (one) => (
        <span className="small three nowrap">
          {one.state === 'stored' ? words.keptParts(card.sizeBytes, manifest.artifacts.length) : ''}
        </span>
      ),
    },
  ];
}
