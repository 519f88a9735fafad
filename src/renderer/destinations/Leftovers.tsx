import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { type DestinationId } from '../../shared/id.ts';
import { type Orphan, type PlaceHealth } from '../../shared/health.ts';
import { tell } from '../frame/shown.ts';
import { href } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Bytes, Moment } from '../ui/Time.tsx';
import { placeDetail as placeWords } from '../words/place-detail.ts';
import { copiesWords } from '../words/place-parts.ts';
import css from './Parts.module.css';

const words = copiesWords.leftovers;

/** Data without a manifest, and manifests without data: what was found when the place was last looked at. */
export function Leftovers({
  card,
  looks,
  onLook: look,
}: {
  card: DestinationCard;
  /** How often somebody asked that the place is looked at; before the first, what was found last is shown. */
  looks: number;
  onLook: () => void;
}) {
  const { id } = card;
  const { destination } = useApi();
  const health = useAsked(`leftovers ${id} ${looks}`, () => destination.health({ name: id, again: looks > 0 }));
  const waiting = health.value === null && health.failure === null;
  return (
    <>
      {health.value !== null && health.value.withoutData.length > 0 && <Bare place={id} health={health.value} />}
      <Section
        title={words.title}
        note={health.value === null ? undefined : <Moment at={health.value.at} form="ago" />}
        actions={
          <Button size="small" variant="link" onPress={look} disabled={waiting}>
            {placeWords.room.again}
          </Button>
        }
      >
        {health.failure !== null && <FailureBox failure={health.failure} title={placeWords.room.failed} quiet />}
        {waiting && <Skeleton width={280} />}
        {health.value !== null && <Found card={card} health={health.value} onSwept={look} />}
      </Section>
    </>
  );
}

function Found({
  card: { id: place, name },
  health,
  onSwept,
}: {
  card: DestinationCard;
  health: PlaceHealth;
  onSwept: () => void;
}) {
  const { destination } = useApi();
  const [asking, setAsking] = useState(false);
  const [pending, setPending] = useState(false);
  const { orphans, unfinished } = health;
  const loose = orphans.filter(({ stays }) => stays === null);
  if (orphans.length === 0 && unfinished === 0) return <Badge state="stored">{words.none}</Badge>;
  const size = loose.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sweep = async () => {
    setPending(true);
    const id = `sweep ${name}`;
    try {
      const report = await destination.sweep({ name: place, orphans: loose.map((one) => one.name) });
      const [first] = report.stayed;
      const detail = first === undefined ? undefined : words.stayed(report.stayed.length, first.why);
      tell({ id, state: 'stored', title: words.done(report.removed.length, report.unfinished), detail });
      onSwept();
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id, state: 'danger', title: message, detail: hint, stays: true });
    }
    setPending(false);
    setAsking(false);
  };
  return (
    <>
      <p className={css.said}>{words.text}</p>
      {orphans.length > 0 && (
        <Table
          label={words.table}
          className={css.table ?? ''}
          columns={columns}
          rows={orphans}
          rowId={(one) => one.name}
          rowText={(one) => one.name}
          hang
        />
      )}
      {unfinished > 0 && <p className="two small">{words.unfinished(unfinished)}</p>}
      {loose.length + unfinished > 0 && (
        <div className={css.acts}>
          <Button icon="trash" onPress={() => setAsking(true)}>
            {words.act(loose.length)}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.askTitle}
        confirm={words.yes}
        destroys
        pending={pending}
        onConfirm={() => void sweep()}
      >
        <p className="two">{words.ask(loose.length, size, unfinished)}</p>
      </ConfirmDialog>
    </>
  );
}

const columns: readonly TableColumn<Orphan>[] = [
  {
    id: 'name',
    title: words.columns.name,
    rowHeader: true,
    cell: ({ name, whose, objects }) => (
      <span className={css.cell}>
        <span className="mono cut" title={name}>
          {name}
        </span>
        <small>{`${words.files(objects)}, ${whose === 'own' ? words.own : words.other}`}</small>
      </span>
    ),
  },
  {
    id: 'size',
    title: words.columns.size,
    width: 84,
    align: 'end',
    cell: ({ sizeBytes }) => <Bytes value={sizeBytes} />,
  },
  {
    id: 'newest',
    title: words.columns.newest,
    width: 150,
    from: 760,
    cell: ({ newestAt }) => <Moment at={newestAt} />,
  },
  {
    id: 'state',
    title: words.columns.state,
    from: 560,
    cell: ({ stays }) => (
      <span className={css.cell}>
        {stays === null ? <Badge state="attention">{words.removable}</Badge> : <small title={stays}>{stays}</small>}
      </span>
    ),
  },
];

function Bare({ place, health: { withoutData } }: { place: DestinationId; health: PlaceHealth }) {
  const { bare } = copiesWords;
  return (
    <Section
      title={bare.title}
      actions={
        <LinkButton size="small" href={href({ screen: 'destinations', place, part: 'reading' })}>
          {bare.read}
        </LinkButton>
      }
    >
      <p className={css.said}>{bare.text}</p>
      <ul className={css.lines}>
        {withoutData.map(({ backupId, sizeBytes, expectedBytes }) => (
          <li key={backupId}>
            <span className="mono">{backupId}</span>
            <span className="attention">{bare.line(sizeBytes, expectedBytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
