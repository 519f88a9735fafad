import { describe, expect, test } from 'vitest';
import { agendaOf, limitOf, scheduleOf, timesOfPlans } from '../../../src/main/house/plan-schedule.ts';
import { setSchedulerPause } from '../../../src/main/house/plan-pause.ts';
import type { PlanWait } from '../../../src/shared/plan.ts';
import { timesOf } from '../../../src/main/schedule/times.ts';
import { daysUntil } from '../../../src/main/standing/days.ts';
import * as sample from '../catalog/samples.ts';

const hour = 3_600_000;
const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const now = at('25T09:00');
const days = daysUntil(now, 'UTC', 14);
const cron = (text: string) => ({ cron: text, timeZone: 'UTC' });
const nightly = timesOf(cron('0 2 * * *'));
/** Hourly from eight to six, Monday to Friday. The 25th is a Wednesday. */
const working = timesOf(cron('0 8-18 * * 1-5'));

describe('BS-17 SV-18 how old the newest backup may be', () => {
  /** The first whole minute from `from` on at which `newest` is too old. */
  function lateFrom(times: typeof nightly, newest: number, from: number): number {
    for (let moment = from; ; moment += 60_000) if (moment - newest > limitOf(times, 0, moment, newest)) return moment;
  }

  test('a nightly backup is late two hours after the next was due, and a minute', () => {
    expect(limitOf(nightly, 0, now, at('25T02:00'))).toBe(26 * hour);
    expect(lateFrom(nightly, at('25T02:00'), now)).toBe(at('26T04:01'));
    expect(limitOf(nightly, hour, now, at('25T02:00'))).toBe(27 * hour);
  });

  test('a weekend makes no plan of working days late, and a missed Monday morning is seen on Monday', () => {
    expect(lateFrom(working, at('20T18:00'), at('20T19:00'))).toBe(at('23T10:01'));
  });

  test('a missed hour of a working day is seen that day', () => {
    expect(lateFrom(working, at('25T09:00'), now)).toBe(at('25T12:01'));
    // The last run of the day as well, though the next is only due in the morning.
    expect(lateFrom(working, at('25T17:00'), at('25T17:30'))).toBe(at('25T20:01'));
  });

  test('a backup by hand shortly before a run that was missed counts', () => {
    expect(lateFrom(nightly, at('25T01:50'), now)).toBe(at('26T03:51'));
  });

  test('a schedule that is never due makes nothing late', () => {
    const never = timesOf(cron('0 0 31 2 *'));
    expect(limitOf(never, 0, now, at('01T00:00'))).toBeGreaterThan(300 * 24 * hour);
  });
});

describe('SV-8 what plans come to for a source', () => {
  function withPlans() {
    const catalog = sample.newCatalog();
    const createdAt = at('20T12:00');
    catalog.backupPlans.put(sample.backupPlan(1, { createdAt }), {});
    const weekly = { createdAt, name: 'Weekly', backup: cron('0 3 * * 0'), proof: null };
    catalog.backupPlans.put(sample.backupPlan(2, weekly), {});
    return { catalog, planner: { waiting: (): PlanWait | null => null } };
  }
  const source = sample.sourceId(1);
  const schedule = (rooms: ReturnType<typeof withPlans>, moment = now) =>
    scheduleOf(timesOfPlans(rooms, moment, days), source, moment, at('25T02:00'));

  test('the soonest run, the strictest limit', () => {
    const rooms = withPlans();
    expect(schedule(rooms)).toMatchObject({
      next: { planName: 'Nightly 1', at: at('26T02:00') },
      limitMs: 26 * hour,
      paused: false,
    });
    expect(scheduleOf(timesOfPlans(rooms, now, days), sample.sourceId(2), now, null)).toBeNull();
  });

  test('a day was due from the plan on, and today only what is late by now', () => {
    const rooms = withPlans();
    expect(schedule(rooms)?.due).toEqual([
      ...Array.from({ length: 9 }, () => false),
      ...Array.from({ length: 5 }, () => true),
    ]);
    const early = at('25T02:30');
    expect(schedule(rooms, early)?.due.at(-1)).toBe(false);
  });

  test('paused only when all of its plans are, and a pause has no next run', () => {
    const rooms = withPlans();
    const paused = { since: now, until: null };
    rooms.catalog.backupPlans.put(sample.backupPlan(1, { paused }), {});
    expect(schedule(rooms)).toMatchObject({ next: { planName: 'Weekly', at: at('29T03:00') }, paused: false });
    setSchedulerPause(rooms, { since: now, until: now + hour });
    expect(schedule(rooms)).toMatchObject({ next: null, paused: true });
    expect(schedule(rooms, now + hour)).toMatchObject({ paused: false });
  });

  test('what a run that is due waits for is told', () => {
    const detail = 'docker-02 does not answer';
    const planner = { waiting: (): PlanWait => ({ reason: 'source', since: now, detail }) };
    expect(schedule({ ...withPlans(), planner })?.waiting).toBe(detail);
  });

  test('the agenda has a line for every kind of run, by the names of its sources', () => {
    const rooms = withPlans();
    const lines = agendaOf(timesOfPlans(rooms, now, days), (id) => (id === source ? 'shop' : undefined));
    expect(lines.filter(({ what }) => what === 'backup').map(({ at: due, sources }) => [due, sources])).toEqual([
      [at('26T02:00'), ['shop']],
      [at('29T03:00'), ['shop']],
    ]);
  });

  test('a plan whose zone this machine does not know takes nothing else with it', () => {
    const rooms = withPlans();
    rooms.catalog.backupPlans.put(
      sample.backupPlan(3, { backup: { cron: '0 2 * * *', timeZone: 'Mars/Olympus' } }),
      {},
    );
    expect(schedule(rooms)?.next).toMatchObject({ planName: 'Nightly 1' });
  });
});
