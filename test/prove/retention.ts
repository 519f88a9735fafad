/** Random histories and rules against a model of their own; years of presets; clocks that jump and lists that lie. */
import { clockProblem } from '../../src/main/retention/clock.ts';
import { decide } from '../../src/main/retention/decide.ts';
import { forecast } from '../../src/main/retention/forecast.ts';
import type { Past, PastBackup } from '../../src/main/retention/past.ts';
import { missingFrom } from '../../src/main/retention/short-list.ts';
import type { BackupId, MachineId } from '../../src/shared/id.ts';
import { retentionPresets, type RetentionPreset } from '../../src/shared/retention-presets.ts';
import type { RetentionRule } from '../../src/shared/retention.ts';
import { goesByModel, untouchableOf } from './retention-model.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const ours = 'mac-aaaaaaaaaaaa' as MachineId;
const theirs = 'mac-bbbbbbbbbbbb' as MachineId;

export interface RetentionProof {
  seed: number;
  saw: string;
  faults: string[];
}

function rulesAgainstModel(options: ProofOptions): RetentionProof {
  const { count, seed } = options;
  const faults: string[] = [];
  const sum = { backups: 0, gone: 0, stopped: 0 };
  for (let n = 0; n < count; n += 1) {
    const random = randomFrom(seed + n);
    const { rules, past, now } = history(random);
    const decision = decide(rules, past, now);
    const goes = decision.goes.map(({ backup }) => backup.backupId);
    sum.backups += past.backups.length;
    sum.gone += goes.length;
    if (past.clock !== null || past.missing.length > 0) sum.stopped += 1;
    faults.push(...faultsOf(rules, past, now, decision).map((fault) => `seed ${seed + n}: ${fault}`));
    if ((n + 1) % 1_000 === 0) options.report(`${n + 1} of ${count} histories, ${faults.length} faults`);
  }
  const saw = `${count} random histories with ${sum.backups} backups: ${sum.gone} would go, as the model says, backup for backup; ${sum.stopped} were stopped whole by clock or list; ${faults.length} faults.`;
  return { seed, saw, faults };
}

function faultsOf(
  rules: readonly (RetentionRule | null)[],
  past: Past,
  now: number,
  decision: ReturnType<typeof decide>,
): string[] {
  const faults: string[] = [];
  const goes = decision.goes.map(({ backup }) => backup.backupId);
  const model = goesByModel(rules, past, now);
  const differs = [
    ...goes.filter((id) => !model.has(id)),
    ...[...model].filter((id) => !goes.includes(id as BackupId)),
  ];
  if (differs.length > 0) faults.push(`differs from the model in ${differs.join(', ')}`);
  const safe = untouchableOf(past, now);
  for (const id of goes) if (safe.has(id)) faults.push(`${id} must never go`);
  if (decision.stays.length + goes.length !== past.backups.length)
    faults.push('a backup is in neither list or in both');
  if (decision.stays.some(({ reasons }) => reasons.length === 0)) faults.push('one stays without a reason');
  if (decision.goes.some(({ at }) => at !== now)) faults.push('one goes without its date');
  // The order of the list is nobody's promise.
  const turned = decide(rules, { ...past, backups: past.backups.toReversed() }, now);
  if (JSON.stringify(turned) !== JSON.stringify(decision)) faults.push('the order of the list changes the answer');
  return faults;
}

function history(random: Random): { rules: (RetentionRule | null)[]; past: Past; now: number } {
  const now = Date.UTC(2026, random.int(12), 1 + random.int(28), random.int(24), random.int(60));
  const spreadMs = random.pick([3, 40, 400, 2_500]) * dayMs;
  const backups = Array.from({ length: random.int(70) }, (_, index): PastBackup => ({
    ...backupOf(random, index, now, spreadMs),
    ...(random.chance(0.08) ? { damaged: true } : {}),
  }));
  const rules = Array.from({ length: 1 + (random.chance(0.3) ? random.int(3) : 0) }, () => ruleOf(random));
  const listed = new Set(backups.filter(() => !random.chance(0.01)).map(({ backupId }) => backupId));
  const removing = new Set(backups.filter(() => random.chance(0.05)).map(({ backupId }) => backupId));
  const remembered = backups.map(({ backupId }) => backupId);
  const believedAt = random.chance(0.1) ? now + (random.int(60) - 30) * dayMs : now - random.int(10) * dayMs;
  const newestTakenAt = random.chance(0.02) ? now + hourMs : null;
  const clock = clockProblem({ now, newestTakenAt, believedAt });
  return { rules, past: { backups, machine: ours, clock, missing: missingFrom(remembered, listed, removing) }, now };
}

