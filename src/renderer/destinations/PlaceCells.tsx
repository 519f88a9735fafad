import { addressOf, type DestinationCard, type DestinationSettings } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { placeIcon } from '../frame/place-icon.ts';
import { href } from '../route.ts';
import { Badge } from '../ui/Badge.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { destinations as words } from '../words/destinations.ts';
import { percent } from '../words/number.ts';
import { type GlyphName } from '../words/state.ts';
import css from './Destinations.module.css';
import { isFullSoon, type PlaceRow, type PlaceState, type Reach } from './standing.ts';

export function NameCell({ card }: { card: DestinationCard }) {
  const address = addressOf(card.settings);
  return (
    <span className={css.name}>
      <Icon name={placeIcon[card.settings.kind]} />
      <span>
        <a href={href({ screen: 'destinations', place: card.id })} title={card.name}>
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
  damaged: 'danger',
  behind: 'attention',
  complete: 'stored',
  empty: 'none',
  untested: 'none',
};

export function stateWord(state: PlaceState): string {
  if (state.kind === 'behind') return words.state.behind(state.waiting + state.failed);
  return state.kind === 'damaged' ? words.state.damaged(state.number) : words.state[state.kind];
}

export function StateCell({ row }: { row: PlaceRow }) {
  const note = useStateNote(row);
  return (
    <>
      <Badge state={stateGlyph[row.state.kind]}>{stateWord(row.state)}</Badge>
      <small title={note}>{note}</small>
    </>
  );
}

function useStateNote({ state, card, newestAt, waiting, failed }: PlaceRow): string {
  const now = useNow();
  const zone = timeZone();
  const { stateNote } = words;
  switch (state.kind) {
    case 'unreachable': {
      const away = state.since === null ? stateNote.never : stateNote.since(state.since, now, zone);
      return [away, stateNote.late(waiting, failed)].filter((said) => said !== '').join('; ');
    }
    case 'failing':
      return state.message;
    case 'behind':
    case 'damaged': {
      const late = stateNote.late(waiting, failed);
      return late === '' ? stateNote.repair : late;
    }
    case 'untested':
      return '';
    default: {
      const written = newestAt === null ? [] : [stateNote.written(newestAt, now, zone)];
      const tested = card.tested === undefined ? stateNote.untested : stateNote.tested(card.tested.at, now, zone);
      return [...written, tested].join(', ');
    }
  }
}

/** Room, and how long it lasts at the present pace. What no place tells is left out, never guessed. */
export function SpaceCell({ row: { room, card, state } }: { row: PlaceRow }) {
  const now = useNow();
  const { space } = words;
  const { sizeBytes, free, bytesADay, daysLeft } = room;
  const soon = isFullSoon(room);
  if (free === null)
    return (
      <>
        <span className="num">{space.taken(sizeBytes)}</span>
        <small className="num">{bytesADay === null ? space.untold : space.aDay(bytesADay)}</small>
      </>
    );
  const said = space.free(free.bytes, daysLeft);
  const pace = bytesADay === null ? space.taken(sizeBytes) : space.pace(sizeBytes, bytesADay);
  const note = state.kind === 'unreachable' ? space.asOf(free.at, now, timeZone()) : pace;
  return (
    <>
      <span className={soon ? 'num attention' : 'num'}>{said}</span>
      <span className={css.bar}>
        <ProgressBar
          label={space.share(card.name)}
          // The first backup is seen too.
          value={Math.max(percent(sizeBytes, sizeBytes + free.bytes) ?? 0, sizeBytes > 0 ? 2 : 0)}
          tone={soon ? 'attention' : 'plain'}
          text={said}
        />
      </span>
      <small className="num">{note}</small>
    </>
  );
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
