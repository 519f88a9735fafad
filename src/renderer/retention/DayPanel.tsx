import { useState } from 'react';
import { type RetentionEntry, type RetentionQuestion } from '../../shared/retention.ts';
import { timeZone, useNow } from '../clock.ts';
import { PinDialog } from '../frame/PinDialog.tsx';
import { href } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { clockTime, dayOrTime, momentInSentence } from '../words/moment.ts';
import { sizeOf } from '../words/number.ts';
import { retentionWords as words } from '../words/retention.ts';
import { type GlyphName } from '../words/state.ts';
import { type PlaceNames } from './Calendar.tsx';
import { weekdayOf } from './calendar.ts';
import css from './Retention.module.css';
import { useChanges } from './use-look.ts';

const most = 100;
const glyphs: Record<RetentionEntry['verdict'], GlyphName> = {
  proven: 'proven',
  partly: 'stored',
  failed: 'danger',
  unproven: 'stored',
};

/** The backups of one day, each with the reason why it stays or goes. */
export function DayPanel({
  question,
  day,
  placeNames,
}: {
  question: RetentionQuestion;
  day: string;
  placeNames: PlaceNames;
}) {
  const api = useApi();
  const asked = { ...question, from: day, to: day };
  const entries = useAsked(JSON.stringify(asked), () => api.retention.entries(asked));
  useChanges(entries.again);
  const [pinned, setPinned] = useState<RetentionEntry | null>(null);
  if (entries.failure !== null) return <FailureBox failure={entries.failure} title={words.notRead} />;
  const found = entries.value ?? [];
  return (
    <section className={css.chosen} aria-label={words.day(day, weekdayOf(day))} aria-live="polite">
      <h3>{words.day(day, weekdayOf(day))}</h3>
      {entries.value !== null && found.length === 0 && <p className="three">{words.nothingOn}</p>}
      <ul>
        {found.map((entry) => (
          <Entry
            key={entry.backupId}
            entry={entry}
            source={question.name}
            damaged={placeNames(entry.damaged)}
            onPin={() => setPinned(entry)}
          />
        ))}
      </ul>
      {found.length >= most && <p className="three small">{words.more}</p>}
      <PinDialog target={pinned} onClose={() => setPinned(null)} />
    </section>
  );
}

function Entry({
  entry,
  source,
  damaged,
  onPin,
}: {
  entry: RetentionEntry;
  source: string;
  /** Places whose copy of it does not hold. */
  damaged: readonly string[];
  onPin: () => void;
}) {
  const now = useNow();
  const zone = timeZone();
  const at = clockTime(entry.takenAt, zone).slice(0, 5);
  const when = momentInSentence(entry.takenAt, now, zone);
  return (
    <li className={css.entry}>
      <div>
        <p>
          <a
            className="strong num"
            href={href({ screen: 'backups', source, backupId: entry.backupId })}
            title={entry.backupId}
          >
            {at}
          </a>
          <span className="three num">{sizeOf(entry.sizeBytes)}</span>
          <Badge state={glyphs[entry.verdict]}>{words.verdict[entry.verdict]}</Badge>
        </p>
        <p className={entry.goes ? 'attention' : 'two'}>{entry.goes ? words.goesNow : reasonsOf(entry, now, zone)}</p>
        {damaged.length > 0 && (
          <p className={css.rotten}>
            <Badge state="danger">{words.damagedIn(damaged)}</Badge>
            <LinkButton
              size="small"
              label={words.lookAt(when)}
              href={href({ screen: 'backups', source, backupId: entry.backupId })}
            >
              {words.toRepair}
            </LinkButton>
          </p>
        )}
      </div>
      {entry.pin === null && (
        <Button size="small" icon="pin" label={words.pinOf(when)} onPress={onPin}>
          {words.pin}
        </Button>
      )}
    </li>
  );
}

function reasonsOf({ reasons, goesAt }: RetentionEntry, now: number, zone: string): string {
  const why = reasons.map(({ words: said, until }) =>
    until === null ? said : `${said.replace(/\.$/, '')}, ${words.until(dayOrTime(until, now, zone))}.`,
  );
  return [...why, ...(goesAt === null ? [] : [words.goesAt(momentInSentence(goesAt, now, zone))])].join(' ');
}
