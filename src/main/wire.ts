/** Builds the house of one data folder, without a door. Whoever calls holds the folder's lock. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { announcer, type Handlers } from '../shared/channel.ts';
import { contract, type HoldfastContract } from '../shared/contract.ts';
import { Fail, toFailure, type Failure } from '../shared/failure.ts';
import { openAudit } from './audit/audit.ts';
import type { Clock } from './base/clock.ts';
import type { Environment } from './base/environment.ts';
import { plainSurroundings, type Surroundings } from './base/surroundings.ts';
import { createLog, fileWriter } from './base/log.ts';
import { newDestinationId } from './base/id.ts';
import { Redactor } from './base/secret.ts';
import { openCatalog, type Catalog } from './catalog/catalog.ts';
import { createFolder } from './destination/folder.ts';
import { sweepHalfRecords, sweepScratch } from './engine/postgres/scratch.ts';
import { appHandlers } from './house/app-handlers.ts';
import { backupHandlers } from './house/backup-handlers.ts';
import { Carrier } from './house/carrier.ts';
import { Lanes } from './house/lanes.ts';
import { KeptDumps, takeOverKept } from './house/kept-dumps.ts';
import { noteTold } from './house/note-told.ts';
import { Drafts } from './house/drafts.ts';
import { destinationHandlers } from './house/destination-handlers.ts';
import { kitHandlers } from './house/kit-handlers.ts';
import { askJob, jobHandlers } from './house/job-handlers.ts';
import { planHandlers } from './house/plan-handlers.ts';
import { planPorts } from './house/plan-jobs.ts';
import { Planner } from './house/planner.ts';
import { keepSettings, recallSettings } from './house/keepsake.ts';
import { prepareOrder } from './house/order.ts';
import { RoomKeeper } from './house/place-room.ts';
import { rebuild } from './house/rebuild.ts';
import { restoreHandlers } from './house/restore-handlers.ts';
import { renewedPrune } from './house/prune-order.ts';
import { renewedRemoval } from './house/reseal-removal.ts';
import { Resealer } from './house/resealer.ts';
import { retentionHandlers } from './house/retention-handlers.ts';
import type { Folders, Rooms } from './house/rooms.ts';
import { sampleHandlers } from './house/sample-handlers.ts';
import { scrubHandlers } from './house/scrub-handlers.ts';
import { ScrubKeeper } from './house/scrub-keeper.ts';
import { settleJob, type AskedOrder } from './house/settle.ts';
import { audit } from './house/trail.ts';
import { settingsHandlers } from './house/settings-handlers.ts';
import { sweepOrderFor } from './house/settle-restore.ts';
import { sourceHandlers } from './house/source-handlers.ts';
import { takeOverThaws } from './house/thaws-left.ts';
import { forkHost } from './job/fork.ts';
import type { JobHost } from './job/host.ts';
import { openQueue, type QueueOptions } from './job/queue.ts';
import { openVault } from './vault/vault.ts';

/** The house as a door needs it; opened only by whoever holds the lock of the data folder. */
export interface House {
  handlers: Handlers<HoldfastContract>;
  /** Every announcement, by its name in the contract. Returns the way to stop listening. */
  onEvent(listen: (name: string, payload: unknown) => void): () => void;
  /** The number of the newest announcement. */
  sequence(): number;
  /** The failure that crosses the door; the stack goes to the log under its `ref`. */
  explain(thrown: unknown, call: string): Failure;
  /** Whether jobs run or wait for their turn. */
  busy(): boolean;
  /** From now on no queued job is started; resolves when none runs. */
  settled(): Promise<void>;
  /** Stops what runs and writes everything down. */
  close(): Promise<void>;
}

export interface HouseOptions {
  /** For fault tests: told when a job enters a named phase. */
  phase?: QueueOptions['phase'];
  /** Who runs the job processes; plain Node forks them where nobody else is named. */
  host?: JobHost;
  /** Given by doors that live long: from then on plans are kept. Without it they are only shown and changed. */
  schedule?: { surroundings: Surroundings };
}

/**
 * Opens a data folder: its catalog (made again from manifests and settings when it is gone or damaged), vault, audit
 * trail and queue. What an owner before left half done is swept before this resolves.
 */
