/** Plans kept by a real house: real jobs on a real database, on a clock that the test sets. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { client, answerer } from '../../src/shared/channel.ts';
import { contract } from '../../src/shared/contract.ts';
import type { PlanCard, PlanRun, PlanSettings } from '../../src/shared/plan.ts';
import { wholeScope, type Source } from '../../src/shared/source.ts';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import type { Surroundings } from '../../src/main/base/surroundings.ts';
import { openHouse, type House } from '../../src/main/wire.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const hour = 3_600_000;
const night = Date.parse('2026-11-26T02:00:00Z');

/** Runs like the system's clock, from where it is set. */
function settableClock(at: number): Clock & { set(to: number): void } {
  let ahead = at - systemClock.now();
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    set: (to) => {
      ahead = to - systemClock.now();
    },
  };
}

class Kept {
  readonly clock = settableClock(night - 14 * hour);
  readonly folder = tempFolder('plans');
  readonly home = path.join(this.folder, 'home');
  readonly around = { battery: false };
  house: House | undefined;
  readonly #sleepers = new Set<() => void>();

  async open(scheduled = true): Promise<void> {
    const surroundings: Surroundings = {
      onBattery: async () => this.around.battery,
      metered: async () => null,
      online: async () => true,
      onResume: (listen) => {
        this.#sleepers.add(listen);
        return () => void this.#sleepers.delete(listen);
      },
    };
    const env = { ...readEnvironment(), home: this.home, passphraseFile: undefined };
    this.house = await openHouse(env, this.clock, scheduled ? { schedule: { surroundings } } : {});
  }

  get api() {
    const { house } = this;
    if (house === undefined) throw new Error('The house is not open.');
    const answer = answerer(contract, house.handlers, (thrown, call) => house.explain(thrown, call));
    const caller = { actor: 'ada (terminal)', signal: new AbortController().signal };
    return client(contract, {
      invoke: (name, input) => answer(name, input, caller),
      on: (event, listen) => house.onEvent((name, payload) => name === event && listen(payload)),
    });
  }

