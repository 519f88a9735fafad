import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, held } from '../../../src/renderer/store/store.ts';
import { type Bridge, connectionEvent } from '../../../src/renderer/transport.ts';
import { type Announcement, type Answer } from '../../../src/shared/channel.ts';
import { type Failure } from '../../../src/shared/failure.ts';
import { defaultPreferences } from '../../../src/shared/preferences.ts';
import { source } from './things.ts';

const failure: Failure = { code: 'home.busy', message: 'Busy.', hint: 'Wait.', retryable: true, ref: 'r1' };
const about = {
  kind: 'browser',
  platform: 'linux',
  holdfast: '0.1.0',
  electron: null,
  tray: 'none',
  loginItem: 'unsupported',
  dialogs: false,
};

/** A door of this test: answers what it is told to, and says what the test lets it say. */
class TestBridge implements Bridge {
  readonly asked: string[] = [];
  listen: (announcement: Announcement) => void = () => undefined;
  snapshot: () => Answer = () => ({ ok: false, failure });

  async invoke(name: string): Promise<Answer> {
    this.asked.push(name);
    if (name === 'app.snapshot') return this.snapshot();
    if (name === 'app.overview') return { ok: true, value: { at: 1, sources: [], agenda: [] } };
    return { ok: true, value: about };
  }

  onAnnouncement(listen: (announcement: Announcement) => void): () => void {
    this.listen = listen;
    return () => undefined;
  }

  times(name: string): number {
    return this.asked.filter((each) => each === name).length;
  }
}

const snapshotOf = (sequence: number, ...names: string[]): Answer => ({
  ok: true,
  value: {
    sequence,
    sources: names.map((name) => source(name)),
    destinations: [],
    backups: [],
    jobs: [],
    plans: [],
    scheduler: { active: false, paused: null },
    preferences: defaultPreferences,
  },
});
const added = (sequence: number, name: string): Announcement => ({
  sequence,
  event: 'source.changed',
  payload: { source: source(name) },
});
const names = (): string[] => held.getState().sources.map(({ name }) => name);

describe('The store at a door', () => {
  let bridge: TestBridge;
  beforeEach(() => {
    vi.useFakeTimers();
    held.setState(held.getInitialState(), true);
    bridge = new TestBridge();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks until the snapshot comes, says meanwhile why not, and shows the facts of its door', async () => {
    connect(bridge);
    await vi.advanceTimersByTimeAsync(100);
    expect(held.getState().failure?.code).toBe('home.busy');
    expect(held.getState().ready).toBe(false);
    bridge.snapshot = () => snapshotOf(3, 'shop');
    await vi.advanceTimersByTimeAsync(2_500);
    expect(names()).toEqual(['shop']);
    expect(held.getState().failure).toBeNull();
    expect(held.getState().door?.kind).toBe('browser');
  });

  it('takes announcements, heals a gap by asking once, and tells listeners each one once and in order', async () => {
    bridge.snapshot = () => snapshotOf(1, 'shop');
    const { onApplied, api } = connect(bridge);
    const heard: number[] = [];
    onApplied(({ sequence }) => heard.push(sequence));
    const changed: string[] = [];
    api.source.changed(({ source: { name } }) => changed.push(name));
    await vi.advanceTimersByTimeAsync(100);
    bridge.listen(added(2, 'till'));
    bridge.snapshot = () => snapshotOf(3, 'shop', 'till', 'blog');
    bridge.listen(added(4, 'wiki'));
    bridge.listen(added(5, 'zoo'));
    await vi.advanceTimersByTimeAsync(100);
    expect(names()).toEqual(['blog', 'shop', 'till', 'wiki', 'zoo']);
    expect(heard).toEqual([2, 4, 5]);
    expect(changed).toEqual(['till', 'wiki', 'zoo']);
    expect(bridge.times('app.snapshot')).toBeLessThanOrEqual(3);
  });

  it('asks a new owner for everything', async () => {
    bridge.snapshot = () => snapshotOf(900, 'shop');
    connect(bridge);
    await vi.advanceTimersByTimeAsync(100);
    bridge.snapshot = () => snapshotOf(0, 'shop', 'till');
    bridge.listen({ sequence: 0, event: 'app.restarted', payload: {} });
    await vi.advanceTimersByTimeAsync(100);
    expect(names()).toEqual(['shop', 'till']);
    bridge.listen(added(1, 'blog'));
    expect(names()).toEqual(['blog', 'shop', 'till']);
  });

  it('knows when nobody can be heard', () => {
    connect(bridge);
    bridge.listen({ sequence: 0, event: connectionEvent, payload: { up: false } });
    expect(held.getState().connected).toBe(false);
    bridge.listen({ sequence: 0, event: connectionEvent, payload: { up: true } });
    expect(held.getState().connected).toBe(true);
  });

  it('keeps the overview fresh: once for many changes, not for progress, and every minute', async () => {
    bridge.snapshot = () => snapshotOf(0);
    connect(bridge);
    await vi.advanceTimersByTimeAsync(1_000);
    const first = bridge.times('app.overview');
    expect(first).toBe(1);
    for (let each = 1; each <= 20; each += 1) bridge.listen(added(each, `s${each}`));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bridge.times('app.overview')).toBe(first + 1);
    bridge.listen({ sequence: 21, event: 'job.progressed', payload: {} });
    await vi.advanceTimersByTimeAsync(0);
    const beforeMinute = bridge.times('app.overview');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bridge.times('app.overview')).toBeGreaterThan(beforeMinute);
  });
});