export async function openHouse(env: Environment, clock: Clock, options: HouseOptions = {}): Promise<House> {
  const folders = await makeFolders(env.home);
  const log = createLog(clock, new Redactor(), fileWriter(path.join(folders.logs, 'holdfast.ndjson')));
  const { catalog, lost } = await openOrReplaceCatalog(folders.home, clock);
  const trail = openAudit(path.join(folders.home, 'audit.ndjson'), clock, {
    get: () => catalog.meta.get('audit.head'),
    set: (text) => catalog.meta.set('audit.head', text),
  });
  const vault = await openVault({ folder: folders.home, passphraseFile: env.passphraseFile, meta: catalog.meta });
  const events = new Events();
  const machine = { id: catalog.meta.machineId(), name: hostname() };
  const drafts = new Drafts(clock);
  const base = { env, clock, log, catalog, audit: trail, vault, drafts, machine, folders, version: await ownVersion() };
  const rooms = { ...base, announce: announcer(contract, (name, payload) => events.tell(name, payload)) } as Rooms;
  const later: (() => void)[] = [];
  const surroundings = options.schedule?.surroundings ?? plainSurroundings();
  rooms.scrubs = new ScrubKeeper(rooms, surroundings);
  rooms.planner = new Planner(planPorts(rooms, surroundings));
  rooms.renewPrune = (jobId, order) =>
    order.sealedAnew === undefined ? renewedPrune(rooms, jobId, order) : renewedRemoval(rooms, jobId, order);
  rooms.kept = new KeptDumps(rooms);
  rooms.carrier = new Carrier(rooms, surroundings);
  rooms.lanes = new Lanes(rooms);
  rooms.room = options.schedule === undefined ? null : new RoomKeeper(rooms);
  rooms.resealer = new Resealer(rooms);
  rooms.sweepAfter = (killed) => sweepAfter(rooms, killed, later);
  await ensureOwnDestination(rooms);
  if (lost) await regain(rooms);
  if (vault.change !== null) audit(rooms, 'vault.keeper-changed', `${env.account} (start)`, 'vault', vault.change);
  await sweepLeftovers(folders, rooms);
  rooms.queue = await openQueue(queueOptions(rooms, options));
  for (const ask of later) ask();
  if (options.schedule !== undefined) rooms.planner.start((listen) => surroundings.onResume(listen));
  await takeOverKept(rooms);
  if (options.schedule !== undefined) {
    rooms.carrier.start();
    rooms.resealer.start();
    takeOverThaws(rooms);
  }
  rooms.planner.takeOver();
  return house(rooms, events);
}

function queueOptions(rooms: Rooms, options: HouseOptions): QueueOptions {
  return {
    store: rooms.catalog.jobs,
    host: options.host ?? forkHost(fileURLToPath(new URL('./worker.ts', import.meta.url))),
    clock: rooms.clock,
    log: rooms.log,
    workFolder: rooms.folders.work,
    logFolder: rooms.folders.logs,
    prepare: (job, order, passing) => prepareOrder(rooms, job, order, passing),
    settle: (job, end, leaving) => settleJob(rooms, job, writtenOrder(rooms, job.id), end, leaving),
    told: (job, fact) => noteTold(rooms, job, fact),
    sends: (place, bytes) => rooms.lanes.take(place, bytes),
    changed: (job) => {
      rooms.announce.job.changed({ job });
      // While the queue opens, ends of an owner before are told; the planner takes them over afterwards.
      if (rooms.queue !== undefined) rooms.planner.jobChanged(job);
      if (rooms.queue !== undefined) rooms.resealer.poke();
      rooms.room?.jobChanged(job);
    },
    progressed: (jobId, progress) => rooms.announce.job.progressed({ jobId, progress }),
    ...(options.phase === undefined ? {} : { phase: options.phase }),
  };
}

/** A job of its own: the target's server may take its time to answer. */
function sweepAfter(rooms: Rooms, killed: AskedOrder, later: (() => void)[]): void {
  const order = sweepOrderFor(killed);
  if (order === null) return;
  // Of the same source as the killed job, so that whoever tries again waits until the sweep has been.
  const asked = { secretsOf: killed.secretsOf, sourceId: order.after?.mark.sourceId ?? null };
  const caller = { actor: killed.actor, signal: new AbortController().signal };
  const ask = (): void => void askJob(rooms, caller, order, asked);
  // While the queue opens it takes no new jobs; it is told as soon as it does.
  if (rooms.queue === undefined) later.push(ask);
  else ask();
}

/** What was asked, as the queue wrote it down. */
function writtenOrder(rooms: Rooms, jobId: Parameters<Rooms['catalog']['jobs']['order']>[0]): AskedOrder {
  const text = rooms.catalog.jobs.order(jobId);
  if (text === undefined) throw new Fail('job.unknown', `There is no job ${jobId}.`);
  return (JSON.parse(text) as { order: AskedOrder }).order;
}

