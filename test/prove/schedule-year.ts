/** One year of one machine with one plan, in virtual time: it sleeps, travels, loses its network, its clock is set. */
import type { Failure, FailureCode } from '../../src/shared/failure.ts';
import type { Plan, PlanRun } from '../../src/shared/plan.ts';
import type { SourceId } from '../../src/shared/id.ts';
import type { Catalog } from '../../src/main/catalog/catalog.ts';
import { Planner } from '../../src/main/house/planner.ts';
import { setSchedulerPause } from '../../src/main/house/plan-pause.ts';
import { PlanWorld, type StartedJob } from '../helpers/plan-world.ts';
import { backupPlan, backupPlanId, sourceId } from '../unit/catalog/samples.ts';
import { firstAfter, windowsOf, type Span } from './schedule-model.ts';
import { randomFrom, type Random } from './seed.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** As the product promises it, written down once more: a run may begin this late, and must begin within this time. */
const grace = 10 * minute;
/** How long the test may take to look again where something is pending. */
const longestLook = 5 * minute;

/** All of them change their clocks at quarters of an hour; some at midnight, one by half an hour. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Havana',
  'Pacific/Chatham',
  'Africa/Casablanca',
];
const crons = [
  '0 2 * * *',
  '30 2 * * *',
  '0 9-17 * * 1-5',
  '0 */6 * * *',
  '15 0,2,14 * * *',
  '0 2 * * 0',
  '0 3 31 * *',
  '0 0 * * *',
  '*/30 1-3 * * *',
  '0 2 1,15 * 3',
  '0 * * * 6',
];

/** The same for every year, so that the offsets of a zone are found once. */
export const yearStart = Date.UTC(2026, 0, 1);
const span: Span = { from: yearStart - 60 * day, to: yearStart + 2 * 366 * day + 60 * day };

interface Happening {
  at: number;
  run(): void | Promise<void>;
}

/** A stretch of true time in which a run of a source could have begun at any moment. */
interface Open {
  source: SourceId;
  what: PlanRun['what'];
  from: number;
  to: number;
  ahead: number;
  /** Wall time: windows up to here are none of this stretch. */
  floor: number;
  windows: readonly number[];
}

export interface YearResult {
  faults: string[];
  begun: number;
  madeUp: number;
  missed: number;
  looks: number;
  windows: number;
}

export class Year {
  readonly #random: Random;
  readonly #catalog: Catalog;
  readonly #world: PlanWorld;
  readonly #happenings: Happening[] = [];
  readonly #sources: SourceId[];
  readonly #lines: { source: SourceId; what: PlanRun['what'] }[] = [];
  readonly #faults: string[] = [];
  #plan: Plan;
  /** True time; the wall clock is ahead of it. */
  #true = yearStart;
  #ahead = 0;
  #elapsed = 0;
  #awake = true;
  #up = true;
  #paused = false;
  readonly #away = new Set<SourceId>();
  #floor: Record<PlanRun['what'], number>;
  /** The clock was set back and nobody has looked since. */
  #setBack = false;
  #everSet = false;
  #windows: Record<PlanRun['what'], readonly number[]> = { backup: [], proof: [] };
  readonly #opened = new Map<string, number>();
  readonly #open: Open[] = [];
  readonly #ends = new Map<StartedJob, { leftMs: number; how: 'succeeded' | FailureCode; slept: boolean }>();
  readonly #begun = new Map<string, { at: number; wall: number; jobs: string[]; row: number }>();
  readonly #counts = { begun: 0, madeUp: 0, missed: 0, looks: 0 };
  readonly #newest = new Map<string, string>();
  readonly #failedAt = new Map<string, number>();

