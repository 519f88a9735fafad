/** Pure: what the form of a plan holds, and what it makes of it. Nothing that was typed is lost while it is not valid. */
import type { DestinationId, SourceId } from '../../shared/id.ts';
import type { PlanSettings } from '../../shared/plan.ts';
import { recommended } from '../../shared/plan-presets.ts';
import { fromCron, isTime, toCron, type Schedule } from '../schedule/schedule.ts';

export type Proof = { when: 'never' } | { when: 'at'; schedule: Schedule; which: 'latest' | 'random-older' };

export interface PlanForm {
  name: string;
  sources: readonly SourceId[];
  /** Empty: where each source's own backups go. */
  destinations: readonly DestinationId[];
  backup: Schedule;
  timeZone: string;
  verifyEach: PlanSettings['verifyEach'];
  proof: Proof;
  makeUpWithinMs: number;
  jitterMs: number;
  onBattery: 'run' | 'wait';
  onMetered: 'run' | 'wait';
}

/** BS-3: every night at 02:00, proven on Sunday at 03:00; a night that was slept through is made up. */
export function suggestedForm(name: string, sources: readonly SourceId[], timeZone: string): PlanForm {
  const { backup, proof, ...rest } = recommended;
  return formOf({
    ...rest,
    name,
    sources: [...sources],
    destinations: [],
    backup: { cron: backup, timeZone },
    proof: { ...proof, timeZone },
  });
}

export function formOf(settings: PlanSettings): PlanForm {
  const { name, sources, destinations, backup, verifyEach, proof, makeUpWithinMs, jitterMs } = settings;
  return {
    name,
    sources,
    destinations,
    backup: fromCron(backup.cron),
    timeZone: backup.timeZone,
    verifyEach,
    proof: proof === null ? { when: 'never' } : { when: 'at', schedule: fromCron(proof.cron), which: proof.which },
    makeUpWithinMs,
    jitterMs,
    onBattery: settings.onBattery,
    onMetered: settings.onMetered,
  };
}

/** One time zone for both times: a person thinks of one clock. */
export function settingsOf(form: PlanForm): PlanSettings {
  const { timeZone, proof } = form;
  return {
    name: form.name.trim(),
    sources: [...form.sources],
    destinations: [...form.destinations],
    backup: { cron: toCron(form.backup), timeZone },
    makeUpWithinMs: form.makeUpWithinMs,
    jitterMs: form.jitterMs,
    verifyEach: form.verifyEach,
    proof: proof.when === 'never' ? null : { cron: toCron(proof.schedule), timeZone, which: proof.which },
    onBattery: form.onBattery,
    onMetered: form.onMetered,
  };
}

export type FormFault = 'name' | 'sources' | 'backup-time' | 'backup-cron' | 'proof-time' | 'proof-cron' | 'time-zone';

/** What keeps the form from being saved, as far as can be said without asking; in the order of the form. */
export function faultsOf(form: PlanForm, timeZones: readonly string[]): FormFault[] {
  const faults: FormFault[] = [];
  if (form.name.trim() === '') faults.push('name');
  if (form.sources.length === 0) faults.push('sources');
  const backup = scheduleFault(form.backup);
  if (backup !== null) faults.push(`backup-${backup}`);
  if (!timeZones.includes(form.timeZone)) faults.push('time-zone');
  const proof = form.proof.when === 'at' ? scheduleFault(form.proof.schedule) : null;
  if (proof !== null) faults.push(`proof-${proof}`);
  return faults;
}

function scheduleFault(schedule: Schedule): 'time' | 'cron' | null {
  if ('time' in schedule) return isTime(schedule.time) ? null : 'time';
  if (schedule.kind === 'cron') return schedule.cron.trim().split(/\s+/).length === 5 ? null : 'cron';
  return null;
}

/** The choices, and the value itself where it is none of them: a plan that a terminal made keeps what it said. */
export const choicesWith = (choices: readonly number[], value: number): number[] =>
  choices.includes(value) ? [...choices] : [...choices, value].toSorted((a, b) => a - b);

const hourMs = 3_600_000;
export const makeUpChoicesMs = [0, hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs, 3 * 24 * hourMs, 7 * 24 * hourMs];
export const jitterChoicesMs = [0, hourMs / 12, hourMs / 4, hourMs / 2, hourMs];

/** What the proof begins with where there was none. */
export const sundayProof = (): Schedule => fromCron(recommended.proof.cron);
