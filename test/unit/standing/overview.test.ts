import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupPlanId } from '../../../src/shared/id.ts';
import { Overview, type Need, type SourceStanding } from '../../../src/shared/overview.ts';
import { z } from '../../../src/shared/schema.ts';
import type { SourceFacts } from '../../../src/main/standing/facts.ts';
import { overviewOf, standingOf } from '../../../src/main/standing/overview.ts';
import * as sample from '../catalog/samples.ts';
import {
  backedUpBefore,
  card,
  day,
  failedJob,
  fresh,
  hour,
  now,
  proof,
  schedule,
  trend,
  well,
  world,
} from './facts.ts';

const standing = (facts: SourceFacts): SourceStanding => standingOf(facts, world);
const needsOf = (facts: SourceFacts): Need[] => standing(facts).needs;
const codes = (facts: SourceFacts): string[] => needsOf(facts).map(({ code, grade }) => `${code} ${grade}`);
const told = (facts: SourceFacts, code: Need['code']): Need | undefined =>
  needsOf(facts).find((need) => need.code === code);
const sampleSource = { ...sample.source(1), sample: true };

describe('BS-17 SV-18 where a source stands', () => {
  test('backed up and proven in time, it needs nothing', () => {
    const { state, needs, protectedUntil, limitMs } = standing(well());
    expect({ state, needs, protectedUntil, limitMs }).toEqual({
      state: 'protected',
      needs: [],
      protectedUntil: now - hour,
      limitMs: 26 * hour,
    });
  });

  test('a backup or proof that runs makes it work, a test of its connection does not', () => {
    const running = (kind: 'backup' | 'verify' | 'restore' | 'probe' | 'diff') =>
      standing(well({ unfinished: [sample.job(3, { kind, state: 'running' })] }));
    expect(running('backup')).toMatchObject({ state: 'working', jobs: [sample.jobId(3)] });
    expect(running('verify').state).toBe('working');
    expect(running('restore').state).toBe('working');
    expect(running('probe').state).toBe('protected');
    expect(running('diff').state).toBe('protected');
  });

  test('a pause is shown, but not over something that needs a person', () => {
    const paused = schedule({ paused: true, next: null });
    expect(standing(well({ schedule: paused }))).toMatchObject({ state: 'paused', next: null });
    const broken = well({ schedule: paused, restoreProof: proof({ verdict: 'failed', equalTables: 17 }) });
    expect(standing(broken).state).toBe('needs-you');
  });

  test('never backed up, it is new; whether a person is needed depends on how long', () => {
    expect(standing(fresh()).state).toBe('new');
    expect(codes(fresh())).toEqual(['never-backed-up hint']);
    const old = fresh({ source: { ...sample.source(1), createdAt: now - 27 * hour } });
    expect(standing(old).state).toBe('needs-you');
  });
});

describe('BS-17 JO-14 no backup in time', () => {
  test('is told with its age, the limit and what comes next', () => {
    expect(needsOf(backedUpBefore(26 * hour + 60_000))).toEqual([
      {
        code: 'overdue',
        grade: 'attention',
        title: 'No backup for 26 h.',
        detail: 'The limit is 26 h. The next is due tomorrow, 02:08.',
        action: 'back-up',
        jobId: null,
        failure: null,
      },
    ]);
    expect(codes(backedUpBefore(26 * hour))).toEqual([]);
    expect(told(backedUpBefore(3 * day), 'overdue')?.title).toBe('No backup for 3 days.');
  });

  test('says what the run waits for, or that the plans are paused, which needs nobody', () => {
    const waiting = schedule({ waiting: 'docker-02 does not answer' });
    expect(told(backedUpBefore(2 * day, { schedule: waiting }), 'overdue')?.detail).toBe('docker-02 does not answer.');
    const paused = backedUpBefore(2 * day, { schedule: schedule({ paused: true }) });
    expect(told(paused, 'overdue')).toMatchObject({ grade: 'hint', detail: 'Its plans are paused.' });
    expect(standing(paused).state).toBe('paused');
  });

  test('without a plan the limit is the one that a person chose', () => {
    const alone = backedUpBefore(30 * hour, { schedule: null });
    expect(standing(alone).limitMs).toBe(26 * hour);
    expect(told(alone, 'overdue')?.detail).toBe('The limit is 26 h, and no plan backs it up.');
    const patient = { ...world, preferences: { ...world.preferences, overdueAfterMs: 31 * hour } };
    expect(standingOf(alone, patient).needs.map(({ code }) => code)).toEqual(['unscheduled']);
  });

  test('and the last try failed: what was tried, when, and why, in one place', () => {
    const failed = failedJob('source.unreachable', 'docker-02 does not answer: no route to host', now - 60_000);
    const needs = needsOf(backedUpBefore(27 * hour, { failedBackup: failed }));
    expect(needs).toHaveLength(1);
    expect(needs[0]).toMatchObject({
      code: 'overdue',
      title: 'No backup for 27 h.',
      detail: 'Tried today, 14:07: docker-02 does not answer: no route to host.',
      action: 'try-again',
      jobId: failed.id,
      failure: { code: 'source.unreachable' },
    });
  });

  test('backups that are all proven bad do not protect', () => {
    const facts = well({ last: card(now - hour, { verdict: 'failed' }), protectedUntil: null });
    expect(told(facts, 'overdue')?.title).toBe('No backup that holds.');
  });

  test('the sample is told, but needs nobody', () => {
    const facts = backedUpBefore(9 * day, { source: sampleSource, schedule: null });
    expect(codes(facts)).toEqual(['overdue hint']);
    expect(standing(facts).state).toBe('protected');
  });
});

