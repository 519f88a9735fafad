import { useCallback, useState } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { type LateCopy } from '../../shared/health.ts';
import { type BackupId } from '../../shared/id.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { useAnnouncements, useApi, useRunningJobs } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Bytes, Moment } from '../ui/Time.tsx';
import { destinations as placeWords } from '../words/destinations.ts';
import { momentInSentence } from '../words/moment.ts';
import { copiesWords } from '../words/place-parts.ts';
import { Discard } from './Discard.tsx';
import { Leftovers } from './Leftovers.tsx';
import css from './Parts.module.css';
import { type PlaceActs } from './use-place-acts.ts';

const words = copiesWords.late;

/** What this place should hold and does not, and what it holds that it should not. */
export function Copies({ card, acts }: { card: DestinationCard; acts: PlaceActs }) {
  // What a dump that is given up leaves behind, or takes with it, is looked at anew.
  const [looks, setLooks] = useState(0);
  const look = useCallback(() => setLooks((before) => before + 1), []);
  return (
    <div className={css.part}>
      <Late card={card} acts={acts} onDiscarded={look} />
      <Leftovers card={card} looks={looks} onLook={look} />
    </div>
  );
}

function Late({ card, acts, onDiscarded }: { card: DestinationCard; acts: PlaceActs; onDiscarded: () => void }) {
  const { destination } = useApi();
  const late = useAsked(`late ${card.id}`, () => destination.late({ name: card.id }));
  const { again } = late;
  const [givingUp, setGivingUp] = useState<LateCopy | null>(null);
  useAnnouncements(
    useCallback(
      ({ event }: Announcement) => {
        if (event.startsWith('backup.') || event === 'job.changed') again();
      },
      [again],
    ),
  );
  const onItsWay = new Set(
    useRunningJobs()
      .filter(({ kind, destinationId }) => kind === 'carry' && destinationId === card.id)
      .map(({ backupId }) => backupId),
  );
  const copies = late.value?.copies ?? [];
  const more = (late.value?.all ?? 0) - copies.length;
  return (
    <Section
      title={words.title}
      actions={
        copies.length > 1 ? (
          <Button
            size="small"

            onPress={() => void acts.carry(card)}
            disabled={onItsWay.size === copies.length}
          >
            {words.bringAll}
          </Button>
        ) : undefined
      }
    >
      {late.failure !== null && <FailureBox failure={late.failure} quiet />}
      {late.value === null && late.failure === null && <Skeleton width={280} />}
      {late.value !== null && copies.length === 0 && <Badge state="stored">{words.none}</Badge>}
      {copies.length > 0 && (
        <Table
          label={words.table}
          className={css.table ?? ''}
          columns={columnsOf(card, onItsWay, copies.some(isNowhereElse) ? setGivingUp : null)}
          rows={copies}
          rowId={({ backupId }) => backupId}
          rowText={({ source }) => source}
          hang
        />
      )}
      {more > 0 && <p className="three small">{words.more(more)}</p>}
      {/* Not in its row: there the table would take what is typed. */}
      <Discard
        copy={givingUp}
        onClose={() => setGivingUp(null)}
        onEnd={() => {
          again();
          onDiscarded();
        }}
      />
    </Section>
  );
}

const isNowhereElse = ({ listed }: LateCopy): boolean => !listed;

function columnsOf(
  card: DestinationCard,
  onItsWay: ReadonlySet<BackupId | null>,
  onGiveUp: ((copy: LateCopy) => void) | null,
): TableColumn<LateCopy>[] {
  const { columns } = words;
  return [
    { id: 'backup', title: columns.backup, width: 220, rowHeader: true, cell: (copy) => <Which copy={copy} /> },
    { id: 'state', title: columns.state, cell: (copy) => <Why copy={copy} running={onItsWay.has(copy.backupId)} /> },
    {
      id: 'size',
      title: columns.size,
      width: 84,
      align: 'end',
      from: 760,
      cell: ({ sizeBytes }) => <Bytes value={sizeBytes} />,
    },
    {
      id: 'next',
      title: columns.next,
      width: 150,
      from: 560,
      cell: (copy) => <Next copy={copy} running={onItsWay.has(copy.backupId)} />,
    },
    {
      id: 'act',
      title: columns.act,
      hideTitle: true,
      width: 92,
      align: 'end',
      cell: (copy) => <Try card={card} copy={copy} running={onItsWay.has(copy.backupId)} />,
    },
    ...(onGiveUp === null
      ? []
      : [
          {
            id: 'give-up',
            title: columns.giveUp,
            hideTitle: true,
            width: 36,
            align: 'end' as const,
            cell: (copy: LateCopy) => isNowhereElse(copy) && <GiveUp copy={copy} onPress={() => onGiveUp(copy)} />,
          },
        ]),
  ];
}

function Which({ copy: { backupId, source, takenAt, listed } }: { copy: LateCopy }) {
  const name = listed ? <a href={href({ screen: 'backups', source, backupId })}>{source}</a> : <b>{source}</b>;
  return (
    <span className={css.cell}>
      {name}
      <small>
        <Moment at={takenAt} />
        {listed ? '' : `, ${words.nowhere}`}
      </small>
    </span>
  );
}

function Why({ copy: { stored }, running }: { copy: LateCopy; running: boolean }) {
  const why = stored.message ?? words.due;
  const refused = stored.state === 'failed';
  return (
    <span className={css.cell}>
      {running ? (
        <Badge state="working">{words.running}</Badge>
      ) : (
        <Badge state={refused ? 'danger' : 'waiting'}>{refused ? words.state.failed : words.state.waiting}</Badge>
      )}
      <small title={why}>{why}</small>
    </span>
  );
}

function Next({ copy: { stored }, running }: { copy: LateCopy; running: boolean }) {
  const now = useNow();
  if (running) return null;
  if (stored.state === 'failed') return <span className="three small">{words.never}</span>;
  const { nextTryAt } = stored;
  return nextTryAt === undefined || nextTryAt <= now ? <span>{words.now}</span> : <Moment at={nextTryAt} />;
}

function useActOnOne({ source, takenAt }: LateCopy): (act: string) => string {
  const when = momentInSentence(takenAt, useNow(), timeZone());
  return (act) => words.actOnOne(act, source, when);
}

function GiveUp({ copy, onPress }: { copy: LateCopy; onPress: () => void }) {
  const label = useActOnOne(copy)(words.giveUp);
  return <Button variant="quiet" size="small" icon="trash" label={label} onPress={onPress} />;
}

function Try({ card, copy, running }: { card: DestinationCard; copy: LateCopy; running: boolean }) {
  const { backup } = useApi();
  const labelOf = useActOnOne(copy);
  const [failed, setFailed] = useState(false);
  const bring = () => {
    setFailed(false);
    backup.carry({ backup: copy.backupId, destination: card.id }).catch(() => setFailed(true));
  };
  const act = failed ? placeWords.again : words.bring;
  return (
    <Button size="small" pending={running} onPress={bring} label={labelOf(act)}>
      {act}
    </Button>
  );
}
