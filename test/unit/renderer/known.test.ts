import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, type Known, nothingKnown, receive, type Snapshot } from '../../../src/renderer/store/known.ts';
import { type Announcement } from '../../../src/shared/channel.ts';
import { defaultPreferences } from '../../../src/shared/preferences.ts';
import { card, job, source } from './things.ts';

const empty: Snapshot = {
  sequence: 0,
  sources: [],
  destinations: [],
  backups: [],
  jobs: [],
  plans: [],
  scheduler: { active: false, paused: null },
  preferences: defaultPreferences,
};

const added = (sequence: number, name: string): Announcement => ({
  sequence,
  event: 'source.changed',
  payload: { source: source(name) },
});
const names = (known: Known): string[] => known.sources.map(({ name }) => name);

describe('What the window knows', () => {
  it('begins with a snapshot and goes on with what was announced after it', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 7, sources: [source('shop')] }, 0);
    const step = receive(known, added(8, 'till'));
    expect(names(step.known)).toEqual(['shop', 'till']);
    expect(step.ask).toBe(false);
    expect(step.applied).toHaveLength(1);
  });

  it('applies what overtook the snapshot, and not what the snapshot had already', () => {
    let known = receive(nothingKnown, added(3, 'old')).known;
    known = receive(known, added(4, 'new')).known;
    const step = begin(known, { ...empty, sequence: 3 }, 0);
    expect(names(step.known)).toEqual(['new']);
    expect(step.ask).toBe(false);
  });

  it('asks again when a number is missing, keeps showing what it has, and loses nothing', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 1, sources: [source('shop')] }, 0);
    const gap = receive(known, added(3, 'till'));
    expect(gap.ask).toBe(true);
    expect(names(gap.known)).toEqual(['shop']);
    const healed = begin(gap.known, { ...empty, sequence: 2, sources: [source('shop'), source('blog')] }, 0);
    expect(names(healed.known)).toEqual(['blog', 'shop', 'till']);
    expect(healed.ask).toBe(false);
  });

  it('puts two that came in the wrong order into their own', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    const early = receive(known, { sequence: 3, event: 'source.removed', payload: { sourceId: source('shop').id } });
    const late = receive(early.known, added(2, 'shop'));
    expect(names(late.known)).toEqual([]);
    expect(late.known.sequence).toBe(3);
    expect(late.applied.map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  it('ignores one that it has had', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 5, sources: [] }, 0);
    expect(receive(known, added(5, 'again')).known).toBe(known);
  });

  it('never goes back to a snapshot that is older than what it knows', () => {
    let { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    known = receive(known, added(2, 'shop')).known;
    expect(names(begin(known, { ...empty, sequence: 1 }, 0).known)).toEqual(['shop']);
  });

  it('asks the new owner after a restart, whose numbers begin anew, and refuses a snapshot of the old one', () => {
    const before = begin(nothingKnown, { ...empty, sequence: 900, sources: [source('shop')] }, 0).known;
    const restarted = receive(before, { sequence: 0, event: 'app.restarted', payload: {} });
    expect(restarted.ask).toBe(true);
    expect(names(restarted.known)).toEqual(['shop']);
    const stale = begin(restarted.known, { ...empty, sequence: 901 }, 0);
    expect(stale.ask).toBe(true);
    expect(names(stale.known)).toEqual(['shop']);
    const waiting = receive(stale.known, added(2, 'till')).known;
    const fresh = begin(waiting, { ...empty, sequence: 1, sources: [source('blog')] }, waiting.epoch);
    expect(names(fresh.known)).toEqual(['blog', 'till']);
  });

  it('counts snapshots: one that fills a gap covers announcements that no listener ever heard', () => {
    let { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    expect(known.snapshots).toBe(1);
    const gap = receive(known, added(3, 'till'));
    expect(gap).toMatchObject({ ask: true, applied: [] });
    const filled = begin(gap.known, { ...empty, sequence: 3, sources: [source('shop'), source('till')] }, 0);
    expect(filled.applied).toEqual([]);
    known = filled.known;
    expect(known.snapshots).toBe(2);
    expect(begin(known, { ...empty, sequence: 3 }, 0).known.snapshots).toBe(2);
  });

  it('asks again where an announcement cannot be read, and goes on with those after it', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    const broken = receive(known, { sequence: 2, event: 'source.changed', payload: { source: { name: 7 } } });
    expect(broken.ask).toBe(true);
    expect(broken.applied).toEqual([]);
    expect(names(receive(broken.known, added(3, 'till')).known)).toEqual(['till']);
  });

  it('counts an event that it does not keep, and is not fooled by names of prototypes', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    for (const event of ['restore.changed', '__proto__', 'constructor', 'toString']) {
      const step = receive(known, { sequence: 2, event, payload: {} });
      expect(step.known.sequence).toBe(2);
      expect(step.ask).toBe(false);
    }
  });

  it('leaves what a door says to whoever listens for it', () => {
    const { known } = begin(nothingKnown, { ...empty, sequence: 1 }, 0);
    expect(receive(known, { sequence: 50, event: 'door.asked', payload: {} })).toEqual({
      known,
      ask: false,
      applied: [],
    });
  });

  it('keeps backups newest first by source, and the newest progress of a job', () => {
    let { known } = begin(nothingKnown, { ...empty, sequence: 0, backups: [card('shop', 1), card('till', 2)] }, 0);
    known = receive(known, { sequence: 1, event: 'backup.added', payload: { card: card('shop', 3) } }).known;
    const shop = known.backups.get(source('shop').id) ?? [];
    expect(shop.map(({ takenAt }) => takenAt)).toEqual([3, 1]);
    known = receive(known, {
      sequence: 2,
      event: 'backup.changed',
      payload: { card: { ...card('shop', 1), verdict: 'proven' } },
    }).known;
    expect(known.backups.get(source('shop').id)?.map(({ verdict }) => verdict)).toEqual(['unproven', 'proven']);

    const running = job('shop', 'running', 1);
    known = receive(known, { sequence: 3, event: 'job.changed', payload: { job: running } }).known;
    const progress = { phase: 'Dumping', bytes: 5, totalBytes: 10, rows: 1, rate: 1, leftMs: null, table: null };
    known = receive(known, { sequence: 4, event: 'job.progressed', payload: { jobId: running.id, progress } }).known;
    expect(known.jobs[0]?.progress?.bytes).toBe(5);
  });

  it('forgets a backup that was removed, and with the last one the source it was of', () => {
    let { known } = begin(nothingKnown, { ...empty, sequence: 0, backups: [card('shop', 1), card('shop', 2)] }, 0);
    const remove = (sequence: number, takenAt: number) =>
      receive(known, { sequence, event: 'backup.removed', payload: { backupId: card('shop', takenAt).backupId } })
        .known;
    known = remove(1, 1);
    expect(known.backups.get(source('shop').id)?.map(({ takenAt }) => takenAt)).toEqual([2]);
    known = remove(2, 2);
    expect(known.backups.has(source('shop').id)).toBe(false);
  });

  it('forgets the oldest ended jobs and no unfinished one', () => {
    let { known } = begin(nothingKnown, { ...empty, sequence: 0 }, 0);
    known = receive(known, { sequence: 1, event: 'job.changed', payload: { job: job('shop', 'running', 0) } }).known;
    for (let each = 2; each <= 260; each += 1) {
      known = receive(known, {
        sequence: each,
        event: 'job.changed',
        payload: { job: job('shop', 'succeeded', each) },
      }).known;
    }
    expect(known.jobs).toHaveLength(201);
    expect(known.jobs.at(-1)?.state).toBe('running');
    expect(known.jobs[0]?.queuedAt).toBe(260);
  });

  it('comes to the truth however announcements are doubled, late or lost, once it has asked', () => {
    const event = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), removed: fc.boolean() });
    const fate = fc.constantFrom('once', 'twice', 'late', 'lost');
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fate), { maxLength: 40 }), fc.nat(40), (history, askedAfter) => {
        const truth = new Set<string>();
        const snapshots: Snapshot[] = [empty];
        const announcements = history.map(([{ name, removed }], index): Announcement => {
          if (removed) truth.delete(name);
          else truth.add(name);
          snapshots.push({ ...empty, sequence: index + 1, sources: [...truth].map((each) => source(each)) });
          return removed
            ? { sequence: index + 1, event: 'source.removed', payload: { sourceId: source(name).id } }
            : added(index + 1, name);
        });
        const travelled: Announcement[] = [];
        const late: Announcement[] = [];
        for (const [index, announcement] of announcements.entries()) {
          const how = history[index]?.[1];
          if (how === 'lost') continue;
          if (how === 'late') {
            late.push(announcement);
            continue;
          }
          travelled.push(announcement, ...late.splice(0), ...(how === 'twice' ? [announcement] : []));
        }
        travelled.push(...late);

        let known = nothingKnown;
        let ask = true;
        for (const [index, announcement] of travelled.entries()) {
          if (index === askedAfter % Math.max(1, travelled.length)) {
            known = begin(known, snapshots[Math.min(index, snapshots.length - 1)] ?? empty, known.epoch).known;
          }
          const step = receive(known, announcement);
          known = step.known;
          ask ||= step.ask;
        }
        // Whatever was lost at the very end shows with the next announcement; the question that a gap raised is answered.
        const lostAtTheEnd = known.sequence < announcements.length && known.waiting.length === 0;
        if (ask || lostAtTheEnd || known.waiting.length > 0) {
          known = begin(known, snapshots.at(-1) ?? empty, known.epoch).known;
        }
        expect(names(known)).toEqual([...truth].toSorted());
        expect(known.waiting).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