function house(rooms: Rooms, events: Events): House {
  const handlers: House['handlers'] = {
    ...appHandlers(rooms, () => events.sequence),
    settings: settingsHandlers(rooms),
    sample: sampleHandlers(rooms),
    source: sourceHandlers(rooms),
    backup: backupHandlers(rooms),
    restore: restoreHandlers(rooms),
    job: jobHandlers(rooms),
    plan: planHandlers(rooms),
    kit: kitHandlers(rooms),
    scrub: scrubHandlers(rooms),
    destination: destinationHandlers(rooms),
    retention: retentionHandlers(rooms),
  };
  return {
    handlers,
    onEvent: (listen) => events.listen(listen),
    sequence: () => events.sequence,
    explain: (thrown, call) => {
      const ref = `ref-${randomUUID().slice(0, 8)}`;
      if (!(thrown instanceof Fail)) rooms.log.error('A call broke.', { ref, call, thrown });
      return toFailure(thrown, ref);
    },
    busy: () => rooms.queue.busy(),
    settled: async () => {
      await rooms.planner.stop();
      await rooms.carrier.stop();
      rooms.resealer.stop();
      await rooms.queue.rest();
    },
    close: async () => {
      await rooms.planner.stop();
      await rooms.carrier.stop();
      rooms.resealer.stop();
      await rooms.queue.close();
      await rooms.room?.settled();
      rooms.catalog.close();
    },
  };
}

class Events {
  sequence = 0;
  readonly #listeners = new Set<(name: string, payload: unknown) => void>();

  tell(name: string, payload: unknown): void {
    this.sequence += 1;
    for (const listen of this.#listeners) listen(name, payload);
  }

  listen(listener: (name: string, payload: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

async function makeFolders(home: string): Promise<Folders> {
  const inHome = (name: string): string => path.join(home, name);
  const folders = {
    home,
    backups: inHome('backups'),
    spool: inHome('spool'),
    work: inHome('work'),
    scratch: inHome('scratch'),
    logs: inHome('logs'),
  };
  for (const folder of [folders.spool, folders.work, folders.scratch, folders.logs])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  return folders;
}

/** A damaged catalog is put aside, never deleted. `lost` says that what it knew has to be found again. */
async function openOrReplaceCatalog(home: string, clock: Clock): Promise<{ catalog: Catalog; lost: boolean }> {
  const file = path.join(home, 'catalog.sqlite');
  const lost = !existsSync(file);
  try {
    return { catalog: openCatalog(file, clock), lost };
  } catch (thrown) {
    if (!(thrown instanceof Fail) || thrown.code !== 'catalog.corrupt') throw thrown;
    const aside = `${file}.damaged-${clock.now()}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) await rename(file + suffix, aside + suffix);
    }
    return { catalog: openCatalog(file, clock), lost: true };
  }
}

/** "This computer": the destination inside the data folder, known from the first start. */
async function ensureOwnDestination(rooms: Rooms): Promise<void> {
  await createFolder(rooms.folders.backups);
  if (rooms.catalog.destinations.byFolder(rooms.folders.backups) !== undefined) return;
  await recallSettings(rooms);
  if (rooms.catalog.destinations.byFolder(rooms.folders.backups) !== undefined) return;
  rooms.catalog.destinations.add({
    id: newDestinationId(),
    name: 'This computer',
    settings: { kind: 'folder', path: rooms.folders.backups },
  });
  keepSettings(rooms);
}

async function regain(rooms: Rooms): Promise<void> {
  const actor = `${rooms.env.account} (start)`;
  const { backups, skipped } = await rebuild(rooms, actor);
  if (backups === 0 && skipped.length === 0) return;
  audit(rooms, 'catalog.rebuilt', actor, 'catalog', { backups, skipped: skipped.length });
  rooms.log.warn('The catalog was gone or damaged and was made again.', { backups, skipped });
}

/** No job runs yet, so whatever lies in the spool unfinished or stands as a scratch server belongs to nobody. */
async function sweepLeftovers(folders: Folders, rooms: Rooms): Promise<void> {
  await rooms.kept.sweep();
  await sweepHalfRecords(folders.scratch);
  const swept = await sweepScratch(folders.scratch);
  if (swept.length > 0) rooms.log.info('Left-over throw-away servers were removed.', { swept });
}

async function ownVersion(): Promise<string> {
  const text = await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
