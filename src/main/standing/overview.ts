/** Pure: where every source stands, from facts alone (BS-17, SV-18, BS-15). Window, tray and letters show the same. */
import type { Instant } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Need, Overview, SourceStanding } from '../../shared/overview.ts';
import { backupNeeds, lastBackupNeeds, middle } from './backup-needs.ts';
import { copyNeeds } from './copy-needs.ts';
import type { AgendaFacts, SourceFacts, World } from './facts.ts';
import { goalNeeds } from './goal-needs.ts';
import { kitNeeds } from './kit-needs.ts';
import { placeNeeds } from './place-needs.ts';
import { need, proofNeeds } from './proof-needs.ts';
import { stripOf } from './strip.ts';
import { listed } from './words.ts';

const shownSizes = 14;
/** The next backup is expected to be like the last ones; five follow a database that grows. */
const estimatedFrom = 5;
const agendaLength = 8;
/** Jobs that keep a source busy for a person; a test or a comparison does not. */
const work = new Set<Job['kind']>(['backup', 'verify', 'restore', 'undo', 'release', 'repair']);

/** Said already, and more strongly, where it is a promise that is broken. */
const lacksProof = new Set<Need['code']>(['never-proven', 'proof-old']);

export function overviewOf(sources: readonly SourceFacts[], agenda: readonly AgendaFacts[], world: World): Overview {
  const standings = sources.map((facts) => standingOf(facts, world));
  const first = (one: SourceStanding): number => (one.needs.some(isAttention) ? 0 : 1);
  return {
    at: world.now,
    sources: standings.toSorted((a, b) => first(a) - first(b) || compareNames(a.name, b.name)),
    agenda: agendaOf(agenda, world.now),
  };
}

const isAttention = (one: Need): boolean => one.grade === 'attention';
const compareNames = (a: string, b: string): number => a.localeCompare(b, 'en', { sensitivity: 'base', numeric: true });

export function standingOf(facts: SourceFacts, world: World): SourceStanding {
  const limitMs = facts.schedule?.limitMs ?? world.preferences.overdueAfterMs;
  const goals = goalNeeds(facts, world);
  const promised = goals.some(({ code }) => code === 'rpo-missed');
  const needs = [
    ...backupNeeds(facts, world, limitMs),
    ...goals,
    ...proofNeeds(facts, world).filter(({ code }) => !(promised && lacksProof.has(code))),
    ...lastBackupNeeds(facts, world),
    ...kitNeeds(facts, world),
    ...copyNeeds(facts, world),
    ...placeNeeds(facts, world),
    ...unscheduled(facts),
    ...retentionNeeds(facts),
  ];
  return {
    sourceId: facts.source.id,
    name: facts.source.name,
    state: stateOf(facts, needs),
    protectedUntil: facts.protectedUntil,
    provenUntil: facts.provenUntil,
    limitMs,
    lastBackup: lastBackupOf(facts),
    lastProof: lastProofOf(facts),
    ...lastReadOf(facts),
    next: facts.schedule?.paused === true ? null : (facts.schedule?.next ?? null),
    jobs: facts.unfinished.map((job) => job.id),
    strip: stripOf(facts, world, limitMs),
    sizes: facts.trend.slice(-shownSizes).map(({ takenAt, sizeBytes }) => ({ takenAt, sizeBytes })),
    // Those that need a person come first; else in the order in which they were thought of.
    needs: [...needs.filter(isAttention), ...needs.filter((one) => !isAttention(one))],
    estimate: estimateOf(facts),
    ...(facts.source.goals === undefined ? {} : { goals: facts.source.goals }),
    restoreMs: facts.restoreMs,
    ...((facts.thawMs ?? 0) > 0 ? { thawMs: facts.thawMs } : {}),
  };
}

function stateOf(facts: SourceFacts, needs: readonly Need[]): SourceStanding['state'] {
  if (facts.unfinished.some((job) => work.has(job.kind))) return 'working';
  if (needs.some(isAttention)) return 'needs-you';
  if (facts.schedule?.paused === true) return 'paused';
  return facts.last === null ? 'new' : 'protected';
}

function unscheduled({ source, schedule }: SourceFacts): Need[] {
  if (schedule !== null || source.sample === true) return [];
  return [need('unscheduled', 'hint', 'No plan backs it up.', 'It is backed up only when somebody asks.', 'schedule')];
}

/** Nothing is lost while a rule waits, so it is a hint; that many would go at once may be a mistake of the rule. */
function retentionNeeds({ retention = null }: SourceFacts): Need[] {
  if (retention === null) return [];
  if (retention.kind === 'too-many')
    return [
      need(
        'retention-waits',
        'attention',
        'Many backups would go at once.',
        'Its rule asks you first. Nothing was deleted.',
        'retention',
      ),
    ];
  const where = listed(retention.places);
  return [
    need(
      'retention-waits',
      'hint',
      `Its rule waits in ${where}.`,
      'Nothing is deleted there before you have seen what would go.',
      'retention',
    ),
  ];
}

function lastBackupOf({ last, trend }: SourceFacts): SourceStanding['lastBackup'] {
  if (last === null) return null;
  const { backupId, takenAt, sizeBytes, complete, stored } = last;
  const durationMs = trend.find((point) => point.backupId === backupId)?.durationMs ?? null;
  return { backupId, takenAt, durationMs, sizeBytes, complete, stored };
}

function lastProofOf({ restoreProof }: SourceFacts): SourceStanding['lastProof'] {
  if (restoreProof === null) return null;
  const { backupId, verdict, startedAt, endedAt, tables, equalTables } = restoreProof;
  return { backupId, at: endedAt, verdict, tables, equalTables, durationMs: Math.max(0, endedAt - startedAt) };
}

/** A reading looked at less than a restore, so it is told only where there is none. */
function lastReadOf({ restoreProof, readProof }: SourceFacts): Pick<SourceStanding, 'lastRead'> {
  if (restoreProof !== null || readProof?.verdict !== 'partly') return {};
  return { lastRead: readProof.endedAt };
}

function estimateOf({ trend, probedBytes, backupMs }: SourceFacts): SourceStanding['estimate'] {
  const sizes = trend.slice(-estimatedFrom).map((point) => point.sizeBytes);
  if (sizes.length > 0) return { sizeBytes: middle(sizes), durationMs: backupMs };
  return probedBytes === null ? null : { sizeBytes: probedBytes, durationMs: null };
}

/** Runs of one plan at one moment are one line. */
function agendaOf(facts: readonly AgendaFacts[], now: Instant): Overview['agenda'] {
  return facts
    .filter(({ at, sources }) => at > now && sources.length > 0)
    .toSorted((a, b) => a.at - b.at)
    .slice(0, agendaLength)
    .map(({ at, planId, what, sources }) => ({ at, planId, text: `${listed(sources)}, ${what}` }));
}