  /** Puts the clock there and lets the house look. */
  at(moment: number): void {
    this.clock.set(moment);
    for (const wake of this.#sleepers) wake();
  }

  async addSource(name = 'shop'): Promise<Source> {
    const file = makeDatabase(path.join(this.folder, `${name}.db`), (db) => {
      db.exec("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note (text) VALUES ('a'), ('b')");
    });
    return this.api.source.add({
      name,
      settings: { kind: 'sqlite', file },
      scope: wholeScope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    });
  }

  /** Resolves with the first card of a plan of which this is true. */
  card(fits: (card: PlanCard) => boolean): Promise<PlanCard> {
    return new Promise((resolve) => {
      const stop = this.api.plan.changed(({ card }) => {
        if (!fits(card)) return;
        stop();
        resolve(card);
      });
    });
  }

  async close(): Promise<void> {
    await this.house?.close();
    this.house = undefined;
  }
}

const nightly = (source: Source, changes: Partial<PlanSettings> = {}): PlanSettings => ({
  name: 'Nightly',
  sources: [source.id],
  destinations: [],
  backup: { cron: '0 2 * * *', timeZone: 'UTC' },
  makeUpWithinMs: 0,
  jitterMs: 0,
  verifyEach: 'none',
  proof: null,
  onBattery: 'run',
  onMetered: 'run',
  ...changes,
});

const outcome =
  (wanted: PlanRun['outcome'], what: PlanRun['what'] = 'backup') =>
  (card: PlanCard): boolean =>
    card.runs.some((run) => run.outcome === wanted && run.what === what);

let kept: Kept;
beforeEach(async () => {
  kept = new Kept();
  await kept.open();
});
afterEach(() => kept.close());

describe('BS-3 CV-5 SV-8 BD-8 a plan that is made fires', () => {
  it('at two in the night: a backup, proven by a restore, in the name of the plan', async () => {
    const source = await kept.addSource();
    const { plan, words, next } = await kept.api.plan.save({ settings: nightly(source, { verifyEach: 'restore' }) });
    expect({ words, next: next[0] }).toEqual({ words: 'Every day at 02:00', next: night });
    kept.at(night - 1_000);
    expect(await kept.api.job.list({ limit: 10 })).toEqual([]);

    const done = kept.card(outcome('succeeded'));
    kept.at(night);
    const card = await done;
    expect(card.runs).toMatchObject([{ dueAt: night, standsFor: 1, outcome: 'succeeded', failure: null }]);
    expect(await kept.api.backup.list({})).toMatchObject([{ source: 'shop', verdict: 'proven' }]);
    const jobs = await kept.api.job.list({ limit: 10 });
    expect(jobs.map(({ kind, backupPlanId }) => [kind, backupPlanId])).toEqual([
      ['verify', plan.id],
      ['backup', plan.id],
    ]);
    const trail = await kept.api.audit.list({ limit: 10 });
    expect(trail.filter(({ action }) => action === 'backup.made')).toMatchObject([{ actor: 'plan Nightly' }]);

    kept.at(night + hour);
    kept.at(night + 90_000);
    expect(await kept.api.job.list({ limit: 10 })).toHaveLength(2);
  });

  it('JO-15 a proof of one older backup at its own time', async () => {
    const source = await kept.addSource();
    for (let n = 0; n < 2; n += 1) await kept.api.job.wait(await kept.api.backup.start({ name: 'shop' }));
    const proof = { cron: '0 3 * * *', timeZone: 'UTC', which: 'random-older' as const };
    const weekly = { cron: '0 2 * * 0', timeZone: 'UTC' };
    await kept.api.plan.save({ settings: nightly(source, { backup: weekly, proof }) });
    const done = kept.card(outcome('succeeded', 'proof'));
    kept.at(night + hour);
    await done;
    const verdicts = (await kept.api.backup.list({})).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['unproven', 'proven']);
  });

  it('waits on battery where one asked for it, and begins when power is back', async () => {
    const source = await kept.addSource();
    await kept.api.plan.save({ settings: nightly(source, { onBattery: 'wait', makeUpWithinMs: 6 * hour }) });
    kept.around.battery = true;
    const waiting = kept.card(({ waiting: wait }) => wait !== null);
    kept.at(night);
    expect((await waiting).waiting).toMatchObject({ reason: 'battery' });
    kept.around.battery = false;
    const done = kept.card(outcome('succeeded'));
    kept.at(night + 2 * hour);
    expect((await done).runs).toMatchObject([{ dueAt: night }]);
  });

  it('waits for a file that is not there, and tells which', async () => {
    const source = await kept.addSource();
    await kept.api.plan.save({ settings: nightly(source) });
    rmSync(path.join(kept.folder, 'shop.db'));
    const waiting = kept.card(({ waiting: wait }) => wait !== null);
    kept.at(night);
    expect((await waiting).waiting?.detail).toContain('shop.db');
    const missed = kept.card(outcome('missed'));
    kept.at(night + hour);
    expect((await missed).runs[0]?.failure?.message).toContain('shop.db');
  });

  it('a source removed while its plan names it: said, and nothing runs', async () => {
    const source = await kept.addSource();
    await kept.api.plan.save({ settings: nightly(source) });
    await kept.api.source.remove({ name: 'shop' });
    kept.at(night);
    const [card] = await kept.api.plan.list({});
    expect(card).toMatchObject({ next: [], runs: [] });
    expect(card?.waiting?.detail).toContain('were removed');
    await expect(kept.api.plan.runNow({ planId: card?.plan.id ?? '' })).rejects.toMatchObject({
      code: 'source.unknown',
    });
    expect(await kept.api.job.list({ limit: 10 })).toEqual([]);
  });

  it('a source removed while its job runs: the job ends as any other, and nothing is lost', async () => {
    const source = await kept.addSource();
    await kept.api.plan.save({ settings: nightly(source, { verifyEach: 'read' }) });
    const removed = new Promise<void>((resolve) => {
      // Before its process was told what to do, it would say that its source is gone.
      const stop = kept.api.job.progressed(() => {
        stop();
        void kept.api.source.remove({ name: 'shop' }).then(() => resolve());
      });
    });
    const done = kept.card(({ runs }) => runs.some(({ outcome: one }) => one !== 'running'));
    kept.at(night);
    await removed;
    expect((await done).runs).toMatchObject([{ outcome: 'succeeded', failure: null }]);
    expect(await kept.api.backup.list({})).toMatchObject([{ source: 'shop', verdict: 'partly' }]);
  });

  it('without a schedule kept, a run that is asked for is made and proven all the same', async () => {
    await kept.close();
    await kept.open(false);
    const source = await kept.addSource();
    const { plan } = await kept.api.plan.save({ settings: nightly(source, { verifyEach: 'read' }) });
    expect((await kept.api.app.snapshot({})).scheduler).toEqual({ active: false, paused: null });
    const done = kept.card(outcome('succeeded'));
    await kept.api.plan.runNow({ planId: plan.id });
    await done;
    expect(await kept.api.backup.list({})).toMatchObject([{ verdict: 'partly' }]);
  });
});

