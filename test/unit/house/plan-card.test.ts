import { describe, expect, it } from 'vitest';
import { planCard } from '../../../src/main/house/plan-card.ts';
import * as sample from '../catalog/samples.ts';

function rooms() {
  const catalog = sample.newCatalog();
  catalog.sources.add(sample.source(1));
  const clock = sample.stillClock(Date.parse('2026-11-25T09:00Z'));
  return { catalog, clock, planner: { waiting: () => null } };
}

describe('a plan as it is shown', () => {
  it('says its schedule in words and when it comes next', () => {
    expect(planCard(rooms(), sample.backupPlan(1))).toMatchObject({
      words: 'Every day at 02:00',
      next: expect.arrayContaining([Date.parse('2026-11-26T02:00Z')]),
      waiting: null,
    });
  });

  it('one whose time zone is not known any more is shown as that, and hides no other', () => {
    const lost = sample.backupPlan(1, { backup: { cron: '0 2 * * *', timeZone: 'Europe/Atlantis' } });
    expect(planCard(rooms(), lost)).toMatchObject({
      words: 'Cannot be read: 0 2 * * * in Europe/Atlantis',
      next: [],
      nextProof: null,
    });
  });
});
