/** Rules on real backups of a real database, made by the real house and its job processes on a clock that is moved. */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerer, client } from '../../src/shared/channel.ts';
import { contract } from '../../src/shared/contract.ts';
import type { BackupPlanId, JobId } from '../../src/shared/id.ts';
import type { RetentionOwner, RetentionRule } from '../../src/shared/retention.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { openHouse, type House } from '../../src/main/wire.ts';
import { movedClock, movedJobHost } from '../helpers/moved-clock.ts';
import { sqliteSource } from '../helpers/places-world.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 1, 2);
const rule: RetentionRule = {
  timeZone: 'UTC',
  keepLast: null,
  daily: 3,
  weekly: null,
  monthly: null,
  yearly: null,
  keepDays: null,
  maxBytes: null,
};

/** So the kill comes at that very instant, and not whenever a signal arrives. */
const dyingAfter = (removals: number): string => `
  const { default: files } = await import('node:fs/promises');
  const { syncBuiltinESMExports } = await import('node:module');
  const unlink = files.unlink;
  let left = ${removals};
  files.unlink = async (file) => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
    return unlink(file);
  };
  syncBuiltinESMExports();`;

class World {
  readonly clock = movedClock(start);
  readonly folder = tempFolder('retention');
  readonly home = path.join(this.folder, 'home');
  readonly events: string[] = [];
  house: House | undefined;
  planId = '' as BackupPlanId;
  /** A job process kills itself instead of removing one more file than these. */
  removals: number | undefined;

  async open(): Promise<void> {
    const host = movedJobHost(this.clock, () => (this.removals === undefined ? '' : dyingAfter(this.removals)));
    this.house = await openHouse({ ...readEnvironment(), home: this.home, passphraseFile: undefined }, this.clock, {
      host,
    });
    this.house.onEvent((name) => this.events.push(name));
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

  get owner(): RetentionOwner {
    return { planId: this.planId };
  }

  async begin(): Promise<void> {
    await this.open();
    const file = makeDatabase(path.join(this.folder, 'shop.db'), (db) => {
      db.exec("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note (text) VALUES ('a')");
    });
    const source = await this.api.source.add(sqliteSource('shop', file));
    const { plan } = await this.api.plan.save({
      settings: {
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
      },
    });
    this.planId = plan.id;
  }

  /** Another source, which the plan backs up too. */
  async addToPlan(name: string): Promise<void> {
    const file = makeDatabase(path.join(this.folder, `${name}.db`), (db) => {
      db.exec('CREATE TABLE receipt (id INTEGER PRIMARY KEY)');
    });
    const [card] = await this.api.plan.list({});
    if (card === undefined) throw new Error('There is no plan yet.');
    const { id: planId, paused: _paused, createdAt: _createdAt, ...settings } = card.plan;
    const { id } = await this.api.source.add(sqliteSource(name, file));
    await this.api.plan.save({ planId, settings: { ...settings, sources: [...settings.sources, id] } });
  }

  async nights(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      this.clock.moveTo(this.clock.now() + day);
      const { jobIds } = await this.api.plan.runNow({ planId: this.planId });
      await this.ended(jobIds);
      await this.pruned();
    }
  }

  async ended(jobIds: readonly JobId[]) {
    const results = [];
    for (const jobId of jobIds) results.push(await this.api.job.wait({ jobId }));
    return results;
  }

  /** Every prune that was asked for has ended. */
  async pruned(): Promise<void> {
    const jobs = await this.api.job.list({ limit: 100, kinds: ['prune'] });
    await this.ended(jobs.map(({ id }) => id));
  }

  files(part: string): string[] {
    const folder = path.join(this.home, 'backups', part);
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  }

  async ids(): Promise<string[]> {
    return (await this.api.backup.list({})).map(({ backupId }) => backupId);
  }
}