function backupOf(random: Random, index: number, now: number, spreadMs: number): PastBackup {
  // Some at the very same moment, some at midnight, some within the hour that comes twice.
  const grid = random.pick([1, hourMs, 12 * hourMs, dayMs]);
  return {
    backupId:
      `bk-20260101-000000-${String(random.int(1_000)).padStart(4, '0')}${String(index).padStart(4, '0')}` as BackupId,
    takenAt: Math.floor((now - random.int(spreadMs)) / grid) * grid,
    sizeBytes: random.int(1_000),
    verdict: random.pick(['proven', 'partly', 'failed', 'unproven', 'unproven']),
    machine: random.chance(0.1) ? theirs : random.chance(0.02) ? null : ours,
    pin: random.chance(0.1)
      ? {
          reason: 'critical',
          until: random.chance(0.3) ? null : now + (random.int(20) - 10) * dayMs,
          hold: random.chance(0.3),
          since: now,
          by: 'ada',
        }
      : null,
  };
}

function ruleOf(random: Random): RetentionRule | null {
  if (random.chance(0.05)) return null;
  const maybe = (most: number): number | null => (random.chance(0.4) ? 1 + random.int(most) : null);
  return {
    timeZone: random.pick(zones),
    keepLast: maybe(10),
    daily: maybe(30),
    weekly: maybe(12),
    monthly: maybe(12),
    yearly: maybe(5),
    keepDays: maybe(60),
    maxBytes: random.chance(0.25) ? 1 + random.int(20_000) : null,
  };
}

/** Five years of a preset, a backup every few hours or nights, pruned after each; the whole history remembered beside it. */
function fiveYearsOf(preset: RetentionPreset, seed: number): RetentionProof & { most: number } {
  const random = randomFrom(seed);
  const rule: RetentionRule = { ...preset.rule, timeZone: random.pick(zones) };
  const start = Date.UTC(2026, 0, 1, 1);
  const faults: string[] = [];
  let stored: PastBackup[] = [];
  const whole: PastBackup[] = [];
  let most = 0;
  let made = 0;
  let looks = 0;
  for (let at = start; at < start + 5 * 365.25 * dayMs; at += (random.chance(0.1) ? 5 : 24) * hourMs) {
    // Now and then the machine is off for a while.
    if (random.chance(0.01)) at += random.int(10) * dayMs;
    const one = {
      ...backupOf(random, made, at, 1),
      takenAt: at + random.int(hourMs),
      verdict: 'unproven' as const,
      machine: ours,
    };
    one.pin =
      preset.criticalDays !== null && random.chance(0.02)
        ? { reason: 'critical', until: one.takenAt + preset.criticalDays * dayMs, hold: false, since: at, by: 'ada' }
        : null;
    one.backupId = `bk-20260101-000000-${String(made).padStart(8, '0')}` as BackupId;
    made += 1;
    stored.push(one);
    whole.push(one);
    const now = one.takenAt + 60_000;
    const { goes } = decide([rule], { backups: stored, machine: ours, clock: null, missing: [] }, now);
    const gone = new Set(goes.map(({ backup: each }) => each.backupId));
    stored = stored.filter(({ backupId }) => !gone.has(backupId));
    most = Math.max(most, stored.length);
    // Pruning every night keeps just what the rule would keep of a history that was never pruned.
    if (made % 20 !== 0) continue;
    looks += 1;
    const kept = decide([rule], { backups: whole, machine: ours, clock: null, missing: [] }, now).stays;
    const want = kept
      .map(({ backup: each }) => each.backupId)
      .toSorted()
      .join(' ');
    const have = stored
      .map(({ backupId }) => backupId)
      .toSorted()
      .join(' ');
    if (want !== have) faults.push(`after ${made} backups the place holds ${have}, not ${want}`);
  }
  return {
    seed,
    most,
    faults: faults.slice(0, 3),
    saw: `${preset.name} (${preset.detail}): ${made} backups in five years, at most ${most} kept at once; at ${looks} looks the place held just what the rule keeps of the whole history.`,
  };
}

