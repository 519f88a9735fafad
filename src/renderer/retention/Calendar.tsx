import { type KeyboardEvent, useRef } from 'react';
import type { DestinationId } from '../../shared/id.ts';
import { classNames } from '../ui/class-names.ts';
import { Glyph } from '../ui/Icon.tsx';
import { type Mark, retentionWords as words } from '../words/retention.ts';
import { type DayFacts, isDamaged, marks, marksOf, type Month, shiftDay, weekdayOf } from './calendar.ts';
import css from './Retention.module.css';

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export const markClass = (mark: Mark): string => classNames(css.mark, css[mark]);

/** Places as a person calls them. */
export type PlaceNames = (places: readonly DestinationId[]) => string[];

/** Months as tables. One day is in the order of the Tab key; the arrows go on from there, to days that have backups. */
export function Calendar({
  months,
  days,
  today,
  chosen,
  placeNames,
  onChoose,
}: {
  months: readonly Month[];
  days: readonly DayFacts[];
  today: string;
  chosen: string | null;
  placeNames: PlaceNames;
  onChoose: (day: string) => void;
}) {
  const root = useRef<HTMLDivElement>(null);
  const facts = new Map(days.map((day) => [day.day, day]));
  const inTabOrder = chosen !== null && facts.has(chosen) ? chosen : (days.at(-1)?.day ?? null);
  const move = (event: KeyboardEvent, from: string): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = nearest(days, shiftDay(from, step), step);
    if (next === null) return;
    onChoose(next);
    root.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };
  return (
    <div ref={root} className={css.months}>
      {months.map(({ month, weeks }) => (
        <table key={month} className={css.month}>
          <caption>{words.month(month)}</caption>
          <thead>
            <tr>
              {words.weekdays.map((name, index) => (
                <th key={name} scope="col">
                  <abbr title={name}>{words.weekdayShort[index]}</abbr>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week.find((day) => day !== null)}>
                {week.map((day, index) => (
                  <td key={day ?? index}>
                    {day !== null && (
                      <Day
                        day={day}
                        facts={facts.get(day)}
                        today={day === today}
                        later={day > today}
                        chosen={day === chosen}
                        tabbed={day === inTabOrder}
                        placeNames={placeNames}
                        onChoose={onChoose}
                        onMove={move}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

/** The day itself or the next one with backups in the direction of the step. */
function nearest(days: readonly DayFacts[], wanted: string, step: number): string | null {
  const onwards = days.filter(({ day }) => (step > 0 ? day >= wanted : day <= wanted)).map(({ day }) => day);
  return (step > 0 ? onwards.toSorted()[0] : onwards.toSorted().at(-1)) ?? null;
}

function Day(props: {
  day: string;
  facts: DayFacts | undefined;
  today: boolean;
  later: boolean;
  chosen: boolean;
  tabbed: boolean;
  placeNames: PlaceNames;
  onChoose: (day: string) => void;
  onMove: (event: KeyboardEvent, from: string) => void;
}) {
  const { day, facts } = props;
  const number = Number(day.slice(8));
  if (facts === undefined)
    return <span className={classNames(css.day, css.empty, props.today && css.today)}>{number}</span>;
  const shown = marksOf(facts);
  const damaged = props.placeNames(facts.damaged);
  const as = shown.filter((mark) => mark !== 'goes' && mark !== 'stays').map((mark) => words.markNames[mark]);
  return (
    <button
      type="button"
      data-day={day}
      tabIndex={props.tabbed ? 0 : -1}
      aria-pressed={props.chosen}
      aria-current={props.today ? 'date' : undefined}
      className={classNames(css.day, facts.kept === 0 && css.going, props.today && css.today)}
      onClick={() => props.onChoose(day)}
      onKeyDown={(event) => props.onMove(event, day)}
    >
      {/* Not a label: what is shown, letters and all, would have to be in it. */}
      <span className="hush">
        {words.dayLabel(words.day(day, weekdayOf(day)), facts.kept, facts.goes, as, damaged)}
      </span>
      <span className={css.top} aria-hidden="true">
        {number}
        {damaged.length > 0 && (
          <span className={css.rots} title={words.damagedOn(damaged)}>
            <Glyph state="danger" />
          </span>
        )}
      </span>
      <span className={css.marks} aria-hidden="true">
        {shown.map((mark) => (
          <i key={mark} className={markClass(mark)}>
            {mark === 'goes' && facts.goes > 1 ? `×\u200A${facts.goes}` : words.letters[mark]}
          </i>
        ))}
      </span>
    </button>
  );
}

/** What the letters mean, for those that are there. */
export function Legend({ days }: { days: readonly DayFacts[] }) {
  const there = new Set(days.flatMap(marksOf));
  const rots = days.some(isDamaged);
  if (there.size === 0 && !rots) return null;
  return (
    <ul className={css.legend}>
      {marks
        .filter((mark) => there.has(mark))
        .map((mark) => (
          <li key={mark}>
            <i className={markClass(mark)} aria-hidden="true">
              {words.letters[mark]}
            </i>
            {words.markNames[mark]}
          </li>
        ))}
      {rots && (
        <li>
          <Glyph state="danger" />
          {words.damaged}
        </li>
      )}
    </ul>
  );
}