describe('BS-1 BS-4 BS-18 JO-2 rules on real backups', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.begin();
  });
  afterEach(() => world.house?.close());

  it('deletes nothing before a person has named the list, then just that, and from then on by itself', async () => {
    await world.nights(6);
    const [newest = '', second = '', third = '', fourth = '', fifth = '', oldest = ''] = await world.ids();
    await world.api.backup.pin({
      backup: oldest,
      reason: 'critical',
      until: world.clock.now() + 90 * day,
      hold: false,
    });
    const preview = await world.api.retention.set({ owner: world.owner, rule, places: [] });
    expect(preview.lines[0]?.goes.map(({ backupId }) => backupId)).toEqual([fourth, fifth]);
    expect(preview.lines[0]?.stays.map(({ reasons }) => reasons.map(({ why }) => why))).toEqual([
      ['newest', 'daily'],
      ['daily'],
      ['daily'],
      ['pinned'],
    ]);
    // With a backup every night, the third of three days goes after the next one.
    expect(preview.lines[0]?.stays[2]?.goesAt).toBe(Date.UTC(2026, 10, 8, 2));
    await world.nights(1);
    expect((await world.ids()).length).toBe(7);
    await expect(world.api.retention.apply({ previewId: preview.previewId })).rejects.toMatchObject({
      code: 'retention.moved',
    });

    const again = await world.api.retention.preview({ owner: world.owner, clockIsRight: false });
    const { jobIds } = await world.api.retention.apply({ previewId: again.previewId });
    const [{ job, prune } = { job: undefined, prune: undefined }] = await world.ended(jobIds);
    expect(job?.state).toBe('succeeded');
    expect(prune?.removed.map(({ backupId }) => backupId)).toEqual([fifth, fourth, third]);
    const left = await world.ids();
    expect(left.slice(1)).toEqual([newest, second, oldest]);
    expect(world.files('manifests')).toEqual(left.map((id) => `${id}.jsonl`).toSorted());
    expect(world.files('data')).toEqual(left.toSorted());
    const deleted = (await world.api.audit.list({ limit: 100 })).filter(({ action }) => action === 'backup.deleted');
    expect(deleted.map(({ subject }) => subject).toSorted()).toEqual([third, fourth, fifth].toSorted());
    expect(deleted[0]?.details).toMatchObject({ place: 'This computer', source: 'shop', files: 2 });
    expect((await world.api.audit.check({})).intact).toBe(true);
    expect(world.events.filter((name) => name === 'backup.removed').length).toBe(3);

    await world.nights(1);
    expect((await world.ids()).slice(1)).toEqual([left[0], newest, oldest]);
    // What is left is still a backup.
    const { job: proof, verify } = await world.api.job.wait(
      await world.api.backup.verify({ backup: newest, level: 'restore' }),
    );
    expect([proof.state, verify?.verdict]).toEqual(['succeeded', 'proven']);
  }, 120_000);

  it('a changed rule waits, a hold stays, and clock and list stop everything', async () => {
    await world.nights(5);
    const first = await world.api.retention.set({ owner: world.owner, rule, places: [] });
    await world.ended((await world.api.retention.apply({ previewId: first.previewId })).jobIds);
    const changed = await world.api.retention.set({ owner: world.owner, rule: { ...rule, daily: 1 }, places: [] });
    expect(changed.backups).toBe(2);
    await world.nights(1);
    expect((await world.ids()).length).toBe(4);

    const [, , held = ''] = await world.ids();
    await world.api.backup.pin({ backup: held, reason: 'case 7', until: null, hold: true });
    await expect(world.api.backup.unpin({ backup: held, liftHold: false })).rejects.toMatchObject({ code: 'pin.held' });
    expect((await world.api.backup.list({ pinned: true })).map(({ backupId }) => backupId)).toEqual([held]);

    const now = world.clock.now();
    const look = (clockIsRight = false) => world.api.retention.preview({ owner: world.owner, clockIsRight });
    world.clock.moveTo(now + 200 * day);
    expect(await look()).toMatchObject({ backups: 0, lines: [{ stopped: { code: 'retention.clock-wrong' } }] });
    world.clock.moveTo(now - 30 * day);
    expect(await look(true)).toMatchObject({ backups: 0, lines: [{ stopped: { code: 'retention.clock-wrong' } }] });
    world.clock.moveTo(now + 20 * day);
    expect((await look(true)).backups).toBe(2);

    const [hidden = ''] = world.files('manifests');
    const file = path.join(world.home, 'backups', 'manifests', hidden);
    renameSync(file, path.join(world.folder, hidden));
    expect(await look()).toMatchObject({ backups: 0, lines: [{ stopped: { code: 'retention.list-short' } }] });
    renameSync(path.join(world.folder, hidden), file);
    const last = await look();
    expect(last.lines[0]?.goes.map(({ backupId }) => backupId)).not.toContain(held);
    await world.ended((await world.api.retention.apply({ previewId: last.previewId })).jobIds);
    expect((await world.ids()).length).toBe(2);
    // Rules and pins outlive the catalog; what was applied does not.
    await world.api.catalog.rebuild({});
    expect((await world.api.backup.list({ pinned: true })).map(({ backupId }) => backupId)).toEqual([held]);
  }, 120_000);

  it('a job process that is killed before any removal leaves a catalog that says what the place has', async () => {
    await world.nights(6);
    await world.api.retention.set({ owner: world.owner, rule: { ...rule, daily: 1 }, places: [] });
    // Of a set the manifest goes first, then its data.
    for (const [removals, left] of [
      [0, 6],
      [1, 5],
      [2, 4],
      [3, 2],
    ] as const) {
      const preview = await world.api.retention.preview({ owner: world.owner, clockIsRight: false });
      world.removals = removals;
      const { jobIds } = await world.api.retention.apply({ previewId: preview.previewId });
      const [result] = await world.ended(jobIds);
      expect(result?.job.failure?.code).toBe('job.crashed');
      const ids = await world.ids();
      expect(ids.length, `killed after ${removals} removals`).toBe(left);
      expect(world.files('manifests')).toEqual(ids.map((id) => `${id}.jsonl`).toSorted());
      expect(world.files('data')).toEqual(ids.toSorted());
    }
    world.removals = undefined;
    const preview = await world.api.retention.preview({ owner: world.owner, clockIsRight: false });
    await world.ended((await world.api.retention.apply({ previewId: preview.previewId })).jobIds);
    expect((await world.ids()).length).toBe(1);
  }, 120_000);

  it('a draft is looked at and previewed without being saved, and is saved when it is applied', async () => {
    await world.nights(5);
    const draft = { owner: world.owner, rule: { ...rule, daily: 2 }, places: [], askAbove: 1 };
    const question = { name: 'shop', from: '2026-11-01', to: '2026-11-30', timeZone: 'UTC' };
    const plain = await world.api.retention.look(question);
    expect(plain).toMatchObject({ places: [{ asIs: { kept: 5, goes: 0 } }], owners: [{ name: 'Nightly' }] });
    const look = await world.api.retention.look({ ...question, draft });
    expect(look).toMatchObject({
      places: [{ place: 'This computer', asIs: { kept: 5, goes: 0 }, asDrafted: { kept: 2, goes: 3, provenGo: 0 } }],
      days: [2, 3, 4, 5, 6].map((n) => ({ day: `2026-11-0${n}`, kept: n > 4 ? 1 : 0, goes: n > 4 ? 0 : 1 })),
      months: [{ month: '2026-11', kept: 2, goes: 3 }],
    });
    const [going] = await world.api.retention.entries({ ...question, from: '2026-11-02', to: '2026-11-02', draft });
    expect(going).toMatchObject({ goes: true, reasons: [] });
    const [oldest] = await world.api.retention.entries({ ...question, from: '2026-11-05', to: '2026-11-05', draft });
    expect(oldest).toMatchObject({ goes: false, reasons: [{ why: 'daily' }], goesAt: Date.UTC(2026, 10, 7, 2) });

    const preview = await world.api.retention.preview({ owner: world.owner, clockIsRight: false, draft, brief: true });
    expect([preview.backups, preview.proven, preview.lines[0]?.stays.length]).toEqual([3, 0, 0]);
    expect(await world.api.retention.show({})).toEqual([]);
    const waits = async () =>
      (await world.api.app.overview({})).sources[0]?.needs.filter(({ code }) => code === 'retention-waits');
    expect(await waits()).toEqual([]);
    await world.ended((await world.api.retention.apply({ previewId: preview.previewId })).jobIds);
    expect((await world.ids()).length).toBe(2);
    expect((await world.api.retention.show({}))[0]?.settings).toEqual(draft);

    // One a night goes unasked. Two pins that end let three go at once: they wait.
    const ids = await world.ids();
    for (const backup of ids)
      await world.api.backup.pin({ backup, reason: 'release', until: world.clock.now() + 2.5 * day, hold: false });
    await world.nights(2);
    expect((await world.ids()).length).toBe(4);
    await world.nights(1);
    expect((await world.ids()).length).toBe(5);
    expect(await waits()).toMatchObject([{ grade: 'attention', action: 'retention' }]);
    const asked = await world.api.retention.preview({ owner: world.owner, clockIsRight: false });
    await world.ended((await world.api.retention.apply({ previewId: asked.previewId })).jobIds);
    expect((await world.ids()).length).toBe(2);
    expect(await waits()).toEqual([]);
    // Saved and not applied: told of, and nothing goes.
    await world.api.retention.set({ ...draft, rule });
    expect(await waits()).toMatchObject([{ grade: 'hint', title: 'Its rule waits in This computer.' }]);
  }, 120_000);

  it('prunes of two sources in one place at once remove each its own, and each is told once', async () => {
    await world.addToPlan('till');
    await world.nights(4);
    const preview = await world.api.retention.set({ owner: world.owner, rule: { ...rule, daily: 1 }, places: [] });
    expect(preview.backups).toBe(6);
    const { jobIds } = await world.api.retention.apply({ previewId: preview.previewId });
    expect(jobIds.length).toBe(2);
    const ended = await world.ended(jobIds);
    expect(ended.map(({ job }) => job.failure)).toEqual([null, null]);
    expect(ended.map(({ job }) => job.state)).toEqual(['succeeded', 'succeeded']);
    const left = await world.ids();
    expect(left.length).toBe(2);
    expect(world.files('data')).toEqual(left.toSorted());
    const deleted = (await world.api.audit.list({ limit: 100 })).filter(({ action }) => action === 'backup.deleted');
    expect(new Set(deleted.map(({ subject }) => subject)).size).toBe(6);
    expect(deleted.length).toBe(6);
    const again = await world.api.retention.preview({ owner: world.owner, clockIsRight: false });
    expect(again.lines.map(({ stopped }) => stopped)).toEqual([null, null]);
  }, 120_000);

  it('a pin that comes between the list and its job wins, or is refused', async () => {
    await world.nights(4);
    const preview = await world.api.retention.set({ owner: world.owner, rule: { ...rule, daily: 1 }, places: [] });
    const going = preview.lines[0]?.goes[0]?.backupId ?? '';
    await world.api.backup.pin({ backup: going, reason: 'wait', until: null, hold: false });
    await expect(world.api.retention.apply({ previewId: preview.previewId })).rejects.toMatchObject({
      code: 'retention.moved',
    });
    expect((await world.ids()).length).toBe(4);
  }, 60_000);
});
