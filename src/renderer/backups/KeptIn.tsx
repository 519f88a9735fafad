import { type BackupCard, type ManifestBody, type StoredState } from '../../shared/artifact.ts';
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { type Archived } from '../frame/use-archived.ts';
import { placeIcon } from '../frame/place-icon.ts';
import { href } from '../route.ts';
import { Badge, Tag } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { backups as words } from '../words/backups.ts';
import { momentInSentence } from '../words/moment.ts';
import { storedGlyph } from '../words/state.ts';
import { thawWords } from '../words/thaw.ts';
import css from './KeptIn.module.css';
import { type CopyActs, useCopyActs } from './use-copy-acts.ts';

/** The places of a backup, how each stands to it, and what can be done about one that does not hold it. */
export function KeptIn({
  card,
  manifest,
  destinations,
  archived,
}: {
  card: BackupCard;
  manifest: ManifestBody;
  destinations: readonly DestinationCard[];
  archived: Archived;
}) {
  const of = placeOf(destinations);
  const acts = useCopyActs(card.backupId);
  return (
    <Section title={words.kept} note={manifest.sealing === null ? undefined : words.keptSealed}>
      <div className={css.kept}>
        <Table
          label={words.kept}
          columns={columnsOf(of, card, manifest, archived)}
          rows={card.stored}
          rowId={(one) => one.destination}
          rowText={(one) => of(one)?.name ?? ''}
          under={whyUnder(of, acts)}
          hang
        />
      </div>
    </Section>
  );
}

const whyUnder = (of: PlaceOf, acts: CopyActs) => (one: StoredState) =>
  one.state === 'stored' ? null : <Why one={one} place={of(one)} acts={acts} />;

type PlaceOf = (one: StoredState) => DestinationCard | undefined;

const placeOf =
  (destinations: readonly DestinationCard[]): PlaceOf =>
  ({ destination }) =>
    destinations.find((one) => one.id === destination);

const titleOf = (place: DestinationCard | undefined): string | undefined =>
  place === undefined ? undefined : addressOf(place.settings);

function columnsOf(
  of: PlaceOf,
  card: BackupCard,
  manifest: ManifestBody,
  archived: Archived,
): TableColumn<StoredState>[] {
  return [
    {
      id: 'place',
      title: words.columns.kept,
      hideTitle: true,
      cell: (one) => <Place place={of(one)} />,
    },
    {
      id: 'state',
      title: words.keptColumn,
      hideTitle: true,
      cell: (one) => (
        <>
          <Badge state={storedGlyph[one.state]}>{words.keptState[one.state]}</Badge>{' '}
          <ColdTag one={one} archived={archived} />
        </>
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

function Place({ place }: { place: DestinationCard | undefined }) {
  return (
    <span className={css.place} title={titleOf(place)}>
      <Icon name={place === undefined ? 'destinations' : placeIcon[place.settings.kind]} />
      {place === undefined ? (
        <span className="cut">{words.unknownPlace}</span>
      ) : (
        <a className="cut" href={href({ screen: 'destinations', place: place.id })}>
          {place.name}
        </a>
      )}
      {place?.seal === true && place.recovery?.provenAt === null && <Tag tone="attention">{words.kitUnproven}</Tag>}
    </span>
  );
}

function ColdTag({ one, archived }: { one: StoredState; archived: Archived }) {
  const copy = archived.cold.find(({ destination }) => destination === one.destination);
  if (copy === undefined) return null;
  const { state, storageClass } = copy;
  const said = state === 'thawing' ? thawWords.thawingTag : thawWords.archivedTag;
  return <Tag>{said(storageClass ?? '')}</Tag>;
}

/** Why it does not hold it, when it goes on, and what mends that. */
function Why({ one, place, acts }: { one: StoredState; place: DestinationCard | undefined; acts: CopyActs }) {
  const said = one.message ?? words.keptWhy[one.state];
  const next = useNextTry(one);
  return (
    <span className={css.why}>
      <span className="small two">{`${said} ${next}`}</span>
      {place !== undefined && one.state !== 'damaged' && <Bring place={place} acts={acts} />}
    </span>
  );
}

/** One that is due already is tried as soon as there is something to try it with. */
function useNextTry({ nextTryAt }: StoredState): string {
  const now = useNow();
  if (nextTryAt === undefined) return '';
  return nextTryAt <= now ? words.nextTrySoon : words.nextTry(momentInSentence(nextTryAt, now, timeZone()));
}

/** What is damaged is repaired where it is told: in the banner above, which names the place that has it. */
function Bring({ place: { id, name }, acts }: { place: DestinationCard; acts: CopyActs }) {
  return (
    <Button size="small" icon="copy" label={words.carryTo(name)} onPress={() => acts.carry(id)} pending={acts.busy}>
      {words.carry}
    </Button>
  );
}
