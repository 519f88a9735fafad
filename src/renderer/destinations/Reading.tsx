import { useCallback } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { type DamagedCopy, type ScrubShare, type ScrubState } from '../../shared/scrub.ts';
import { href } from '../route.ts';
import { useAnnouncements, useApi, useHeld, useJob } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { useJobRun } from '../store/use-job-run.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { SplitButton } from '../ui/Menu.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Moment } from '../ui/Time.tsx';
import { percent } from '../words/number.ts';
import { readingWords as words } from '../words/place-parts.ts';
import { LastReading } from './LastReading.tsx';
import css from './Parts.module.css';
import { ReadingSettings } from './ReadingSettings.tsx';

/** How much of what lies there was read again, what that found, and when it goes on. */
export function Reading({ card }: { card: DestinationCard }) {
  const { scrub } = useApi();
  const state = useAsked(`scrub ${card.id}`, () => scrub.state({ name: card.id }));
  const { again } = state;
  useAnnouncements(
    useCallback(
      ({ event }: Announcement) => {
        if (/^(?:backup[.]|job[.]changed$|destination[.]changed$)/.test(event)) again();
      },
      [again],
    ),
  );
  const [now] = state.value ?? [];
  if (state.failure !== null) return <FailureBox failure={state.failure} />;
  if (now === undefined) return <Skeleton width={360} />;
  return (
    <div className={css.part}>
      {now.damaged.length > 0 && <Damaged card={card} damaged={now.damaged} />}
      <div className={css.pair}>
        <HowFar card={card} state={now} />
        <ReadingSettings card={card} settings={now.settings} />
      </div>
    </div>
  );
}

function HowFar({ card, state }: { card: DestinationCard; state: ScrubState }) {
  const { scrub, job: jobs } = useApi();
  const { run, start } = useJobRun();
  const job = useJob(state.jobId);
  const { facts } = words;
  const read = (share?: ScrubShare): void =>
    start(() => scrub.start({ name: card.id, ...(share === undefined ? {} : { share }) }));
  const running = state.jobId;
  const done = percent(job?.progress?.bytes ?? 0, job?.progress?.totalBytes ?? null);
  const share = percent(state.readBytes, state.sizeBytes) ?? 0;
  return (
    <Section title={words.title}>
      <p className={css.said}>{words.text}</p>
      <div className={css.progress}>
        <span>{words.lead(state.readBackups, state.backups, state.settings.withinDays)}</span>
        <ProgressBar label={words.share(card.name)} value={share} tone="proven" />
        <small className="three num">{words.bytes(state.readBytes, state.sizeBytes)}</small>
      </div>
      <Facts
        facts={[
          { name: facts.last, value: state.lastAt === null ? facts.never : <Moment at={state.lastAt} /> },
          state.lastAt === null
            ? null
            : { name: facts.found, value: <LastReading place={card.id} key={state.lastAt} /> },
          state.backups === 0
            ? null
            : {
                name: facts.oldest,
                value: state.oldestReadAt === null ? facts.someNever : <Moment at={state.oldestReadAt} form="ago" />,
              },
          { name: facts.next, value: state.nextAt === null ? facts.off : <Moment at={state.nextAt} /> },
          state.waiting === null
            ? null
            : { name: facts.waits, value: <span className="attention">{state.waiting}</span> },
        ]}
      />
      {running !== null && (
        <div className={css.progress}>
          <Badge state="working">{words.running}</Badge>
          <ProgressBar label={words.running} value={done} />
        </div>
      )}
      <div className={css.acts}>
        {running === null ? (
          <SplitButton
            onPress={() => read()}
            menuLabel={words.choose}
            heading={words.how}
            lines={[
              { id: 'due', title: words.shares.due, onAction: () => read() },
              { id: 'some', title: words.shares.some, onAction: () => read({ percent: 10 }) },
              { id: 'all', title: words.shares.all, onAction: () => read({ percent: 100 }) },
            ]}
          >
            {words.read}
          </SplitButton>
        ) : (
          <Button onPress={() => void jobs.cancel({ jobId: running }).catch(() => undefined)}>{words.stop}</Button>
        )}
      </div>
      {run.state === 'refused' && <FailureBox failure={run.failure} quiet />}
    </Section>
  );
}

function Damaged({ card, damaged }: { card: DestinationCard; damaged: readonly DamagedCopy[] }) {
  return (
    <Section title={words.damaged.title}>
      <Table
        label={words.damaged.table}
        className={css.table ?? ''}
        columns={columnsOf(card)}
        rows={damaged}
        rowId={({ backupId }) => backupId}
        rowText={({ source }) => source}
        hang
      />
    </Section>
  );
}

function columnsOf(card: DestinationCard): TableColumn<DamagedCopy>[] {
  const { columns, kinds } = words.damaged;
  return [
    {
      id: 'backup',
      title: columns.backup,
      width: 200,
      rowHeader: true,
      cell: ({ source, backupId, takenAt }) => (
        <span className={css.cell}>
          <a href={href({ screen: 'backups', source, backupId })}>{source}</a>
          <small>
            <Moment at={takenAt} />
          </small>
        </span>
      ),
    },
    {
      id: 'what',
      title: columns.what,
      cell: ({ finding }) => (
        <span className={css.cell}>
          <Badge state="danger">{kinds[finding.kind]}</Badge>
          <small title={finding.message}>{finding.message}</small>
        </span>
      ),
    },
    {
      id: 'act',
      title: columns.act,
      hideTitle: true,
      width: 230,
      align: 'end',
      cell: (one) => <Repair card={card} copy={one} />,
    },
  ];
}

function Repair({ card, copy: { backupId, source, repairFrom } }: { card: DestinationCard; copy: DamagedCopy }) {
  const { scrub } = useApi();
  const places = useHeld((state) => state.destinations);
  const { run, start } = useJobRun();
  const from = places.find(({ id }) => id === repairFrom[0]);
  if (from === undefined) return <span className="three small">{words.damaged.none}</span>;
  return (
    <Button
      size="small"
      icon="restore"
      pending={run.state === 'asking' || run.state === 'running'}
      label={words.damaged.label(source, from.name)}
      onPress={() => start(() => scrub.repair({ backup: backupId, name: card.id, from: from.id }))}
    >
      {words.damaged.repair(from.name)}
    </Button>
  );
}