/** Years of nights with a clock that is set forth and back and a place whose list now and then is short. */
function lyingWorld({ count, seed }: ProofOptions): RetentionProof {
  const faults: string[] = [];
  const sum = { nights: 0, stopped: 0, gone: 0 };
  for (let n = 0; n < count; n += 1) {
    const random = randomFrom(seed + n);
    const rule = { ...random.pick(retentionPresets).rule, timeZone: random.pick(zones) };
    let stored: PastBackup[] = [];
    let trueTime = Date.UTC(2026, 0, 1, 1);
    let offset = 0;
    let believedAt: number | null = null;
    for (let night = 0; night < 120; night += 1) {
      trueTime += dayMs;
      if (random.chance(0.04)) offset = random.pick([0, 0, 400, -400, 40_000, -20_000, 15]) * dayMs;
      const now = trueTime + offset;
      const newest = stored.reduce<number | null>((last, { takenAt }) => Math.max(last ?? 0, takenAt), null);
      const clock = clockProblem({ now, newestTakenAt: newest, believedAt });
      if (clock === null) believedAt = now;
      const one = { ...backupOf(random, night, now, 1), takenAt: now, machine: ours, pin: null };
      stored.push(one);
      const listed = new Set(stored.filter(() => !random.chance(0.002)).map(({ backupId }) => backupId));
      const missing = missingFrom(
        stored.map(({ backupId }) => backupId),
        listed,
        new Set(),
      );
      const { goes } = decide([rule], { backups: stored, machine: ours, clock, missing }, now + 60_000);
      sum.nights += 1;
      sum.gone += goes.length;
      if (clock !== null || missing.length > 0) {
        sum.stopped += 1;
        if (goes.length > 0)
          faults.push(`seed ${seed + n}: night ${night}: ${goes.length} went by a clock or a list that lies`);
      }
      // Whatever the clock said: what was made in the last true week is there but for what a believed step of days explains.
      if (!stored.includes(one) || goes.some(({ backup: each }) => each === one))
        faults.push(`seed ${seed + n}: the last one went`);
      const gone = new Set(goes.map(({ backup: each }) => each.backupId));
      stored = stored.filter(({ backupId }) => !gone.has(backupId));
    }
  }
  const saw = `${count} times 120 nights with a clock that is set by up to 40 000 days and lists that are short: ${sum.nights} prunes, ${sum.stopped} stopped, ${sum.gone} backups gone, none of them in a stopped one; ${faults.length} faults.`;
  return { seed, saw, faults };
}

/** What the calendar foretells is what comes, when backups come as foretold. */
function calendars({ count, seed }: ProofOptions): RetentionProof {
  const faults: string[] = [];
  let foretold = 0;
  for (let n = 0; n < count; n += 1) {
    const random = randomFrom(seed + n);
    const { rules, past, now } = history(random);
    const calm = { ...past, clock: null, missing: [] };
    const coming = Array.from({ length: 60 }, (_, index) => now + (index + 1) * dayMs);
    const told = forecast(rules, calm, coming);
    foretold += told.size;
    let backups = [...calm.backups];
    const size =
      backups.toSorted((a, b) => b.takenAt - a.takenAt || (a.backupId < b.backupId ? 1 : -1))[0]?.sizeBytes ?? 0;
    for (const [index, at] of coming.entries()) {
      backups.push({
        ...backupOf(random, index, at, 1),
        takenAt: at,
        sizeBytes: size,
        verdict: 'unproven',
        machine: ours,
        pin: null,
        backupId: `bk-next-${String(index).padStart(6, '0')}` as BackupId,
      });
      const gone = goesByModel(rules, { ...calm, backups }, at);
      for (const { backupId } of calm.backups) {
        if (gone.has(backupId) !== (told.get(backupId) === at))
          faults.push(`seed ${seed + n}: ${backupId} was foretold otherwise`);
      }
      backups = backups.filter(({ backupId }) => !gone.has(backupId));
    }
  }
  const saw = `${count} calendars of 60 nights: ${foretold} dates foretold and kept; ${faults.length} faults.`;
  return { seed, saw, faults: faults.slice(0, 10) };
}

/** All of it; `count` histories, and of the rest in proportion. */
export function retention(options: ProofOptions): RetentionProof & { details: string[] } {
  const part = Math.max(1, Math.floor(options.count / 100));
  const years = Math.max(1, Math.floor(options.count / 1_000));
  const results = [
    rulesAgainstModel(options),
    ...retentionPresets.flatMap((preset) =>
      Array.from({ length: years }, (_, index) => fiveYearsOf(preset, options.seed + index)),
    ),
    lyingWorld({ ...options, count: part }),
    calendars({ ...options, count: part }),
  ];
  const [first, ...rest] = results;
  return {
    seed: options.seed,
    saw: first?.saw ?? '',
    faults: results.flatMap(({ faults }) => faults),
    details: rest.map(({ saw }) => saw),
  };
}
