import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/main/retention/decide.ts';
import type { Past } from '../../../src/main/retention/past.ts';
import type { BackupId, MachineId } from '../../../src/shared/id.ts';
import type { RetentionRule } from '../../../src/shared/retention.ts';
import { day, nights, nothing, now, past, pin, taken } from './past.ts';

const dates = (rules: (RetentionRule | null)[], of: Past, at = now): string[] =>
  decide(rules, of, at).stays.map(({ backup }) => new Date(backup.takenAt).toISOString().slice(0, 10));
const whys = (rules: (RetentionRule | null)[], of: Past, index: number): string[] =>
  decide(rules, of, now).stays[index]?.reasons.map(({ why, words }) => `${why}: ${words}`) ?? [];
const goes = (rules: (RetentionRule | null)[], of: Past): number => decide(rules, of, now).goes.length;

describe('BS-1 BD-3 JO-2 SV-1 one rule', () => {
  it('keeps everything where there is none, or where none of its parts says anything', () => {
    const of = past(nights(400));
    for (const rules of [[], [null], [nothing], [{ ...nothing, keepLast: 1 }, null]]) expect(goes(rules, of)).toBe(0);
    expect(whys([], of, 3)).toEqual(['no-rule: No rule deletes here.']);
  });

  it('keeps the last N, and says so', () => {
    const rule = { ...nothing, keepLast: 3 };
    expect(dates([rule], past(nights(10)))).toEqual(['2026-11-25', '2026-11-24', '2026-11-23']);
    expect(whys([rule], past(nights(10)), 1)).toEqual(['last: One of the last 3.']);
    expect(decide([rule], past(nights(10)), now).goes[0]).toMatchObject({ at: now, words: 'No rule keeps it.' });
  });

  it('counts a damaged copy for nothing: it is not the last one, takes no place, and goes by the rule', () => {
    const rule = { ...nothing, keepLast: 2 };
    const [first, second, third, fourth, fifth] = nights(5).map((one) => ({ ...one, verdict: 'unproven' as const }));
    if (!first || !second || !third || !fourth || !fifth) throw new Error('too few');
    const of = past([
      { ...first, damaged: true },
      second,
      third,
      { ...fourth, damaged: true, verdict: 'proven' },
      { ...fifth, verdict: 'partly' },
    ]);
    // The rule would keep the newest were it whole: it stays for a repair. What is past the rule goes.
    expect(dates([rule], of)).toEqual(['2026-11-25', '2026-11-24', '2026-11-23', '2026-11-21']);
    expect(whys([rule], of, 0)).toEqual(['last: One of the last 2.']);
    expect(whys([rule], of, 1)[0]).toBe('newest: It is the last backup here.');
    expect(whys([rule], of, 3)[0]).toContain('last partly proven');
    expect(decide([rule], of, now).goes[0]?.words).toContain('does not hold');
    // Where none holds, the newest that is left stays.
    const none = past(nights(3).map((one) => ({ ...one, damaged: true })));
    expect(whys([{ ...nothing, maxBytes: 1 }], none, 0)).toContain('newest: It is the last backup here.');
  });

  it('never lets the last backup go, nor any of the same moment', () => {
    const at = Date.UTC(2026, 10, 25, 2);
    const twins = ['aaaaaaaa', 'zzzzzzzz'].map((end) =>
      taken(at, { backupId: `bk-20261125-020000-${end}` as BackupId }),
    );
    const of = past([...twins, ...nights(5).slice(1)]);
    const { stays } = decide([{ ...nothing, keepLast: 1 }], of, now);
    expect(stays.map(({ backup }) => backup.takenAt)).toEqual([at, at]);
    expect(stays.map(({ reasons }) => reasons[0]?.why)).toEqual(['newest', 'newest']);
  });

  it('keeps the last of a day, week, month and year, by the name of its period', () => {
    const twice = [...nights(3), taken(Date.UTC(2026, 10, 24, 14))];
    expect(decide([{ ...nothing, daily: 2 }], past(twice), now).stays.map(({ backup }) => backup.takenAt)).toEqual([
      Date.UTC(2026, 10, 25, 2),
      Date.UTC(2026, 10, 24, 14),
    ]);
    expect(dates([{ ...nothing, weekly: 3 }], past(nights(40)))).toEqual(['2026-11-25', '2026-11-22', '2026-11-15']);
    expect(whys([{ ...nothing, weekly: 3 }], past(nights(40)), 1)).toEqual(['weekly: The last of week 47 of 2026.']);
    expect(dates([{ ...nothing, monthly: 2, yearly: 2 }], past(nights(400)))).toEqual([
      '2026-11-25',
      '2026-10-31',
      '2025-12-31',
    ]);
    expect(whys([{ ...nothing, monthly: 2, yearly: 2 }], past(nights(400)), 1)).toEqual([
      'monthly: The last of October 2026.',
    ]);
  });

  it('begins a day where the time zone begins it', () => {
    // 23:30 and 00:30 in Berlin: two days there, one in UTC.
    const around = [taken(Date.UTC(2026, 10, 24, 22, 30)), taken(Date.UTC(2026, 10, 24, 23, 30))];
    expect(goes([{ ...nothing, daily: 5 }], past(around))).toBe(1);
    expect(goes([{ ...nothing, daily: 5, timeZone: 'Europe/Berlin' }], past(around))).toBe(0);
  });

  it('counts days that have a backup: a machine that was off for a month loses nothing', () => {
    const before = nights(40).slice(35);
    expect(goes([{ ...nothing, daily: 7 }], past([...nights(1), ...before]))).toBe(0);
  });

  it('keeps what is younger, until its very last moment', () => {
    const rule = { ...nothing, keepDays: 30 };
    const edge = taken(now - 30 * day);
    const within = taken(now - 30 * day + 1_000);
    const { stays, goes: going } = decide([rule], past([...nights(1), within, edge]), now);
    expect(going.map(({ backup }) => backup)).toEqual([edge]);
    expect(stays[1]?.reasons).toEqual([{ why: 'age', words: 'Younger than 30 days.', until: now + 1_000 }]);
  });

  it('takes the oldest until the rest fits into a total size, and never what must stay', () => {
    const of = past([...nights(4), taken(Date.UTC(2026, 9, 1), { pin: pin() })]);
    expect(dates([{ ...nothing, maxBytes: 350 }], of)).toEqual(['2026-11-25', '2026-11-24', '2026-10-01']);
    expect(dates([{ ...nothing, maxBytes: 1 }], of)).toEqual(['2026-11-25', '2026-10-01']);
    expect(dates([{ ...nothing, keepLast: 3, maxBytes: 10_000 }], of).length).toBe(4);
  });

  it('gives no place to a backup whose proof failed, and takes none from it', () => {
    const [first, second, third, fourth] = nights(4);
    const of = past([{ ...first, verdict: 'failed' }, second, third, fourth].map((one) => one as typeof first & {}));
    expect(dates([{ ...nothing, keepLast: 2 }], of)).toEqual(['2026-11-25', '2026-11-24', '2026-11-23']);
  });

  it('lets go only what every rule of a line lets go', () => {
    const rules = [
      { ...nothing, keepLast: 1 },
      { ...nothing, weekly: 2 },
    ];
    expect(dates(rules, past(nights(20)))).toEqual(['2026-11-25', '2026-11-22']);
  });
});