describe('BS-17 a try that failed', () => {
  const refused = 'The server answered and refused this password for backup';

  test('is told in the words of its failure, with how long it worked and the way to mend it', () => {
    const failed = failedJob('source.auth-failed', refused, now - 60_000);
    expect(needsOf(well({ failedBackup: failed }))).toEqual([
      {
        code: 'backup-failed',
        grade: 'attention',
        title: `${refused}.`,
        detail: 'Check user and password. It worked until today, 13:08.',
        action: 'connection',
        jobId: failed.id,
        failure: failed.failure,
      },
    ]);
  });

  test('what passes by itself is tried again', () => {
    const failed = failedJob('destination.full', 'The disk is full', now - 60_000);
    expect(told(well({ failedBackup: failed }), 'backup-failed')?.action).toBe('try-again');
  });

  test('is over as soon as a later backup was made', () => {
    const failed = failedJob('source.auth-failed', refused, now - 2 * hour);
    expect(codes(well({ failedBackup: failed }))).toEqual([]);
  });

  test('of a source that was never backed up speaks instead of "no backup yet"', () => {
    const failed = failedJob('source.auth-failed', refused, now - 60_000);
    expect(codes(fresh({ failedBackup: failed }))).toEqual(['backup-failed attention']);
    expect(told(fresh({ failedBackup: failed }), 'backup-failed')?.detail).toMatch(/There is no backup yet\.$/);
  });
});

describe('CV-3 SV-14 proofs', () => {
  test('a proof that failed needs a person, whichever backup it was of', () => {
    const failed = proof({ verdict: 'failed', equalTables: 17 });
    expect(told(well({ restoreProof: failed }), 'proof-failed')).toMatchObject({
      grade: 'attention',
      title: 'The last backup does not hold.',
      detail: '17 of 19 tables were found equal yesterday, 14:08. The newest that may hold is of today, 13:08.',
      action: 'look',
    });
    const older = proof({ verdict: 'failed', backupId: sample.backupId(5) });
    expect(told(well({ restoreProof: older }), 'proof-failed')?.title).toBe('A backup does not hold.');
  });

  test('the newest one speaks: a proof after the fault answers it, a read that finds one does not wait', () => {
    const restoreProof = proof({ endedAt: now - hour });
    expect(codes(well({ restoreProof, readProof: proof({ verdict: 'failed', endedAt: now - day }) }))).toEqual([]);
    const damaged = well({ restoreProof: proof(), readProof: proof({ verdict: 'failed', endedAt: now - hour }) });
    expect(told(damaged, 'proof-failed')?.detail).toMatch(/^A part of what was stored was found damaged or missing/);
  });

  test('one that could not be made is told with its own words', () => {
    const failedProof = failedJob('scratch.unavailable', 'No PostgreSQL 17 was found here', now - 60_000, 'verify');
    expect(told(well({ failedProof }), 'proof-failed')).toMatchObject({
      title: 'No PostgreSQL 17 was found here.',
      action: 'prove',
      jobId: failedProof.id,
    });
    const before = { ...failedProof, endedAt: now - 2 * day };
    expect(codes(well({ failedProof: before }))).toEqual([]);
  });

  test('never proven is a hint, and none while the first proof runs', () => {
    const facts = well({ restoreProof: null, readProof: proof({ verdict: 'partly' }) });
    expect(codes(facts)).toEqual(['never-proven hint']);
    expect(standing(facts)).toMatchObject({ state: 'protected', lastProof: null, lastRead: now - day });
    expect(standing(well({ restoreProof: null, readProof: proof({ verdict: 'failed' }) }))).not.toHaveProperty(
      'lastRead',
    );
    expect(standing(well({ readProof: proof({ verdict: 'partly' }) }))).not.toHaveProperty('lastRead');
    const running = [sample.job(3, { kind: 'verify' as const, state: 'running' as const })];
    expect(codes(well({ restoreProof: null, unfinished: running }))).toEqual([]);
  });

  test('an old one is a hint, and needs a person where a plan promises newer ones', () => {
    const restoreProof = proof({ endedAt: now - 40 * day });
    expect(told(well({ restoreProof }), 'proof-old')).toMatchObject({ grade: 'hint', title: 'No proof for 40 days.' });
    const weekly = schedule({ proofLimitMs: 8 * day });
    expect(told(well({ restoreProof: proof({ endedAt: now - 9 * day }), schedule: weekly }), 'proof-old')?.grade).toBe(
      'attention',
    );
    expect(codes(well({ restoreProof: proof({ endedAt: now - 7 * day }), schedule: weekly }))).toEqual([]);
  });
});