  constructor(seed: number, catalog: Catalog) {
    this.#random = randomFrom(seed);
    this.#catalog = catalog;
    const random = this.#random;
    this.#sources = random.chance(0.5) ? [sourceId(1)] : [sourceId(1), sourceId(2)];
    const timeZone = random.pick(zones);
    this.#plan = backupPlan(1, {
      createdAt: yearStart,
      sources: this.#sources,
      backup: { cron: random.pick(crons), timeZone },
      makeUpWithinMs: random.pick([0, 0, hour, 6 * hour, day, 7 * day]),
      jitterMs: random.pick([0, 0, 0, 10 * minute, 90 * minute]),
      verifyEach: random.pick(['none', 'none', 'read']),
      proof: random.chance(0.4) ? { cron: '0 3 * * 0', timeZone, which: 'latest' } : null,
    });
    this.#floor = { backup: yearStart, proof: yearStart };
    catalog.backupPlans.put(this.#plan, { backup: yearStart, proof: yearStart });
    for (const source of this.#sources) {
      this.#lines.push({ source, what: 'backup' });
      if (this.#plan.proof !== null) this.#lines.push({ source, what: 'proof' });
    }
    const clock = {
      now: () => this.#wall(),
      elapsed: () => this.#elapsed,
      sleep: () => Promise.reject(new Error('Nobody sleeps here.')),
    };
    this.#world = new PlanWorld(catalog, clock);
    this.#readWindows();
    this.#imagine(random.int(60));
  }

  async live(): Promise<YearResult> {
    const end = yearStart + 366 * day;
    let nextLook = this.#true;
    this.#reopen();
    while (this.#true < end && this.#faults.length === 0) {
      const next = Math.min(this.#happenings[0]?.at ?? end, this.#running() ? nextLook : end, this.#nextEnd(), end);
      this.#pass(next);
      while (this.#happenings[0] !== undefined && this.#happenings[0].at <= this.#true) {
        await this.#happenings.shift()?.run();
        nextLook = this.#true;
      }
      if (this.#endJobs()) nextLook = this.#true;
      if (this.#running() && this.#true >= nextLook) {
        await this.#look();
        nextLook = this.#nextLook();
      }
    }
    for (const line of this.#lines) this.#close(line.source, line.what);
    this.#judge();
    const windows = this.#windows.backup.filter((at) => at > yearStart && at < end).length;
    return { faults: this.#faults, windows, ...this.#counts };
  }

  #wall(): number {
    return this.#true + this.#ahead;
  }

  #running(): boolean {
    return this.#awake && this.#up;
  }

  #pass(to: number): void {
    const ms = to - this.#true;
    this.#true = to;
    if (!this.#awake) return;
    this.#elapsed += ms;
    if (this.#up) for (const job of this.#ends.values()) job.leftMs -= ms;
  }

  /** What the year brings. */
  #imagine(busyness: number): void {
    const random = this.#random;
    const somewhere = (): number => yearStart + random.int(366 * day);
    const times = (count: number, happen: (from: number) => void): void => {
      for (let n = 0; n < count; n += 1) happen(somewhere());
    };
    times(120 + busyness * 6, (from) =>
      this.#phase(from, from + (random.chance(0.1) ? random.int(9 * day) : random.int(14 * hour)), (on) =>
        this.#sleep(!on),
      ),
    );
    times(random.int(12), (from) => this.#phase(from, from + random.int(3 * day), (on) => this.#killed(!on)));
    for (const source of this.#sources) {
      times(random.int(80), (from) =>
        this.#phase(from, from + (random.chance(0.5) ? random.int(20 * minute) : random.int(2 * day)), (on) =>
          this.#reach(source, on),
        ),
      );
    }
    times(random.int(6), (from) => this.#phase(from, from + random.int(5 * day), (on) => this.#pause(on)));
    // Half of all years have an honest clock.
    times(random.chance(0.5) ? 1 + random.int(8) : 0, (from) => this.#at(from, () => this.#setClock()));
    times(random.int(5), (from) => this.#at(from, () => this.#travel()));
    this.#happenings.sort((a, b) => a.at - b.at);
  }

  #at(at: number, run: Happening['run']): void {
    this.#happenings.push({ at, run });
  }

  #phase(from: number, to: number, set: (on: boolean) => void): void {
    this.#at(from, () => set(true));
    this.#at(to, () => set(false));
  }

  #sleep(awake: boolean): void {
    if (this.#awake === awake) return;
    this.#closeAll();
    this.#awake = awake;
    if (!awake) {
      for (const job of this.#ends.values()) {
        if (!this.#random.chance(0.6)) continue;
        job.slept = true;
        job.how = this.#random.pick<FailureCode>(['source.connection-lost', 'source.no-rights', 'job.crashed']);
        job.leftMs = Math.min(job.leftMs, 30_000);
      }
    }
    this.#reopen();
  }

  /** The owner is killed: its jobs fail, and the next owner hears of it. */
  #killed(up: boolean): void {
    if (this.#up === up) return;
    this.#closeAll();
    this.#up = up;
    if (!up) return;
    const left: Failure = { code: 'home.owner-left', message: '', hint: '', retryable: true, ref: '' };
    for (const one of this.#ends.keys())
      Object.assign(one.job, { state: 'failed', endedAt: this.#wall(), failure: left });
    this.#ends.clear();
    this.#world.planner = new Planner(this.#world.ports(this.#catalog));
    this.#world.planner.takeOver();
    this.#reopen();
  }

  #reach(source: SourceId, away: boolean): void {
    this.#closeAll();
    if (away) {
      this.#away.add(source);
      this.#world.hindrances.set(source, { reason: 'network', detail: 'No network.' });
    } else {
      this.#away.delete(source);
      this.#world.hindrances.delete(source);
    }
    this.#reopen();
  }

  #pause(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#closeAll();
    this.#paused = paused;
    setSchedulerPause({ catalog: this.#catalog }, paused ? { since: this.#wall(), until: null } : null);
    this.#reopen();
  }

  #setClock(): void {
    const random = this.#random;
    this.#closeAll();
    const by = random.pick([
      random.int(3 * hour),
      -random.int(3 * hour),
      random.int(2 * day),
      -random.int(2 * day),
      random.int(300 * day),
      -this.#ahead,
    ]);
    // No further than the model knows windows, and not before the plan was made.
    const ahead = Math.max(Math.min(this.#ahead + by, 365 * day), yearStart - this.#true);
    if (ahead < this.#ahead) this.#setBack = true;
    this.#everSet = true;
    this.#ahead = ahead;
    this.#reopen();
  }

  /** The plan follows its person: another time zone from now on. */
  #travel(): void {
    this.#closeAll();
    const timeZone = this.#random.pick(zones);
    const { proof } = this.#plan;
    this.#plan = {
      ...this.#plan,
      backup: { ...this.#plan.backup, timeZone },
      proof: proof === null ? null : { ...proof, timeZone },
    };
    const now = this.#wall();
    this.#catalog.backupPlans.put(this.#plan, { backup: now, proof: now });
    this.#floor = { backup: now, proof: now };
    this.#readWindows();
    this.#reopen();
  }

  #readWindows(): void {
    const { backup, proof } = this.#plan;
    this.#windows = {
      backup: windowsOf(backup.cron, backup.timeZone, span),
      proof: proof === null ? [] : windowsOf(proof.cron, proof.timeZone, span),
    };
  }

  #nextEnd(): number {
    if (!this.#running()) return Infinity;
    return this.#true + Math.max(0, Math.min(Infinity, ...[...this.#ends.values()].map(({ leftMs }) => leftMs)));
  }

  #endJobs(): boolean {
    let ended = false;
    for (const [one, { leftMs, how }] of this.#ends) {
      if (!this.#running() || leftMs > 0) continue;
      this.#ends.delete(one);
      const retryable = how !== 'source.no-rights';
      this.#world.end(one, how === 'succeeded' ? how : { code: how, message: '', hint: '', retryable, ref: '' });
      ended = true;
    }
    if (ended) {
      this.#adopt();
      this.#reopen();
    }
    return ended;
  }

  async #look(): Promise<void> {
    this.#counts.looks += 1;
    await this.#world.planner.look();
    if (this.#setBack) {
      // What the clock had passed a second time before anybody looked is not made up.
      this.#setBack = false;
      this.#closeAll();
      this.#floor = { backup: this.#wall(), proof: this.#wall() };
      this.#reopen();
    }
    this.#adopt();
  }

  /** Gives new jobs their length and end, and checks what was begun. */
  #adopt(): void {
    for (const one of this.#world.unfinished()) {
      if (this.#ends.has(one)) continue;
      this.#close(one.source, 'backup');
      this.#close(one.source, 'proof');
      const random = this.#random;
      const how = random.chance(0.85)
        ? 'succeeded'
        : random.pick<FailureCode>(['source.unreachable', 'source.no-rights', 'job.crashed']);
      this.#ends.set(one, {
        leftMs: random.chance(0.08) ? random.int(5 * hour) : random.int(25 * minute),
        how,
        slept: false,
      });
    }
    this.#catalog.together(() => {
      for (const { source, what } of this.#lines) this.#check(source, what);
    });
  }

  #check(source: SourceId, what: PlanRun['what']): void {
    const run = this.#catalog.backupPlans.newest({ planId: backupPlanId(1), sourceId: source, what });
    if (run === undefined) return;
    const key = `${source} ${what}`;
    const text = JSON.stringify([run.dueAt, run.attempts.map(({ jobId }) => jobId), run.outcome]);
    if (this.#newest.get(key) === text) return;
    this.#newest.set(key, text);
    this.#failedAt.set(key, run.outcome === 'failed' ? (run.endedAt ?? 0) : -Infinity);
    const window = `${key} ${run.dueAt}`;
    const told = `${what} of ${source} due ${iso(run.dueAt)}, now ${iso(this.#wall())}`;
    if (run.outcome === 'missed') {
      this.#counts.missed += 1;
      return;
    }
    const jobs = run.attempts.map(({ jobId }) => jobId ?? 'none');
    const before = this.#begun.get(window);
    if (before === undefined) {
      this.#counts.begun += 1;
      if (run.standsFor > 1) this.#counts.madeUp += 1;
      this.#begun.set(window, { at: this.#true, wall: this.#wall(), jobs, row: run.dueAt });
      this.#checkFirst(run, told);
    } else {
      // A second run in a window would forget the attempts of the first.
      if (!before.jobs.every((job, index) => jobs[index] === job)) this.#faults.push(`a second run: ${told}`);
      before.jobs = jobs;
    }
    const failed = run.attempts.filter(({ failure }) => failure !== null).length;
    if (failed > 5) this.#faults.push(`${failed} failed attempts: ${told}`);
  }

  #checkFirst(run: PlanRun, told: string): void {
    const windows = this.#windows[run.what];
    const late = this.#wall() - run.dueAt;
    if (windows[firstAfter(windows, run.dueAt) - 1] !== run.dueAt) this.#faults.push(`no such window: ${told}`);
    if (late < 0) this.#faults.push(`before its time: ${told}`);
    if (this.#paused) this.#faults.push(`while paused: ${told}`);
    if (this.#away.has(run.sourceId)) this.#faults.push(`while its source was away: ${told}`);
    const next = windows[firstAfter(windows, run.dueAt)] ?? Infinity;
    if (this.#wall() >= next + this.#jitter(next)) this.#faults.push(`an old window though a newer had come: ${told}`);
  }

  /** At most so much later does the run of a window begin. */
  #jitter(window: number, what: PlanRun['what'] = 'backup'): number {
    const windows = this.#windows[what];
    const next = windows[firstAfter(windows, window)] ?? Infinity;
    return Math.min(this.#plan.jitterMs, (next - window) / 2);
  }

  #nextLook(): number {
    const random = this.#random;
    const now = this.#wall();
    const pending = this.#lines.some(({ source, what }) => {
      const windows = this.#windows[what];
      const last = windows[firstAfter(windows, now) - 1] ?? -Infinity;
      const failedAt = this.#failedAt.get(`${source} ${what}`) ?? -Infinity;
      return now - failedAt < 31 * minute || (this.#plan.jitterMs > 0 && now - last <= this.#jitter(last, what));
    });
    if (pending) return this.#true + 20_000 + random.int(longestLook - 40_000);
    const soonest = Math.min(
      ...this.#lines.map(({ what }) => this.#windows[what][firstAfter(this.#windows[what], now)] ?? Infinity),
    );
    // What is waited for ends by a happening, after which one looks at once.
    const waits = this.#world.planner.waiting(backupPlanId(1)) !== null;
    return (
      this.#true + Math.min(soonest - now + random.int(20_000), random.int(waits ? 40 * minute : 8 * hour) + minute)
    );
  }

  #closeAll(): void {
    for (const { source, what } of this.#lines) this.#close(source, what);
  }

  #close(source: SourceId, what: PlanRun['what']): void {
    const key = `${source} ${what}`;
    const from = this.#opened.get(key);
    if (from === undefined) return;
    this.#opened.delete(key);
    if (this.#true - from <= grace) return;
    const { [what]: windows } = this.#windows;
    this.#open.push({ source, what, from, to: this.#true, ahead: this.#ahead, floor: this.#floor[what], windows });
  }

  #reopen(): void {
    if (!this.#running() || this.#paused || this.#setBack) return;
    for (const { source, what } of this.#lines) {
      const key = `${source} ${what}`;
      const busy = this.#world.unfinished().some((one) => one.source === source);
      if (!busy && !this.#away.has(source) && !this.#opened.has(key)) this.#opened.set(key, this.#true);
    }
  }

  /** No window that could have been run for longer than the grace was left out. */
  #judge(): void {
    for (const { source, what, from, to, ahead, floor, windows } of this.#open) {
      const wallFrom = from + ahead;
      const wallTo = to + ahead;
      const { jitterMs, makeUpWithinMs } = this.#plan;
      const limit = Math.max(jitterMs + grace, makeUpWithinMs);
      let index = firstAfter(windows, wallFrom - limit);
      for (; (windows[index] ?? Infinity) < wallTo; index += 1) {
        const window = windows[index] ?? 0;
        const next = windows[index + 1] ?? Infinity;
        if (window <= floor) continue;
        const jitter = Math.min(jitterMs, (next - window) / 2);
        const begin = Math.max(wallFrom, window + jitter);
        const end = Math.min(wallTo, window + limit, next);
        const enough = makeUpWithinMs === 0 && jitterMs === 0 ? grace - longestLook : grace;
        if (end - begin < enough) continue;
        const run = this.#begun.get(`${source} ${what} ${window}`);
        if (run === undefined)
          this.#faults.push(
            `missed: ${what} of ${source} due ${iso(window)}, could be run ${iso(begin)} to ${iso(end)}` +
              (this.#everSet ? ', clock was set in this year' : ''),
          );
      }
    }
  }
}

const iso = (at: number): string => new Date(at).toISOString().slice(0, 19);
