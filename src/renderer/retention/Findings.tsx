import { type RetentionLook, type RetentionSettings } from '../../shared/retention.ts';
import { timeZone, useNow } from '../clock.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Lead } from '../ui/Layout.tsx';
import { momentInSentence } from '../words/moment.ts';
import { retentionWords as words } from '../words/retention.ts';
import { earlier } from './calendar.ts';
import css from './Retention.module.css';

type Place = RetentionLook['places'][number];

export function RetentionLead({
  place,
  look,
  drafted,
}: {
  place: Place | null;
  look: RetentionLook;
  drafted: boolean;
}) {
  const now = useNow();
  if (place === null) return <Lead text={words.noPlace} />;
  const { kept, goes } = place.asDrafted;
  if (kept + goes === 0)
    return <Lead text={words.noBackup(look.owners[0]?.sources[0] ?? '')} note={words.noBackupText} />;
  const ruled = look.owners.some(({ settings }) => settings.rule !== null || settings.places.length > 0);
  if (!ruled && !drafted) return <Lead text={words.everything(kept)} note={words.noRule} />;
  const next = place.next === null ? null : words.afterNext(momentInSentence(place.next, now, timeZone()));
  const when = drafted || !place.applied ? words.whenApplied : next;
  const note = drafted ? words.drafted : place.applied ? undefined : words.waits;
  return <Lead text={words.lead(kept, goes, when)} note={note} />;
}

/** Why nothing goes, though a rule would have it: the clock, a list that is short, a place that is away, too many at once. */
export function Stops({
  place,
  owner,
  source,
  onAgain,
}: {
  place: Place | null;
  owner: RetentionSettings | null;
  source: string;
  onAgain: () => void;
}) {
  const api = useApi();
  const deletes = owner !== null && (owner.rule !== null || owner.places.length > 0);
  const checked = useAsked(deletes ? JSON.stringify(owner) : null, () =>
    // The places themselves are asked: what the catalog remembers cannot say whether a list is short.
    api.retention.preview({ owner: owner?.owner ?? { sourceId: '' }, clockIsRight: false, brief: true }),
  );
  const line = checked.value?.lines.find((one) => one.source === source && one.destination === place?.destination);
  const stopped = line?.stopped ?? place?.stopped ?? null;
  const look = (clockIsRight: boolean): void => {
    if (owner === null) return;
    api.retention.preview({ owner: owner.owner, clockIsRight, brief: true }).then(
      () => {
        checked.again();
        onAgain();
      },
      () => checked.again(),
    );
  };
  return (
    <>
      {stopped !== null && place !== null && (
        <Banner
          tone="attention"
          title={words.stoppedIn(place.place)}
          announce
          actions={
            <>
              {stopped.code === 'retention.clock-wrong' && (
                <Button size="small" onPress={() => look(true)}>
                  {words.clockIsRight}
                </Button>
              )}
              <Button size="small" onPress={() => look(false)}>
                {words.checkAgain}
              </Button>
            </>
          }
        >
          {`${stopped.message} ${stopped.hint}`}
        </Banner>
      )}
      {place?.asks === true && place.applied && (
        <Banner tone="attention" title={words.asksTitle}>
          {words.asksText}
        </Banner>
      )}
    </>
  );
}

/** Months before those that are shown; a press leads there. */
export function Earlier({
  months,
  first,
  onMonth,
}: {
  months: RetentionLook['months'];
  first: string;
  onMonth: (month: string) => void;
}) {
  const { rows, rest } = earlier(months, first);
  if (rows.length === 0) return null;
  return (
    <section className={css.older} aria-label={words.earlierTitle}>
      <h3>{words.earlierTitle}</h3>
      <ul>
        {rows.map(({ month, kept, goes }) => (
          <li key={month}>
            <Button variant="link" onPress={() => onMonth(month)}>
              {words.month(month)}
            </Button>
            <span className="three num">{words.earlierCount(kept, goes)}</span>
          </li>
        ))}
        {rest !== null && (
          <li>
            <Button variant="link" onPress={() => onMonth(rest.last)}>
              {words.before(rest.last)}
            </Button>
            <span className="three num">{words.earlierCount(rest.kept, rest.goes)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}