describe('BS-18 never deleted', () => {
  const one = { ...nothing, keepLast: 1 };

  it('the last backup and the last proven one, even where the rule would have neither', () => {
    const list = nights(5).map((backup, index) => (index === 3 ? { ...backup, verdict: 'proven' as const } : backup));
    expect(dates([one], past(list))).toEqual(['2026-11-25', '2026-11-22']);
    expect(whys([one], past(list), 1)).toEqual(['proven: It is the last proven backup here.']);
    const old = nights(3).map((backup) => ({ ...backup, takenAt: backup.takenAt - 900 * day }));
    expect(dates([{ ...nothing, keepDays: 1 }], past(old)).length).toBe(1);
  });

  it('the last partly proven one where none is proven', () => {
    const list = nights(5).map((backup, index) => (index > 2 ? { ...backup, verdict: 'partly' as const } : backup));
    expect(dates([one], past(list))).toEqual(['2026-11-25', '2026-11-22']);
  });

  it('JO-2 a pinned one until the pin ends, a held one for ever', () => {
    const pinned = taken(now - 80 * day, { pin: pin({ until: now + 10 * day }) });
    const ended = taken(now - 91 * day, { pin: pin({ until: now }) });
    const held = taken(now - 900 * day, { pin: pin({ hold: true, reason: 'case 7' }) });
    const { stays } = decide([one], past([...nights(1), pinned, ended, held]), now);
    expect(stays.map(({ backup }) => backup)).toEqual([nights(1)[0], pinned, held]);
    expect(stays[1]?.reasons).toEqual([{ why: 'pinned', words: 'Pinned: critical', until: now + 10 * day }]);
    expect(stays[2]?.reasons).toEqual([{ why: 'held', words: 'Held: case 7', until: null }]);
  });

  it("another machine's backups, which neither count nor protect ours", () => {
    const theirs = nights(6).map((backup, index) => ({
      ...backup,
      machine: index < 2 ? ('mac-bbbbbbbbbbbb' as MachineId) : backup.machine,
    }));
    expect(dates([one], past(theirs))).toEqual(['2026-11-25', '2026-11-24', '2026-11-23']);
    expect(whys([one], past(theirs), 0)).toEqual(['other-machine: Another machine made it.']);
    expect(whys([one], past(theirs), 2)[0]).toBe('newest: It is the last backup here.');
  });

  it('anything while the clock or the list of the place looks wrong', () => {
    const clock = { what: 'jumped' as const, words: 'The clock jumped.' };
    expect(goes([one], past(nights(9), { clock }))).toBe(0);
    expect(whys([one], past(nights(9), { clock }), 4)).toEqual(['clock: The clock jumped.']);
    const missing = [nights(9)[2]?.backupId ?? ('' as never)];
    expect(goes([one], past(nights(9), { missing }))).toBe(0);
    expect(whys([one], past(nights(9), { missing }), 4)[0]).toContain('does not list 1 backup that it should hold');
  });
});
