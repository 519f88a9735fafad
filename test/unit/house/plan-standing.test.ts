import { describe, expect, test } from 'vitest';
import {
  nextRunOf,
  planLimitMs,
  plansPaused,
  schedulerPause,
  setSchedulerPause,
  wasDue,
} from '../../../src/main/house/plan-standing.ts';
import * as sample from '../catalog/samples.ts';

const source = sample.sourceId(1);
const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const now = at('25T09:00');
const hour = 3_600_000;

function withPlans() {
  const catalog = sample.newCatalog();
  const createdAt = at('20T12:00');
  catalog.backupPlans.put(sample.backupPlan(1, { createdAt }), {});
  catalog.backupPlans.put(
    sample.backupPlan(2, { createdAt, name: 'Weekly', backup: { cron: '0 2 * * 0', timeZone: 'UTC' } }),
    {},
  );
  return { catalog };
}

describe('SV-8 what plans come to for a source', () => {
  test('the next run is the soonest of its plans; a paused plan has none', () => {
    const rooms = withPlans();
    expect(nextRunOf(rooms, source, now)).toMatchObject({ planName: 'Nightly 1', at: at('26T02:00') });
    expect(nextRunOf(rooms, sample.sourceId(2), now)).toBeNull();
    const paused = { since: now, until: null };
    rooms.catalog.backupPlans.put(sample.backupPlan(1, { paused }), {});
    expect(nextRunOf(rooms, source, now)).toMatchObject({ planName: 'Weekly', at: at('29T02:00') });
    expect(plansPaused(rooms, source, now)).toBe(false);
    setSchedulerPause(rooms, { since: now, until: now + hour });
    expect(nextRunOf(rooms, source, now)).toBeNull();
    expect(plansPaused(rooms, source, now)).toBe(true);
    expect(nextRunOf(rooms, source, now + hour)).not.toBeNull();
    setSchedulerPause(rooms, null);
    expect(schedulerPause(rooms)).toBeNull();
  });

  test('a day was due from the plan on, not before there was one', () => {
    const rooms = withPlans();
    expect(wasDue(rooms, source, at('24T00:00'), at('25T00:00'))).toBe(true);
    expect(wasDue(rooms, source, at('20T00:00'), at('21T00:00'))).toBe(false);
    expect(wasDue(rooms, sample.sourceId(2), at('24T00:00'), at('25T00:00'))).toBe(false);
  });

  test('how old a backup may become follows from the longest gap of the strictest plan', () => {
    const rooms = withPlans();
    expect(planLimitMs(rooms, source, now)).toBe(26 * hour);
    expect(planLimitMs(rooms, sample.sourceId(2), now)).toBeNull();
  });
});
