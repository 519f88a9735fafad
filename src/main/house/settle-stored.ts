/** What backups and carries came to, place by place: written down as soon as a job tells it, and once more when it ends. */
import type { StoredState } from '../../shared/artifact.ts';
import { Fail, fromFailure, toFailure, type Failure } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { afterFailure, dueIn, stoppedAt, withStates } from '../../shared/stored.ts';
import type { BackupOutcome } from '../backup/order.ts';
import type { CarryOrder } from '../carry/carry.ts';
import type { JobEnd } from '../job/message.ts';
import { readKept } from '../spool/kept-set.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

export const placesIn = (stored: readonly StoredState[]): string =>
  stored.map((one) => `${one.destination} ${one.state}`).join(', ');

/** The first place that has it makes the backup exist; every further word brings it up to date. */
export function noteOutcome(rooms: Rooms, { manifest, manifestSha256, stored }: BackupOutcome): void {
  const { backups } = rooms.catalog;
  if (backups.card(manifest.backupId) !== undefined) return noteStates(rooms, manifest.backupId, stored);
  if (!stored.some(({ state }) => state === 'stored')) return;
  backups.put({ manifest, manifestSha256, stored });
  const card = backups.card(manifest.backupId);
  if (card !== undefined) rooms.announce.backup.added({ card });
}

/** Of a backup that is known; of one that no place has, the spool knows. */
export function noteStates(rooms: Rooms, backupId: BackupId, changed: readonly StoredState[]): void {
  const { backups } = rooms.catalog;
  const before = backups.card(backupId);
  if (before === undefined) return;
  // What a later reading found damaged is not whole again because it once was.
  const isDamaged = ({ destination }: StoredState): boolean =>
    before.stored.some((one) => one.destination === destination && one.state === 'damaged');
  const stored = withStates(
    before.stored,
    changed.filter((one) => one.state !== 'stored' || !isDamaged(one)),
  );
  if (JSON.stringify(stored) === JSON.stringify(before.stored)) return;
  backups.setStored(backupId, stored);
  const card = backups.card(backupId);
  if (card !== undefined) rooms.announce.backup.changed({ card });
}

/**
 * What the spool knows of a kept dump is told to the catalog; what is done is dropped. A job that was killed right after a
 * place had everything told nobody: its backup exists, and is listed from here on.
 */
export async function takeOver(rooms: Rooms, backupId: BackupId): Promise<void> {
  const states = await rooms.kept.states(await rooms.kept.get(backupId));
  if (rooms.catalog.backups.card(backupId) === undefined) {
    if (!states.some(({ state }) => state === 'stored')) return;
    const { manifest, manifestSha256 } = await readKept(rooms.kept.folder(backupId));
    noteOutcome(rooms, { manifest, manifestSha256, stored: states });
  } else noteStates(rooms, backupId, states);
  await rooms.kept.dropWhereDone(backupId);
}

/**
 * A backup job that did not end well, though its dump is whole: it is kept, and whoever looks next brings it on.
 * @returns how the job is to be told to have ended: there is nothing to dump again.
 */
export async function settleKept(
  rooms: Rooms,
  written: AskedOrder,
  job: Job,
  end: JobEnd,
): Promise<JobEnd | undefined> {
  const backupId = job.backupId as BackupId;
  try {
    await takeOver(rooms, backupId);
  } catch (thrown) {
    rooms.log.warn('A kept dump cannot be read.', { backupId, thrown });
    return undefined;
  }
  const known = rooms.catalog.backups.card(backupId);
  rooms.carrier.poke();
  if (end.kind !== 'failed') return undefined;
  const { failure } = end;
  audit(rooms, 'backup.kept', written.actor, backupId, { code: failure.code, listed: known !== undefined });
  return failure.code === 'backup.kept'
    ? undefined
    : { kind: 'failed', failure: keptFailure(failure, known !== undefined) };
}

function keptFailure(failure: Failure, listed: boolean): Failure {
  const where = listed ? 'It is in a place already, and is being brought to the others.' : 'No place has it yet.';
  const message = `${failure.message} The dump was whole and is kept. ${where}`;
  return { ...toFailure(new Fail('backup.kept', message), failure.ref), cause: failure };
}

