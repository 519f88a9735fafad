import { type Need, type Overview } from '../../shared/overview.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { Button } from '../ui/Button.tsx';
import { Bullets } from '../ui/chart/Bullets.tsx';
import { Section } from '../ui/Layout.tsx';
import { fullMoment, upcoming } from '../words/moment.ts';
import { duration } from '../words/number.ts';
import { overviewWords as words } from '../words/overview.ts';
import css from './Overview.module.css';
import { useActs } from './use-acts.ts';

const linesShown = 6;

/** What stands under the table: how long a restore took, what comes next, what could be better. */
export function Below({ overview }: { overview: Overview }) {
  return (
    <div className={css.below}>
      <RestoreTimes overview={overview} />
      <Next overview={overview} />
      <Worth overview={overview} />
    </div>
  );
}

function RestoreTimes({ overview }: { overview: Overview }) {
  const measured = overview.sources.flatMap(({ name, restoreMs, thawMs = 0, goals }) =>
    restoreMs === null ? [] : [{ name, restoreMs: restoreMs + thawMs, goalMs: goals?.rtoMs }],
  );
  const greatest = Math.max(...measured.map(({ restoreMs }) => restoreMs));
  return (
    <Section ruled title={words.restoreTime.title} note={words.restoreTime.note}>
      {measured.length === 0 ? (
        <p className="small three">{words.nothingMeasured}</p>
      ) : (
        <Bullets
          lines={measured.slice(0, linesShown).map(({ name, restoreMs, goalMs }) => ({
            name,
            value: restoreMs,
            target: goalMs,
            greatest: greatest * 1.5,
            label: words.restoreTook(name, restoreMs, goalMs),
            text: goalMs === undefined ? duration(restoreMs) : words.ofGoal(restoreMs, goalMs),
          }))}
        />
      )}
    </Section>
  );
}

function Next({ overview }: { overview: Overview }) {
  const now = useNow();
  const zone = timeZone();
  return (
    <Section
      ruled
      title={words.nextRuns.title}
      actions={
        <a className="small" href={href({ screen: 'plans', planId: null })}>
          {words.nextRuns.plans}
        </a>
      }
    >
      {overview.agenda.length === 0 ? (
        <p className="small three">{words.nextRuns.none}</p>
      ) : (
        <ul className={css.agenda}>
          {overview.agenda.slice(0, linesShown).map(({ at, planId, text }) => (
            <li key={`${planId} ${at} ${text}`}>
              <time dateTime={new Date(at).toISOString()} title={fullMoment(at, zone)}>
                {upcoming(at, now, zone)}
              </time>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const isSame = (one: Need, other: Need): boolean => one.code === other.code && one.place === other.place;

/** Hints: nothing is wrong, but something could be better. Left out where there are none, and while a job may mend it. */
function Worth({ overview }: { overview: Overview }) {
  const acts = useActs();
  const hints = overview.sources
    .filter(({ jobs }) => jobs.length === 0)
    .flatMap((standing) => standing.needs.filter(({ grade }) => grade === 'hint').map((need) => ({ standing, need })))
    // A place that cannot be read is one thing to do, however many sources go there.
    .filter(
      ({ need }, index, all) =>
        need.code !== 'reading-fails' || all.findIndex((other) => isSame(other.need, need)) === index,
    );
  if (hints.length === 0) return null;
  return (
    <Section ruled title={words.worth.title}>
      <ul className={css.worth}>
        {hints.slice(0, 4).map(({ standing, need }) => (
          <li key={`${standing.name} ${need.code} ${need.place ?? ''}`}>
            <span title={need.detail}>{words.worth.hint(standing.name, need.title)}</span>
            <Button
              size="small"
              variant="link"
              label={words.actionFor(words.actions[need.action], standing.name)}
              onPress={() => acts.answer(need, standing)}
            >
              {words.actions[need.action]}
            </Button>
          </li>
        ))}
        {hints.length > 4 && <li className="three">{words.worth.more(hints.length - 4)}</li>}
      </ul>
    </Section>
  );
}
