/** Has backups sealed anew, one after the other, and sees each to its end: stored, proven, and only then the earlier one gone. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, JobId } from '../../shared/id.ts';
import type { PruneReport } from '../../shared/retention.ts';
import { dueIn } from '../../shared/stored.ts';
import type { Reseal } from '../catalog/reseals.ts';
import { askVerify } from './backup-handlers.ts';
import { waitsFor } from './behind.ts';
import { askJob } from './job-handlers.ts';
import { keepSettings } from './keepsake.ts';
import type { Openers } from './openers.ts';
import { destinationsOf, orderedSet } from './order.ts';
import { proofMissing } from './reseal-proof.ts';
import { askRemoval } from './reseal-removal.ts';
import type { Rooms } from './rooms.ts';
import { noteStates } from './settle-stored.ts';

export class Resealer {
  readonly #rooms: Rooms;
  /** What was begun here and must not be begun twice, as text. */
  readonly #begun = new Set<string>();
  #active = false;
  #poked = false;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** From now on what was asked for is gone on with: by a door that lives long, or because somebody asks here and now. */
  start(): void {
    this.#active = true;
    this.poke();
  }

  stop(): void {
    this.#active = false;
  }

  /** Looks soon; however often it is called meanwhile, once. */
  poke(): void {
    if (!this.#active || this.#poked) return;
    this.#poked = true;
    setImmediate(() => {
      this.#poked = false;
      this.lookNow();
    });
  }

  /** Whoever asks how far it is must not be told of a moment in which nothing happens. */
  lookNow(): void {
    if (!this.#active) return;
    try {
      this.#look();
    } catch (thrown) {
      this.#rooms.log.error('What is sealed anew could not be gone on with.', { thrown });
    }
  }

  #look(): void {
    const { catalog, queue, kept } = this.#rooms;
    const ready: Reseal[] = [];
    const waiting: Reseal[] = [];
    for (const row of catalog.reseals.list()) {
      const before = catalog.backups.card(row.replaces);
      const now = catalog.backups.card(row.backupId);
      if (before === undefined || (row.made && now === undefined)) this.#end(row);
      else if (now === undefined) {
        if (row.trouble === null && !kept.has(row.backupId)) waiting.push(row);
      } else if (this.#isReady(row, before, now)) ready.push(row);
    }
    const isOn = queue.unfinished().some(({ kind }) => kind === 'reseal');
    const [next] = waiting;
    if (!isOn && next !== undefined) this.begin(next, callerOf(next), {});
    if (ready.length > 0) this.#remove(ready);
  }

  /** @param openers of one backup whose key the vault does not have. */
  begin(row: Reseal, caller: Caller, openers: Openers): JobId | undefined {
    const { catalog, machine, version, folders } = this.#rooms;
    const card = catalog.backups.card(row.replaces);
    if (card === undefined) return undefined;
    try {
      const known = card.stored.filter(({ destination }) => catalog.destinations.byId(destination) !== undefined);
      const order = {
        kind: 'reseal' as const,
        backupId: row.backupId,
        set: orderedSet(this.#rooms, card),
        destinations: destinationsOf(
          this.#rooms,
          known.map(({ destination }) => destination),
        ),
        machine,
        holdfast: version,
        spoolFolder: folders.spool,
        compressionLevel: catalog.sources.byId(card.sourceId)?.compressionLevel ?? 1,
        missing: catalog.backups.manifest(card.backupId)?.missing ?? [],
      };
      return askJob(this.#rooms, caller, order, { sourceId: card.sourceId, backupId: row.backupId, ...openers }).jobId;
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      catalog.reseals.trouble(row.replaces, thrown.message);
      this.poke();
      return undefined;
    }
  }

  /** Whether everything is as it was with the earlier one, so that it may go. */
  #isReady(row: Reseal, before: BackupCard, now: BackupCard): boolean {
    const { catalog } = this.#rooms;
    if (!row.made) catalog.reseals.made(row.replaces);
    if (before.pin !== undefined && now.pin === undefined) {
      catalog.pins.put(now.backupId, before.pin);
      keepSettings(this.#rooms);
      const card = catalog.backups.card(now.backupId);
      if (card !== undefined) this.#rooms.announce.backup.changed({ card });
    }
    if (row.trouble !== null) return false;
    const waits = waitsFor(before, now);
    if (waits.length > 0) {
      this.#bring(now, waits);
      return false;
    }
    return this.#isProven(row, now) && before.pin?.hold !== true;
  }

  /** After the catalog was lost nobody knows that a place is to get the new one as well. */
  #bring({ backupId, stored }: BackupCard, places: readonly DestinationId[]): void {
    const unknown = places.filter((id) => !stored.some(({ destination }) => destination === id));
    if (unknown.length === 0) return;
    noteStates(
      this.#rooms,
      backupId,
      unknown.map((destination) => dueIn({ destination })),
    );
    this.#rooms.carrier.poke();
  }

  /** Read back whole in every place, and restored where the earlier one was. Asks for what is missing. */
  #isProven(row: Reseal, now: BackupCard): boolean {
    const missing = proofMissing(this.#rooms, row);
    if (missing === null) return true;
    const { catalog, queue } = this.#rooms;
    if (queue.unfinished().some(({ kind, backupId }) => kind === 'verify' && backupId === now.backupId)) return false;
    if (missing === 'failed') this.#trouble(row, `The proof of ${now.backupId} failed; the earlier one stays.`);
    else if (this.#isFirst(`${now.backupId} ${missing}`)) askVerify(this.#rooms, callerOf(row), now, missing);
    else {
      const [last] = catalog.jobs.list({ kinds: ['verify'], backupId: now.backupId, limit: 1 });
      this.#trouble(row, last?.failure?.message ?? `${now.backupId} was not proven; the earlier one stays.`);
    }
    return false;
  }

  #remove(ready: readonly Reseal[]): void {
    const { catalog, queue } = this.#rooms;
    for (const sourceId of new Set(ready.map(({ replaces }) => catalog.backups.card(replaces)?.sourceId))) {
      if (sourceId === undefined) continue;
      if (queue.unfinished().some((job) => job.kind === 'prune' && job.sourceId === sourceId)) continue;
      const rows = ready.filter(({ replaces }) => catalog.backups.card(replaces)?.sourceId === sourceId);
      const fresh = rows.filter(({ replaces }) => this.#isFirst(`${replaces} gone`));
      for (const row of rows.filter((one) => !fresh.includes(one))) this.#trouble(row, whyNotGone(this.#rooms, row));
      if (fresh.length > 0) askRemoval(this.#rooms, callerOf(fresh[0] as Reseal), sourceId, fresh);
    }
  }

  #isFirst(what: string): boolean {
    const first = !this.#begun.has(what);
    this.#begun.add(what);
    return first;
  }

  /** Somebody asked again: what came to nothing is tried once more. */
  again(row: Reseal): void {
    for (const what of [`${row.backupId} read`, `${row.backupId} restore`, `${row.replaces} gone`])
      this.#begun.delete(what);
    this.#rooms.catalog.reseals.trouble(row.replaces, null);
  }

  #trouble({ replaces }: Reseal, why: string): void {
    this.#rooms.catalog.reseals.trouble(replaces, why);
  }

  /** The earlier one is gone, or the new one: either way there is nothing left to do. */
  #end({ replaces, backupId }: Reseal): void {
    const { catalog } = this.#rooms;
    catalog.reseals.end(replaces);
    const left = catalog.backups.card(backupId);
    if (left !== undefined) this.#rooms.announce.backup.changed({ card: left });
    if (left === undefined || catalog.backups.card(replaces) !== undefined) return;
    catalog.pins.remove(replaces);
    keepSettings(this.#rooms);
  }
}

const callerOf = ({ actor }: Reseal): Caller => ({ actor, signal: new AbortController().signal });

function whyNotGone({ catalog }: Rooms, { replaces }: Reseal): string {
  const sourceId = catalog.backups.card(replaces)?.sourceId;
  const [job] = sourceId === undefined ? [] : catalog.jobs.list({ kinds: ['prune'], sourceId, limit: 1 });
  const text = job === undefined ? undefined : catalog.jobs.result(job.id);
  const stopped = text === undefined ? [] : (JSON.parse(text) as PruneReport).stopped;
  const why = job?.failure?.message ?? stopped[0]?.failure.message;
  return why === undefined ? `${replaces} was not removed.` : `It could not be removed: ${why}`;
}
