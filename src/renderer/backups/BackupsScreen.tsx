import { useCallback, useMemo, useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { BackupId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { Bar } from '../frame/Bar.tsx';
import { useBackUp } from '../frame/use-back-up.ts';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { useRunningJobs, useSource, useSources, useSourceTitle, useStanding } from '../store/hooks.ts';
import { sourceRef } from '../store/source-ref.ts';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { backups as words } from '../words/backups.ts';
import { frame } from '../words/frame.ts';
import { upcoming } from '../words/moment.ts';
import { addressOf } from '../words/sources.ts';
import { engineWord } from '../words/state.ts';
import { timeZone, useNow } from '../clock.ts';
import { BackupDetail } from './BackupDetail.tsx';
import css from './BackupsScreen.module.css';
import { BackupTable } from './BackupTable.tsx';
import { FailedAttempt } from './FailedAttempt.tsx';
import { Rail } from './Rail.tsx';
import { attemptsAmong, isWhole, wholeView, type VerdictFilter, type View } from './timeline.ts';
import { useAttempts, useTally, useTimeline } from './use-timeline.ts';

type BackupsRoute = Extract<Route, { screen: 'backups' }>;

const knownId = (text: string | null): BackupId | null => {
  const parsed = z.safeParse(BackupId, text);
  return parsed.success ? parsed.data : null;
};

/** All backups there are, newest first, and one of them in full. */
export function BackupsScreen({ route }: { route: BackupsRoute }) {
  // A backup that was chosen in the list of all sources has an address of its own source; the list stays that of all.
  const [chosenInAll, setChosenInAll] = useState<string | null>(null);
  const ofAll = route.source === null || (route.backupId !== null && route.backupId === chosenInAll);
  const source = ofAll ? null : route.source;
  return <Backups key={source ?? ''} source={source} backupId={route.backupId} onChoose={setChosenInAll} />;
}

function Backups({
  source,
  backupId,
  onChoose,
}: {
  /** Whose backups are listed; null lists all. */
  source: string | null;
  backupId: string | null;
  onChoose: (backupId: string | null) => void;
}) {
  const [verdict, setVerdict] = useState<VerdictFilter>('all');
  const [view, setView] = useState<'timeline' | 'table'>('timeline');
  const [shownAs, setShownAs] = useState<View>(wholeView);
  const known = useSource(source);
  // By its id, so that backups of another machine's source of the same name are not among its own.
  const asked = known?.id ?? source;
  const list = useTimeline({ source: asked, verdict, view: shownAs });
  const tally = useTally(asked);
  const { timeline } = list;
  const sources = useSources();
  const failed = useAttempts(source, known?.id ?? timeline.cards[0]?.sourceId);
  // A view shows backups alone: what failed is kept as nothing.
  const whole = isWhole(shownAs);
  const attempts = useMemo(() => (whole ? attemptsAmong(timeline, failed) : []), [whole, timeline, failed]);
  // One that failed is looked at without leaving the address: it is no backup.
  const [tried, setTried] = useState<string | null>(null);
  const attempt = attempts.find(({ id }) => id === tried);
  // An address without a backup means the newest, whichever that is.
  const selected = backupId === null ? (timeline.cards[0]?.backupId ?? null) : knownId(backupId);

  const go = useCallback(
    (card: BackupCard, how: 'push' | 'replace') => {
      onChoose(source === null ? card.backupId : null);
      navigate({ screen: 'backups', source: sourceRef(sources, card), backupId: card.backupId }, how);
    },
    [source, sources, onChoose],
  );
  const goTo = (id: string, how: 'push' | 'replace') => {
    setTried(attempts.some((job) => job.id === id) ? id : null);
    const card = timeline.cards.find((one) => one.backupId === id);
    if (card !== undefined) go(card, how);
  };
  const nothing =
    timeline.loading === 'nothing' &&
    timeline.cards.length === 0 &&
    verdict === 'all' &&
    isWhole(shownAs) &&
    timeline.failure === null;
  if (nothing) {
    return (
      <>
        <Head source={source} count={null} />
        <Nothing source={source} />
      </>
    );
  }
  const shared = {
    list,
    tally: tally.value,
    source,
    verdict,
    onVerdict: setVerdict,
    onView: setView,
    shownAs,
    onShownAs: setShownAs,
  };
  return (
    <>
      <Head source={source} count={tally.value?.all ?? null} />
      <Content bare>
        {view === 'table' ? (
          <BackupTable
            {...shared}
            onOpen={(id) => {
              setView('timeline');
              goTo(id, 'push');
            }}
          />
        ) : (
          <div className={css.panes}>
            <Rail
              {...shared}
              attempts={attempts}
              selected={attempt?.id ?? selected}
              onSelect={(id) => goTo(id, 'replace')}
            />
            {attempt === undefined ? (
              <Beside backupId={backupId} selected={selected} />
            ) : (
              <FailedAttempt job={attempt} />
            )}
          </div>
        )}
      </Content>
    </>
  );
}

function Beside({ backupId, selected }: { backupId: string | null; selected: BackupId | null }) {
  if (selected !== null) return <BackupDetail backupId={selected} />;
  return (
    <div className={css.beside}>
      {backupId === null ? (
        <EmptyState icon="backups" title={words.pick} />
      ) : (
        <EmptyState icon="backups" title={words.gone}>
          {words.goneText}
        </EmptyState>
      )}
    </div>
  );
}

function Head({ source, count }: { source: string | null; count: number | null }) {
  const known = useSource(source);
  const standing = useStanding(source);
  const title = useSourceTitle(source);
  const now = useNow();
  const backUp = useBackUp();
  if (source === null)
    return <Bar title={frame.screens.backups} sub={count === null ? undefined : words.count(count)} />;
  const next = standing?.next ?? null;
  const sub =
    known === undefined
      ? words.removedSource
      : [
          addressOf(known),
          engineWord[known.settings.kind],
          next === null ? '' : words.nextRun(upcoming(next.at, now, timeZone())),
        ]
          .filter((part) => part !== '')
          .join(' · ');
  return (
    <Bar
      title={title}
      crumb={{ title: frame.screens.backups, href: href({ screen: 'backups', source: null, backupId: null }) }}
      sub={sub}
      actions={
        known !== undefined && (
          <>
            <LinkButton href={href({ screen: 'source-edit', name: known.name })}>{words.editSource}</LinkButton>
            <Button onPress={() => backUp(known.name)}>{words.backUp}</Button>
          </>
        )
      }
    />
  );
}

function Nothing({ source }: { source: string | null }) {
  const known = useSource(source);
  const title = useSourceTitle(source);
  const backUp = useBackUp();
  const running = useRunningJobs().some((job) => job.kind === 'backup' && job.sourceId === known?.id);
  const actions =
    source === null ? (
      <LinkButton variant="primary" href={href({ screen: 'source-new' })}>
        {words.empty.addSource}
      </LinkButton>
    ) : known === undefined ? undefined : (
      <Button variant="primary" onPress={() => backUp(known.name)} pending={running}>
        {words.backUp}
      </Button>
    );
  return (
    <Content>
      <div className={css.nothing}>
        <EmptyState icon="backups" title={running ? words.empty.running : words.empty.title} actions={actions}>
          {source === null ? words.empty.textAll : words.empty.text(title)}
        </EmptyState>
      </div>
    </Content>
  );
}
