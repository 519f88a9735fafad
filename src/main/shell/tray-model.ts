/** Pure: what the tray shows, from where every source stands. It says nothing that Overview would not say. */
import type { JobId } from '../../shared/id.ts';
import type { Job, Progress } from '../../shared/job.ts';
import { lacksKit, type Overview, type SourceStanding } from '../../shared/overview.ts';
import type { SchedulerState } from '../../shared/plan.ts';
import { dayOf, moment } from './moment.ts';
import type { Result } from './result.ts';
import { words } from './words.ts';

export interface TrayFacts {
  /** Null until the house has answered, and where it does not. */
  overview: Overview | null;
  scheduler: SchedulerState | null;
  /** Unfinished jobs that are running now. */
  running: readonly Job[];
  progress: ReadonlyMap<JobId, Progress>;
  results: readonly Result[];
  /** Quitting waits for what runs. */
  leaving: boolean;
  now: number;
  timeZone: string;
}

export interface TrayModel {
  image: 'idle' | 'working' | 'needs-you';
  /** The one sentence that matters; also what the pointer shows. */
  lead: string;
  sources: { name: string; text: string }[];
  /** Null where nobody keeps schedules, so that there is nothing to pause. */
  schedules: { paused: boolean; text: string } | null;
  results: Result[];
}

export function trayModel(facts: TrayFacts): TrayModel {
  const { overview, scheduler } = facts;
  const sources = overview?.sources ?? [];
  const needy = sources.filter(needsYou);
  const working = facts.running.length > 0 || sources.some(({ state }) => state === 'working');
  return {
    // What needs a person outranks what runs: it stays true when the job has ended.
    image: needy.length > 0 ? 'needs-you' : working ? 'working' : 'idle',
    lead: facts.leaving ? words.finishing : leadOf(overview, needy, scheduler),
    sources: sources.map((source) => ({ name: source.name, text: `${source.name}: ${standing(source, facts)}` })),
    schedules: scheduler?.active === true ? pauseOf(scheduler, facts) : null,
    results: facts.results.slice(0, 5),
  };
}

/** Also while it is worked on: no backup that runs brings a kit. */
const needsYou = (source: SourceStanding): boolean => source.state === 'needs-you' || lacksKit(source);

function leadOf(overview: Overview | null, needy: readonly SourceStanding[], scheduler: SchedulerState | null): string {
  if (overview === null) return 'Looking at what is protected';
  const { sources } = overview;
  if (sources.length === 0) return 'Nothing is protected yet';
  const calm = sources.filter((one) => !needsYou(one));
  const rest = calm.filter(({ protectedUntil }) => protectedUntil !== null).length;
  const fresh = calm.length - rest;
  if (needy.length > 0) {
    const who = needy.length === 1 ? `${needy[0]?.name} needs you` : `${needy.length} sources need you`;
    return rest === 0 ? who : `${who}. ${countOf(rest)} protected`;
  }
  if (fresh > 0) return rest === 0 ? 'Nothing is backed up yet' : `${countOf(rest)} protected, ${fresh} not yet`;
  const all = sources.length === 1 ? `${sources[0]?.name} is protected` : `All ${sources.length} sources are protected`;
  return (scheduler?.paused ?? null) === null ? all : `${all}. Schedules are paused`;
}

const countOf = (count: number): string => (count === 1 ? '1 is' : `${count} are`);

/** `protected to 14:05, proven Sunday`, or what is happening to it. */
function standing(source: SourceStanding, facts: TrayFacts): string {
  const progress = progressOf(source, facts);
  if (progress !== undefined) return progress;
  if (source.protectedUntil === null) {
    const need = source.needs.find(({ grade }) => grade === 'attention');
    return need === undefined ? 'no backup yet' : sentence(need.title);
  }
  const until = `${lacksKit(source) ? 'stored' : 'protected'} to ${moment(source.protectedUntil, facts)}`;
  const need = source.needs.find(({ grade }) => grade === 'attention');
  if (source.state === 'needs-you' && need !== undefined) return `${until}. ${sentence(need.title)}`;
  return `${until}, ${proofOf(source, facts)}${source.state === 'paused' ? ', paused' : ''}`;
}

/** Stored is not proven, a proof that found something is neither, and an older backup's is not the newest's. */
function proofOf({ lastProof, lastRead, protectedUntil, provenUntil }: SourceStanding, facts: TrayFacts): string {
  if (lastProof === null) return lastRead === undefined ? 'not proven yet' : `read back ${dayOf(lastRead, facts)}`;
  const day = dayOf(lastProof.at, facts);
  if (lastProof.verdict === 'proven') {
    if (provenUntil === protectedUntil) return `proven ${day}`;
    return provenUntil === null ? 'not proven yet' : `proven to ${moment(provenUntil, facts)}`;
  }
  return lastProof.verdict === 'partly' ? `partly proven ${day}` : `proof failed ${day}`;
}

function progressOf(source: SourceStanding, { running, progress }: TrayFacts): string | undefined {
  const job = running.find(({ sourceId }) => sourceId === source.sourceId);
  if (job === undefined) return undefined;
  const sample = progress.get(job.id) ?? job.progress;
  const total = sample?.totalBytes ?? 0;
  const share = total === 0 ? '' : `, ${Math.min(99, Math.floor((100 * (sample?.bytes ?? 0)) / total))} %`;
  return `${inProgress[job.kind]}${share}`;
}

const inProgress: Record<Job['kind'], string> = {
  backup: 'backing up',
  verify: 'being checked',
  rehearse: 'rehearsing a restore',
  restore: 'being restored',
  diff: 'being compared',
  probe: 'being tested',
  sweep: 'being tidied',
  undo: 'undoing a restore',
  release: 'being tidied',
  find: 'being searched for',
  prune: 'being tidied',
  scrub: 'being read again',
  repair: 'being repaired',
  purge: 'being purged',
  reseal: 'being sealed anew',
  carry: 'being copied',
  thaw: 'being thawed',
};

function pauseOf({ paused }: SchedulerState, facts: TrayFacts): { paused: boolean; text: string } {
  if (paused === null) return { paused: false, text: words.pause };
  const until = paused.until === null ? '' : ` (paused to ${moment(paused.until, facts)})`;
  return { paused: true, text: `${words.resume}${until}` };
}

const sentence = (text: string): string => text.replace(/\.$/, '');