describe('BS-17 a backup that is smaller than expected', () => {
  const ten = [205, 206, 207, 208, 209, 210, 205, 206, 207, 208];

  test('is told with both sizes below 80 % of the middle one', () => {
    const facts = well({ last: card(now - hour, { sizeBytes: 84e6 }), trend: trend(...ten, 84) });
    expect(told(facts, 'smaller')).toMatchObject({
      grade: 'attention',
      title: '84.0 MB; the last ten were 205 to 210 MB.',
      action: 'look',
    });
  });

  test.each([
    [79, true],
    [81, false],
    [500, false],
  ])('of 100 MB, %i MB is small: %s', (size, small) => {
    const facts = well({ last: card(now - hour, { sizeBytes: size * 1e6 }), trend: trend(100, 100, 100, size) });
    expect(told(facts, 'smaller') !== undefined).toBe(small);
  });

  test('one outlier before it does not matter, two earlier ones are too few, a chosen scope is no surprise', () => {
    const of = (sizes: number[], changes = {}): Need | undefined =>
      told(well({ last: card(now - hour, { sizeBytes: 90e6, ...changes }), trend: trend(...sizes, 90) }), 'smaller');
    expect(of([100, 100, 900])).toBeUndefined();
    expect(of([900, 900])).toBeUndefined();
    expect(of([900, 900, 900])?.title).toBe('90.0 MB; the last three were 900 MB.');
    expect(of([900, 900, 900], { complete: false })).toBeUndefined();
  });
});

describe('what else is said of the last backup', () => {
  test('BS-10 a place that did not take it is named, with its reason', () => {
    const stored = [
      { destination: sample.destinationId(1), state: 'stored' as const, message: null },
      { destination: sample.destinationId(2), state: 'failed' as const, message: 'The disk is full' },
    ];
    expect(told(well({ last: card(now - hour, { stored }) }), 'place-failed')).toMatchObject({
      grade: 'attention',
      title: 'Not stored in Office disk.',
      detail: 'The disk is full.',
      action: 'carry',
    });
  });

  test('BS-10 a dump that is kept for its places is brought there, and not made again', () => {
    const failed = {
      ...failedJob('backup.kept', 'The dump is whole, and no place took it yet', now - 60_000),
      backupId: sample.backupId(7),
    };
    expect(told(well({ failedBackup: failed }), 'backup-failed')).toMatchObject({
      action: 'carry',
      backupId: sample.backupId(7),
    });
  });

  test('one that leaves something out is not complete, which is a hint', () => {
    expect(codes(well({ last: card(now - hour, { complete: false }) }))).toEqual(['incomplete hint']);
  });

  test('no plan is a hint, but not for the sample', () => {
    expect(codes(well({ schedule: null }))).toEqual(['unscheduled hint']);
    expect(codes(well({ schedule: null, source: sampleSource }))).toEqual([]);
  });
});

describe('BS-15 what the next backup will come to', () => {
  test('is the middle of the last five, and the time that they took', () => {
    expect(standing(well({ trend: trend(10, 20, 900, 30, 40, 50) })).estimate).toEqual({
      sizeBytes: 40e6,
      durationMs: 2_100,
    });
  });

  test('before the first it is the size that the test of the source saw, or nothing', () => {
    expect(standing(fresh({ probedBytes: 84e6 })).estimate).toEqual({ sizeBytes: 84e6, durationMs: null });
    expect(told(fresh({ probedBytes: 84e6 }), 'never-backed-up')?.detail).toMatch(/^The database has 84.0 MB\. /);
    expect(standing(fresh()).estimate).toBeNull();
  });
});

