import { addressOf, type DestinationCard, type DestinationSettings } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { placeIcon } from '../frame/place-icon.ts';
import { href } from '../route.ts';
import { Badge } from '../ui/Badge.tsx';
import { Icon } from '../ui/Icon.tsx';
import { destinations as words } from '../words/destinations.ts';
import { type GlyphName } from '../words/state.ts';
import css from './Destinations.module.css';
import { type PlaceRow, type PlaceState, type Reach } from './standing.ts';

export function NameCell({ card }: { card: DestinationCard }) {
  const address = addressOf(card.settings);
  return (
    <span className={css.name}>
      <Icon name={placeIcon[card.settings.kind]} />
      <span>
        <a href={href({ screen: 'destinations', place: card.name })} className="cut">
          {card.name}
        </a>
        <small title={address}>
          {words.kinds[card.settings.kind]} · {shortAddress(card.settings)}
        </small>
      </span>
    </span>
  );
}

/** What tells one place from another of its kind, in few characters. */
export function shortAddress(settings: DestinationSettings): string {
  switch (settings.kind) {
    case 'folder':
      return settings.path;
    case 'sftp':
      return settings.host;
    case 'azure':
      return `${settings.account} · ${settings.container}`;
    case 's3':
      return `${settings.bucket} · ${settings.region}`;
  }
}

export const stateGlyph: Record<PlaceState['kind'], GlyphName> = {
  unreachable: 'danger',
  failing: 'danger',
  behind: 'attention',
  complete: 'stored',
  empty: 'none',
  untested: 'none',
};

export const stateWord = (state: PlaceState): string =>
  state.kind === 'behind' ? words.state.behind(state.number) : words.state[state.kind];

export function StateCell({ row }: { row: PlaceRow }) {
  const note = useStateNote(row);
  return (
    <>
      <Badge state={stateGlyph[row.state.kind]}>{stateWord(row.state)}</Badge>
      <small title={note}>{note}</small>
    </>
  );
}

function useStateNote({ state, card, newestAt }: PlaceRow): string {
  const now = useNow();
  const zone = timeZone();
  const { stateNote } = words;
  switch (state.kind) {
    case 'unreachable':
      return state.since === null ? stateNote.never : stateNote.since(state.since, now, zone);
    case 'failing':
      return state.message;
    case 'untested':
      return '';
    default: {
      const written = newestAt === null ? [] : [stateNote.written(newestAt, now, zone)];
      const tested = card.tested === undefined ? stateNote.untested : stateNote.tested(card.tested.at, now, zone);
      return [...written, tested].join(', ');
    }
  }
}

export const reachInk: Record<Reach, string> = {
  delete: 'danger medium',
  overwrite: 'attention medium',
  none: 'proven medium',
  unknown: 'three',
};

export function CanCell({ row: { reach, stored } }: { row: PlaceRow }) {
  const { can } = words;
  const said = { delete: can.delete(stored), overwrite: can.overwrite(stored), none: can.none, unknown: can.unknown };
  return (
    <>
      <span className={reachInk[reach]}>{said[reach]}</span>
      <small>{reach === 'unknown' ? can.test : can.also}</small>
    </>
  );
}
