/** What plans come to for the overview, which knows nothing of schedules. Each plan is read once, not once a source. */
import { Fail } from '../../shared/failure.ts';
import type { Instant, SourceId } from '../../shared/id.ts';
import type { Cron, Plan } from '../../shared/plan.ts';
import { isPaused } from '../schedule/line.ts';
import { timesOf, type Times } from '../schedule/times.ts';
import type { AgendaFacts, ScheduleFacts, World } from '../standing/facts.ts';
import { schedulerPause } from './plan-pause.ts';
import type { Rooms } from './rooms.ts';

const hour = 3_600_000;
/** How long a run may take before its backup counts as late. */
const lateMs = 2 * hour;

export interface PlanTimes {
  plan: Plan;
  /** Why a run that is due has not begun. */
  waiting: string | null;
  paused: boolean;
  backup: Times;
  proof: Times | null;
  next: Instant | null;
  nextProof: Instant | null;
  due: boolean[];
}

type Known = Pick<Rooms, 'catalog'> & { planner: Pick<Rooms['planner'], 'waiting'> };

/** Of every plan whose schedule can be read. */
export function timesOfPlans(rooms: Known, now: Instant, days: World['days']): PlanTimes[] {
  const allPaused = isPaused(schedulerPause(rooms), now);
  return rooms.catalog.backupPlans.list().flatMap((plan) => {
    const backup = readable(plan.backup);
    if (backup === null) return [];
    const proof = plan.proof === null ? null : readable(plan.proof);
    const paused = allPaused || isPaused(plan.paused, now);
    const late = now - lateMs - plan.jitterMs;
    return [
      {
        plan,
        paused,
        waiting: rooms.planner.waiting(plan.id)?.detail ?? null,
        backup,
        proof,
        next: paused ? null : backup.after(now),
        nextProof: paused ? null : (proof?.after(now) ?? null),
        due: days.map(({ from, to }) => {
          const at = firstAfter(backup, Math.max(from - 1, plan.createdAt));
          return at !== null && at < to && at <= late;
        }),
      },
    ];
  });
}

/** The same question has the same answer for ever, and thirteen of fourteen days are asked for again all day long. */
function firstAfter(times: Times, at: Instant): Instant | null {
  const known = answered.get(times) ?? new Map<Instant, Instant | null>();
  answered.set(times, known);
  const found = known.get(at);
  if (found !== undefined) return found;
  const asked = times.after(at);
  if (known.size >= 100) known.clear();
  known.set(at, asked);
  return asked;
}

const answered = new WeakMap<Times, Map<Instant, Instant | null>>();

/** A zone that this machine has forgotten must not take the overview with it. */
function readable({ cron, timeZone }: Cron): Times | null {
  try {
    return timesOf({ cron, timeZone });
  } catch (thrown) {
    if (thrown instanceof Fail) return null;
    throw thrown;
  }
}

/** What all plans of a source come to; null where none names it. The strictest one sets the limits. */
export function scheduleOf(
  plans: readonly PlanTimes[],
  sourceId: SourceId,
  now: Instant,
  protectedUntil: Instant | null,
): ScheduleFacts | null {
  const of = plans.filter(({ plan }) => plan.sources.includes(sourceId));
  if (of.length === 0) return null;
  const next = of
    .flatMap(({ plan, next: at }) => (at === null ? [] : [{ planId: plan.id, planName: plan.name, at }]))
    .toSorted((a, b) => a.at - b.at)[0];
  const proofLimits = of.flatMap(({ plan, proof }) =>
    proof === null ? [] : [limitOf(proof, plan.jitterMs, now, null)],
  );
  return {
    limitMs: Math.min(...of.map(({ plan, backup }) => limitOf(backup, plan.jitterMs, now, protectedUntil))),
    proofLimitMs: proofLimits.length === 0 ? null : Math.min(...proofLimits),
    next: next ?? null,
    paused: of.every(({ paused }) => paused),
    due: of[0]?.due.map((_, day) => of.some(({ due }) => due[day] === true)) ?? [],
    waiting: of.find(({ waiting }) => waiting !== null)?.waiting ?? null,
  };
}

/**
 * How old the newest backup may be now. While there is one of the newest run, until the next is late; else as old as the
 * gap before the run that was missed. So a weekend makes no plan of working days late, and a missed hour is seen an hour later.
 */
export function limitOf(times: Times, jitterMs: number, now: Instant, newest: Instant | null): number {
  const grace = lateMs + jitterMs;
  const around = momentsAround(times, now - grace);
  if (around === null) return longest;
  const { due, before, after } = around;
  const gap = before === null ? (after ?? longest + due) - due : due - before;
  if (newest === null || newest < due) return gap + grace;
  return after === null ? longest : Math.max(after + grace - newest, gap + grace);
}

/** Where a plan is never due, nothing is late. */
const longest = 366 * 24 * hour;

interface Moments {
  due: Instant;
  before: Instant | null;
  after: Instant | null;
}

/** The last due moment, its neighbours, and null where none ever came. Looking back is slow, so it is done once a run. */
function momentsAround(times: Times, at: Instant): Moments | null {
  const known = lookedUp.get(times);
  if (known !== undefined && known.due <= at && (known.after === null || at < known.after)) return known;
  const due = times.latest(at);
  if (due === null) return null;
  const found = { due, before: times.latest(due - 1), after: times.after(due) };
  lookedUp.set(times, found);
  return found;
}

const lookedUp = new WeakMap<Times, Moments>();

export function agendaOf(plans: readonly PlanTimes[], nameOf: (id: SourceId) => string | undefined): AgendaFacts[] {
  return plans.flatMap(({ plan, next, nextProof }) => {
    const sources = plan.sources.flatMap((id) => nameOf(id) ?? []);
    const at = { backup: next, proof: nextProof };
    return (['backup', 'proof'] as const).flatMap((what) =>
      at[what] === null ? [] : [{ planId: plan.id, at: at[what], what, sources }],
    );
  });
}