describe('the strip of fourteen days', () => {
  const nothing = { heldAt: null, proven: false, failed: false };
  const held = { heldAt: now - hour, proven: false, failed: false };
  const strip = (last: SourceFacts['days'], changes: Partial<SourceFacts> = {}): string[] => {
    const facts = well(changes);
    return standing({ ...facts, days: [...facts.days.slice(last.length), ...last] }).strip.slice(-last.length);
  };

  test('one mark a day, today last; proven over stored over failed', () => {
    expect(standing(well()).strip).toEqual(Array.from({ length: 14 }, () => 'stored'));
    const days = [
      { heldAt: 1, proven: true, failed: true },
      { ...held, failed: true },
      { ...nothing, failed: true },
    ];
    expect(strip(days)).toEqual(['proven', 'stored', 'failed']);
  });

  test('a day on which a backup was due and none was made is late, one on which none was due is none', () => {
    const due = world.days.map((_, index) => index !== 12);
    expect(strip([nothing, nothing, held], { schedule: schedule({ due }) })).toEqual(['late', 'none', 'stored']);
  });

  test('without a plan a day is late once the newest backup had passed the limit at its end', () => {
    expect(strip([held, nothing, nothing, nothing], { schedule: null, heldBefore: null })).toHaveLength(4);
    const before = world.days[10]?.to ?? 0;
    const days = [{ ...held, heldAt: before - hour }, nothing, nothing, nothing];
    expect(strip(days, { schedule: null })).toEqual(['stored', 'none', 'late', 'late']);
  });

  test('before the first backup nothing was late', () => {
    expect(standing(fresh({ schedule: null })).strip).toEqual(Array.from({ length: 14 }, () => 'none'));
  });

  test('the first of today is being made', () => {
    const unfinished = [sample.job(1, { state: 'running' })];
    expect(strip([nothing], { unfinished })).toEqual(['running']);
    expect(strip([held], { unfinished })).toEqual(['stored']);
  });
});

describe('the overview', () => {
  const named = (name: string, changes: Partial<SourceFacts> = {}): SourceFacts =>
    well({ source: sample.source(1, name), ...changes });

  test('has those that need a person first, then goes by name', () => {
    const sources = [
      named('till'),
      named('Shop'),
      named('certs', { protectedUntil: now - 9 * day }),
      named('app-10'),
      named('app-9'),
    ];
    const { sources: inOrder } = overviewOf(sources, [], world);
    expect(inOrder.map(({ name }) => name)).toEqual(['certs', 'app-9', 'app-10', 'Shop', 'till']);
  });

  test('says what happens next, soonest first, and nothing that is past', () => {
    const planId = 'bpl-abcdefgh' as BackupPlanId;
    const { agenda } = overviewOf(
      [],
      [
        { planId, at: now + 2 * hour, what: 'proof', sources: ['shop'] },
        { planId, at: now + hour, what: 'backup', sources: ['till', 'uploads'] },
        { planId, at: now - hour, what: 'backup', sources: ['shop'] },
        { planId, at: now + 3 * hour, what: 'backup', sources: ['a', 'b', 'c', 'd', 'e'] },
      ],
      world,
    );
    expect(agenda.map(({ text }) => text)).toEqual([
      'till and uploads, backup',
      'shop, proof',
      'a, b and 3 others, backup',
    ]);
  });

  const anyFacts: fc.Arbitrary<SourceFacts> = fc
    .record({
      age: fc.integer({ min: 0, max: 60 * day }),
      never: fc.boolean(),
      scheduled: fc.boolean(),
      paused: fc.boolean(),
      verdict: fc.constantFrom('proven' as const, 'partly' as const, 'failed' as const),
      failedAgo: fc.option(fc.integer({ min: 0, max: 60 * day })),
      sizes: fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 15 }),
    })
    .map(({ age, never, scheduled, paused, verdict, failedAgo, sizes }) => {
      const changes: Partial<SourceFacts> = {
        schedule: scheduled ? schedule({ paused }) : null,
        failedBackup: failedAgo === null ? null : failedJob('tool.failed', 'pg_dump ended with 1', now - failedAgo),
      };
      if (never) return fresh(changes);
      return backedUpBefore(age, { ...changes, restoreProof: proof({ verdict }), trend: trend(...sizes) });
    });

  test('always has the form that the contract declares, and "protected" is never said of what is not', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { maxLength: 4 }), (sources) => {
        const overview = z.parse(Overview, overviewOf(sources, [], world));
        for (const { state, protectedUntil, limitMs, needs, strip } of overview.sources) {
          expect(strip).toHaveLength(14);
          const inTime = protectedUntil !== null && now - protectedUntil <= limitMs;
          const saysWhy = needs.some(({ code }) => ['overdue', 'never-backed-up', 'backup-failed'].includes(code));
          expect(state !== 'protected' || inTime).toBe(true);
          expect(inTime || saysWhy).toBe(true);
          expect(state === 'needs-you').toBe(needs.some(({ grade }) => grade === 'attention'));
          for (const { title, detail } of needs) {
            expect(title).toMatch(/^\S.*\.$/);
            expect(`${title}${detail}`).not.toMatch(/undefined|null|NaN|!|\.\./);
          }
        }
      }),
    );
  });
});
