import { useCallback, useMemo } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { type Job } from '../../shared/job.ts';
import { timeZone, useNow } from '../clock.ts';
import { useSourceById } from '../store/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Glyph } from '../ui/Icon.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { LongList } from '../ui/LongList.tsx';
import { backups as words } from '../words/backups.ts';
import { clockTime, dayHeading } from '../words/moment.ts';
import { sizeOf } from '../words/number.ts';
import { backupGlyph } from '../words/state.ts';
import css from './Timeline.module.css';
import { timelineItems, triedAt, type Attempt, type Timeline as TimelineState, type TimelineItem } from './timeline.ts';

const itemId = (item: TimelineItem): string => item.key;
const isHeading = (item: TimelineItem): boolean => item.kind === 'day';
const headingHeight = 34;
const none: readonly Job[] = [];

/** The backups of a source, or of all, under the days they were made. */
export function Timeline({
  timeline,
  attempts = none,
  label,
  withSource,
  selected,
  onSelect,
  onOpen,
  more,
  retry,
  empty,
}: {
  timeline: TimelineState;
  /** Backups that were tried and failed, newest first; they stand in their days among the others. */
  attempts?: readonly Job[];
  label: string;
  /** Names the source of each, where there are several. */
  withSource: boolean;
  selected: string | null;
  onSelect: (backupId: string) => void;
  onOpen?: (backupId: string) => void;
  more: () => void;
  retry: () => void;
  empty: React.ReactNode;
}) {
  const now = useNow();
  const zone = timeZone();
  const items = useMemo(() => timelineItems(timeline.cards, zone, attempts), [timeline.cards, zone, attempts]);
  // Whether there is a second line does not hang on the time.
  const itemHeight = useCallback(
    (item: TimelineItem) => {
      if (item.kind === 'day') return headingHeight;
      return item.kind === 'backup' && words.under(item.card, withSource) === '' ? 32 : 44;
    },
    [withSource],
  );
  if (timeline.loading === 'first' && timeline.cards.length === 0) return <Loading />;
  return (
    <LongList
      label={label}
      items={items}
      itemId={itemId}
      itemHeight={itemHeight}
      isHeading={isHeading}
      selected={selected}
      onSelect={onSelect}
      {...(onOpen === undefined ? {} : { onOpen })}
      onEnd={more}
      className={css.list}
      empty={
        timeline.failure === null ? (
          empty
        ) : (
          <FailureBox
            failure={timeline.failure}
            title={words.notLoaded}
            actions={
              <Button size="small" onPress={retry}>
                {words.tryAgain}
              </Button>
            }
          />
        )
      }
      foot={
        timeline.loading === 'next' ? (
          <p className={css.foot}>{words.loadingMore}</p>
        ) : timeline.failure !== null && timeline.cards.length > 0 ? (
          <p className={css.foot}>
            {words.notLoaded}{' '}
            <Button size="small" variant="link" onPress={retry}>
              {words.tryAgain}
            </Button>
          </p>
        ) : undefined
      }
    >
      {(item) =>
        item.kind === 'day' ? (
          <div className={css.day}>{words.day(item.at, now, zone)}</div>
        ) : item.kind === 'attempt' ? (
          <AttemptRow attempt={item.attempt} withSource={withSource} now={now} zone={zone} />
        ) : (
          <Row card={item.card} withSource={withSource} now={now} zone={zone} />
        )
      }
    </LongList>
  );
}

function Row({ card, withSource, now, zone }: { card: BackupCard; withSource: boolean; now: number; zone: string }) {
  const under = words.under(card, withSource);
  const kept = card.stored.some((one) => one.state === 'failed') ? css.unkept : undefined;
  return (
    <div className={classNames(css.row, kept)}>
      <Glyph state={backupGlyph(card)} label={words.glyph(card)} />
      <span className="hush">{dayHeading(card.takenAt, now, zone)}</span>
      <b className="num">{clockTime(card.takenAt, zone).slice(0, 5)}</b>
      <span className={classNames(css.size, 'num')}>{sizeOf(card.sizeBytes)}</span>
      {under !== '' && <small>{under}</small>}
    </div>
  );
}

function AttemptRow({
  attempt: { job, times },
  withSource,
  now,
  zone,
}: {
  attempt: Attempt;
  withSource: boolean;
  now: number;
  zone: string;
}) {
  const source = useSourceById(job.sourceId)?.name;
  const at = triedAt(job);
  return (
    <div className={css.row}>
      <Glyph state="danger" label={words.attempt.glyph} />
      <span className="hush">{dayHeading(at, now, zone)}</span>
      <b className="num">{clockTime(at, zone).slice(0, 5)}</b>
      <span className={css.size}>{words.attempt.nothing}</span>
      <small>{words.attempt.under(job, times, withSource ? source : undefined)}</small>
    </div>
  );
}

/** As high as what will stand there. */
function Loading() {
  return (
    <div className={css.loading} role="status" aria-label={words.loading}>
      {[96, 120, 88, 104, 92, 112].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
