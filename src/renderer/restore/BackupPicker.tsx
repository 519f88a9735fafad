import { type PointerEvent, useState } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { type BackupId } from '../../shared/id.ts';
import { isReadBack } from '../../shared/verify.ts';
import { timeZone, useNow } from '../clock.ts';
import { Badge, Tag } from '../ui/Badge.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { moment, momentInSentence, shortDay } from '../words/moment.ts';
import { sizeOf } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { backupGlyph, backupWord } from '../words/state.ts';
import css from './BackupPicker.module.css';
import { fittingScale, nearestMark, neighbours, scales, timelineOf, type Scale, type Timeline } from './timeline.ts';

export interface BackupPickerProps {
  title: string;
  /** Newest first. */
  cards: readonly BackupCard[];
  chosen: BackupCard;
  suggested: BackupCard | undefined;
  onChoose: (backupId: BackupId) => void;
}

/** Which backup: a line of time to point at, its neighbours by button, all of them in a list, and what is known of it. */
export function BackupPicker({ title, cards, chosen, suggested, onChoose }: BackupPickerProps) {
  const now = useNow();
  const [scale, setScale] = useState<Scale>(() => fittingScale(cards, now));
  const proven = cards.filter((card) => card.verdict === 'proven').length;
  const { earlier, later } = neighbours(cards, chosen.backupId);
  return (
    <Section
      title={title}
      note={words.backupCount(cards.length, proven)}
      actions={
        cards.length > 1 && (
          <SegmentedControl
            label={words.scale}
            value={scale}
            onChange={setScale}
            segments={scales.map((value) => ({ value, title: words.scales[value] }))}
          />
        )
      }
    >
      <Line cards={cards} chosen={chosen} scale={scale} onChoose={onChoose} />
      <div className={css.picked}>
        <Select
          label={words.backupLabel}
          hideLabel
          className={css.select}
          value={chosen.backupId}
          onChange={onChoose}
          options={cards.map((card) => ({
            value: card.backupId,
            title: moment(card.takenAt, now, timeZone()),
            at: backupWord(card),
          }))}
        />
        <Known card={chosen} />
        <span className="row">
          <Button
            size="small"
            icon="left"
            label={words.earlierName}
            disabled={earlier === null}
            onPress={() => earlier !== null && onChoose(earlier.backupId)}
          >
            {words.earlier}
          </Button>
          <Button
            size="small"
            iconAfter="right"
            label={words.laterName}
            disabled={later === null}
            onPress={() => later !== null && onChoose(later.backupId)}
          >
            {words.later}
          </Button>
        </span>
      </div>
      <Caution chosen={chosen} suggested={suggested} onChoose={onChoose} />
    </Section>
  );
}

function Line({
  cards,
  chosen,
  scale,
  onChoose,
}: Pick<BackupPickerProps, 'cards' | 'chosen' | 'onChoose'> & { scale: Scale }) {
  const now = useNow();
  const zone = timeZone();
  const line = timelineOf(cards, scale, chosen.takenAt, now);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const mark = nearestMark(line, (event.clientX - box.left) / box.width);
    if (mark !== null) onChoose(mark.backupId);
  };
  const proven = line.marks.filter((mark) => mark.verdict === 'proven').length;
  const name = words.timelineName(
    line.marks.length,
    proven,
    shortDay(line.from, zone),
    shortDay(Math.min(line.to, now), zone),
    moment(chosen.takenAt, now, zone),
  );
  return (
    // The same choice is made by the list and the buttons under it; this is for pointing only.
    <div className={css.line} role="img" aria-label={name} onPointerDown={point}>
      <i className={css.rail} style={{ width: share(line.now) }} />
      {line.marks.map((mark) => (
        <span key={mark.backupId} className={css.mark} style={{ left: share(mark.at) }}>
          <Glyph state={backupGlyph(mark)} />
        </span>
      ))}
      <Chosen line={line} chosen={chosen} />
      {line.ticks.map((tick) => (
        <span key={tick.moment} className={css.tick} style={{ left: share(tick.at) }}>
          {line.to - line.from < 3 * 86_400_000 ? clockOf(tick.moment, now) : shortDay(tick.moment, zone)}
        </span>
      ))}
    </div>
  );
}

function Chosen({ line, chosen }: { line: Timeline; chosen: BackupCard }) {
  const now = useNow();
  const at = (chosen.takenAt - line.from) / (line.to - line.from);
  return (
    <span
      className={css.chosen}
      style={{ left: share(at) }}
      data-edge={at > 0.88 ? 'end' : at < 0.12 ? 'start' : undefined}
    >
      <i />
      <b>{moment(chosen.takenAt, now, timeZone())}</b>
    </span>
  );
}

const share = (at: number): string => `${(at * 100).toFixed(3)}%`;

/** `Tue 14:00` on a line of hours. */
const clockOf = (at: number, now: number): string => moment(at, now, timeZone()).replace(' today', '');

function Known({ card }: { card: BackupCard }) {
  const now = useNow();
  const when = card.provenAt === null ? '' : momentInSentence(card.provenAt, now, timeZone());
  const text = {
    proven: words.chosenProven(when),
    partly: isReadBack(card) ? words.chosenRead(when) : words.chosenPartly(when),
    failed: words.chosenFailed(when),
    unproven: words.chosenUnproven,
  }[card.verdict];
  return (
    <span className={css.known}>
      <span className="row">
        <Badge state={backupGlyph(card)}>{backupWord(card)}</Badge>
        <span className="three small num">{sizeOf(card.sizeBytes)}</span>
        {!card.complete && <Tag tone="attention">{words.incompleteTag}</Tag>}
      </span>
      <span className="small two">{text}</span>
    </span>
  );
}

function Caution({ chosen, suggested, onChoose }: Pick<BackupPickerProps, 'chosen' | 'suggested' | 'onChoose'>) {
  const now = useNow();
  if (chosen.verdict === 'proven') return null;
  const better = suggested !== undefined && suggested.verdict === 'proven' ? suggested : null;
  const when = better === null ? '' : momentInSentence(better.takenAt, now, timeZone());
  return (
    <div className={css.caution}>
      <Banner
        tone={chosen.verdict === 'failed' ? 'danger' : 'attention'}
        title={chosen.verdict === 'failed' ? words.failedTitle : words.notProvenTitle}
        actions={
          better !== null && (
            <Button size="small" label={words.suggestionName(when)} onPress={() => onChoose(better.backupId)}>
              {words.suggestion}
            </Button>
          )
        }
      >
        {better === null ? words.noneProvenText : words.notProvenText(when)}
      </Banner>
    </div>
  );
}
