/** When a schedule is due. The one user of croner, and of its parser alone: nothing here waits for anything. */
import { Cron as Pattern } from 'croner';
import { Fail } from '../../shared/failure.ts';
import type { Instant } from '../../shared/id.ts';
import type { Cron } from '../../shared/plan.ts';

/**
 * The moments at which a schedule is due. Each is called a window by those who keep it: there is one run for it or none.
 *
 * A fixed time (no `*` and no step in minute and hour) that a clock change leaves out is due at the first minute after the
 * gap; one that comes twice is due the first time. Other schedules are due whenever the wall clock shows a time of theirs,
 * so not in a gap, and in both repeated hours.
 */
export interface Times {
  /** The first one later than `at`; null where none ever comes. */
  after(at: Instant): Instant | null;
  /** The last one not later than `at`; null where there was none in nine years. */
  latest(at: Instant): Instant | null;
  /** How many are later than `from` and not later than `to`; counted up to 1 000. */
  count(from: Instant, to: Instant): number;
}

const day = 24 * 3_600_000;
/** How far back a search begins. Each step finds at most a few dozen, because the one before found none. */
const searches = [2 * 3_600_000, 2 * day, 40 * day, 400 * day, 9 * 366 * day];
const mostCounted = 1_000;
/** Only what cron has everywhere: a `?` of croner's means the minute at which it was read. */
const fields = /^[\dA-Za-z*,/#\-+]+(?: [\dA-Za-z*,/#\-+]+){4}$/;

/** @throws Fail `plan.cron-malformed`, `plan.zone-unknown` */
export function timesOf(cron: Cron): Times {
  const key = `${cron.cron}\n${cron.timeZone}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const made = new CronTimes(patternOf(cron));
  if (read.size >= 200) read.clear();
  read.set(key, made);
  return made;
}

/** The same text has the same times for ever, so they are read once. */
const read = new Map<string, Times>();

function patternOf({ cron, timeZone }: Cron): Pattern {
  const text = cron.trim().replaceAll(/\s+/g, ' ');
  refuseUnknownZone(timeZone);
  if (!fields.test(text)) throw malformed(cron, 'there have to be five fields: minute, hour, day, month, weekday');
  try {
    return new Pattern(text, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
  } catch (thrown) {
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^CronPattern: /, '');
    throw malformed(cron, why);
  }
}

const malformed = (cron: string, why: string): Fail =>
  new Fail('plan.cron-malformed', `“${cron}” is not a schedule: ${why.replace(/\.$/, '')}.`);

function refuseUnknownZone(timeZone: string): void {
  try {
    // Offsets such as +02:00 know nothing of summer time: a plan in one would drift away from its clock.
    if (/^[A-Za-z]/.test(timeZone)) {
      new Intl.DateTimeFormat('en', { timeZone }).format(0);
      return;
    }
  } catch {
    // Told below, like an offset.
  }
  throw new Fail('plan.zone-unknown', `“${timeZone}” is not a time zone.`);
}

class CronTimes implements Times {
  readonly #pattern: Pattern;
  /** The last answers: between two neighbours nothing is searched again. */
  readonly #neighbours: { from: Instant; to: Instant | null }[] = [];

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  after(at: Instant): Instant | null {
    const known = this.#around(at);
    if (known !== undefined) return known.to;
    return this.#pattern.nextRun(new Date(at))?.getTime() ?? null;
  }

  latest(at: Instant): Instant | null {
    const known = this.#around(at);
    if (known !== undefined) return known.from;
    for (const back of searches) {
      let found = this.after(Math.max(0, at - back));
      if (found === null || found > at) continue;
      for (;;) {
        const next = this.after(found);
        if (next === null || next > at) {
          this.#keep(found, next);
          return found;
        }
        found = next;
      }
    }
    return null;
  }

  #around(at: Instant): { from: Instant; to: Instant | null } | undefined {
    return this.#neighbours.find(({ from, to }) => from <= at && (to === null || at < to));
  }

  #keep(from: Instant, to: Instant | null): void {
    this.#neighbours.unshift({ from, to });
    this.#neighbours.splice(4);
  }

  count(from: Instant, to: Instant): number {
    let counted = 0;
    for (let at = this.after(from); at !== null && at <= to && counted < mostCounted; at = this.after(at)) counted += 1;
    return counted;
  }
}