describe('plans are looked after', () => {
  it('bad ones are refused with a code and nothing is kept', async () => {
    const source = await kept.addSource();
    const save = (changes: Partial<PlanSettings>) => kept.api.plan.save({ settings: nightly(source, changes) });
    const utc = (cron: string) => ({ cron, timeZone: 'UTC' });
    await expect(save({ backup: utc('0 2 31 2 *') })).rejects.toMatchObject({ code: 'plan.never-fires' });
    await expect(save({ proof: { ...utc('0 2 30 2 *'), which: 'latest' } })).rejects.toMatchObject({
      code: 'plan.never-fires',
    });
    await expect(save({ backup: utc('at two') })).rejects.toMatchObject({ code: 'plan.cron-malformed' });
    await expect(save({ backup: { cron: '0 2 * * *', timeZone: 'Mars/Base' } })).rejects.toMatchObject({
      code: 'plan.zone-unknown',
    });
    await expect(save({ sources: ['src-aaaaaaaa' as never] })).rejects.toMatchObject({ code: 'source.unknown' });
    await expect(save({ destinations: ['dst-aaaaaaaa' as never] })).rejects.toMatchObject({
      code: 'destination.unknown',
    });
    await expect(save({ sources: [] })).rejects.toMatchObject({ code: 'call.malformed' });
    await save({});
    await expect(save({})).rejects.toMatchObject({ code: 'plan.name-taken' });
    expect(await kept.api.plan.list({})).toHaveLength(1);
    await expect(kept.api.plan.remove({ planId: 'bpl-aaaaaaaa' })).rejects.toMatchObject({
      code: 'plan.gone',
    });
  });

  it('a catalog that is lost does not lose them, and makes nothing up that may have been made', async () => {
    const source = await kept.addSource();
    const { plan } = await kept.api.plan.save({ settings: nightly(source, { makeUpWithinMs: 24 * hour }) });
    await kept.close();
    for (const name of ['catalog.sqlite', 'catalog.sqlite-wal', 'catalog.sqlite-shm'])
      if (existsSync(path.join(kept.home, name))) rmSync(path.join(kept.home, name));
    kept.clock.set(night + hour);
    await kept.open();
    expect(await kept.api.plan.list({})).toMatchObject([{ plan: { id: plan.id, name: 'Nightly' }, runs: [] }]);
    expect(await kept.api.job.list({ limit: 10 })).toEqual([]);
  });

  it('pause and resume, one and all, are told and remembered', async () => {
    const source = await kept.addSource();
    const { plan } = await kept.api.plan.save({ settings: nightly(source) });
    const paused = await kept.api.plan.pause({ planId: plan.id, until: night + hour });
    expect(paused).toMatchObject({ next: [], nextProof: null, plan: { paused: { until: night + hour } } });
    expect((await kept.api.plan.resume({ planId: plan.id })).next[0]).toBe(night);
    expect(await kept.api.plan.pauseAll({ until: null })).toMatchObject({ active: true, paused: { until: null } });
    expect((await kept.api.plan.list({}))[0]?.next).toEqual([]);
    await kept.close();
    await kept.open();
    expect((await kept.api.app.snapshot({})).scheduler.paused).not.toBeNull();
    expect(await kept.api.plan.resumeAll({})).toEqual({ active: true, paused: null });
    await kept.api.plan.remove({ planId: plan.id });
    expect((await kept.api.app.snapshot({})).plans).toEqual([]);
  });

  it('another schedule makes up nothing that the old one did not ask for; another name changes nothing', async () => {
    const source = await kept.addSource();
    const settings = nightly(source, { makeUpWithinMs: 24 * hour });
    const { plan } = await kept.api.plan.save({ settings });
    kept.clock.set(night - hour);
    const hourly = { cron: '0 * * * *', timeZone: 'UTC' };
    await kept.api.plan.save({ planId: plan.id, settings: { ...settings, backup: hourly } });
    await kept.api.plan.save({ planId: plan.id, settings: { ...settings, backup: hourly, name: 'Often' } });
    expect(await kept.api.job.list({ limit: 10 })).toEqual([]);
    const done = kept.card(outcome('succeeded'));
    kept.at(night);
    expect((await done).runs).toMatchObject([{ dueAt: night, standsFor: 1 }]);
  });
});