export async function settleCarry(
  rooms: Rooms,
  job: Job,
  written: AskedOrder,
  end: JobEnd,
  leaving: boolean,
): Promise<void> {
  const order = written.order as CarryOrder;
  const { backupId } = order;
  if (end.kind === 'done') {
    const stored = end.result as StoredState[];
    rooms.catalog.jobs.putResult(job.id, JSON.stringify({ backupId, stored }));
    await madeToExist(rooms, order, written.actor, stored);
    noteStates(rooms, backupId, stored);
    await forgetNotes(rooms, order, stored);
    const places = stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination);
    audit(rooms, 'backup.carried', written.actor, backupId, { places: places.join(', ') });
  } else {
    await noteNotCarried(rooms, order, end, leaving);
  }
  if (rooms.kept.has(backupId)) await letGo(rooms, order, end);
}

/** The first place that has a dump which was nowhere makes its backup exist, however late. */
async function madeToExist(
  rooms: Rooms,
  { backupId, folder }: CarryOrder,
  actor: string,
  stored: StoredState[],
): Promise<void> {
  if (folder === null || rooms.catalog.backups.card(backupId) !== undefined) return;
  const { manifest, manifestSha256 } = await readKept(folder);
  const states = withStates(await rooms.kept.states(await rooms.kept.get(backupId)), stored);
  noteOutcome(rooms, { manifest, manifestSha256, stored: states });
  // Its places were away while others were taken: those stay the later ones.
  rooms.catalog.backups.putBeforeLater(backupId);
  audit(rooms, 'backup.made', actor, backupId, {
    source: manifest.source.name,
    sizeBytes: manifest.artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0),
    complete: manifest.complete,
    manifestSha256,
    places: placesIn(states),
  });
  rooms.planner.backupArrived(backupId);
}

/** What the job could not write down itself: it was killed, or failed before it came to its places. */
async function noteNotCarried(rooms: Rooms, order: CarryOrder, end: JobEnd, leaving: boolean): Promise<void> {
  const { backupId, destinations, folder, states } = order;
  const kept =
    folder !== null && rooms.kept.has(backupId) ? await rooms.kept.get(backupId).catch(() => undefined) : undefined;
  const now = kept === undefined ? (rooms.catalog.backups.card(backupId)?.stored ?? []) : await rooms.kept.states(kept);
  for (const { id } of destinations) {
    const before = now.find(({ destination }) => destination === id) ?? dueIn({ destination: id });
    const asked = states.find(({ destination }) => destination === id);
    const state = afterEnd(before, asked, end, leaving, rooms.clock.now());
    if (kept !== undefined) await rooms.kept.setState(backupId, state);
    noteStates(rooms, backupId, [state]);
    await forgetNotes(rooms, order, [state]);
  }
}

/** Of a copy from another place, how far it came is written down while it waits, and no longer. */
async function forgetNotes(rooms: Rooms, { backupId, folder }: CarryOrder, now: StoredState[]): Promise<void> {
  if (folder !== null) return;
  for (const { destination, state } of now)
    if (state !== 'waiting') await rooms.kept.forgetPlace(backupId, destination);
}

/** @param asked how the place stood to it when the job was asked for. */
function afterEnd(
  before: StoredState,
  asked: StoredState | undefined,
  end: JobEnd,
  leaving: boolean,
  now: number,
): StoredState {
  if (before.state !== 'waiting') return before;
  // The job said so itself; what was due before it began says nothing of it, and would begin the next one at once.
  if (before.nextTryAt !== undefined && before.nextTryAt !== asked?.nextTryAt) return before;
  if (end.kind === 'cancelled') return leaving ? before : stoppedAt(before, now);
  // An owner that left says nothing of the place.
  if (end.kind === 'done' || end.failure.code === 'home.owner-left') return before;
  return afterFailure(before, fromFailure(end.failure), now);
}

/** A dump that changed on this disk is of no use; what is held elsewhere is copied from there. */
async function letGo(rooms: Rooms, { backupId, destinations }: CarryOrder, end: JobEnd): Promise<void> {
  if (end.kind !== 'failed' || end.failure.code !== 'spool.damaged') {
    await rooms.kept.dropWhereDone(backupId).catch(() => false);
    return;
  }
  const card = rooms.catalog.backups.card(backupId);
  await rooms.kept.drop(backupId);
  audit(rooms, 'backup.given-up', 'Holdfast', backupId, { code: end.failure.code, listed: card !== undefined });
  if (card?.stored.some(({ state }) => state === 'stored') === true)
    noteStates(
      rooms,
      backupId,
      destinations.map(({ id }) => dueIn({ destination: id })),
    );
}
