/** The dumps that the spool of this house keeps for places that wait. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import { bytes } from '../../shared/bytes.ts';
import { Fail } from '../../shared/failure.ts';
import { BackupId, type DestinationId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import { z } from '../../shared/schema.ts';
import { dueIn } from '../../shared/stored.ts';
import { freeBytesOn } from '../base/file.ts';
import { spoolReserveBytes } from '../base/reserve.ts';
import {
  dropKept,
  forgetPlace,
  isKept,
  keptFolder,
  listKept,
  listPlaces,
  readKept,
  readPlace,
  writePlace,
} from '../spool/kept-set.ts';
import type { Rooms } from './rooms.ts';
import { takeOver } from './settle-stored.ts';

/** What is known of a kept dump without its inventory. */
export interface KeptDump {
  backupId: BackupId;
  source: ManifestBody['source'];
  takenAt: number;
  complete: boolean;
  sizeBytes: number;
  /** The places that it was made for and that are still known. */
  places: DestinationId[];
}

type Here = Pick<Rooms, 'catalog' | 'folders' | 'log'>;

export class KeptDumps {
  readonly #rooms: Here;
  /** They never change once they are written, and may be large to read. */
  readonly #read = new Map<BackupId, KeptDump>();

  constructor(rooms: Here) {
    this.#rooms = rooms;
  }

  folder(backupId: BackupId): string {
    return keptFolder(this.#rooms.folders.spool, backupId);
  }

  has(backupId: BackupId): boolean {
    return isKept(this.folder(backupId));
  }

  /** The dump, where it was made for this place and was listed before. */
  made(backupId: BackupId, place: DestinationId): KeptDump | undefined {
    const known = this.#read.get(backupId);
    return known?.places.includes(place) === true && this.has(backupId) ? known : undefined;
  }

  /** Oldest first. One that cannot be read is told in the log and left where it is. */
  async list(): Promise<KeptDump[]> {
    const found: KeptDump[] = [];
    for (const backupId of await listKept(this.#rooms.folders.spool)) {
      try {
        found.push(await this.get(backupId));
      } catch (thrown) {
        this.#rooms.log.warn('A kept dump cannot be read.', { backupId, thrown });
      }
    }
    return found;
  }

  /** @throws Fail spool.damaged, backup.unknown */
  async get(backupId: BackupId): Promise<KeptDump> {
    const known = this.#read.get(backupId) ?? (await this.#summary(backupId));
    this.#read.set(backupId, known);
    const { destinations } = this.#rooms.catalog;
    return { ...known, places: known.places.filter((id) => destinations.byId(id) !== undefined) };
  }

  async #summary(backupId: BackupId): Promise<KeptDump> {
    const { manifest, seals } = await readKept(this.folder(backupId));
    const { source, takenAt, complete, artifacts } = manifest;
    return {
      backupId,
      source,
      takenAt,
      complete,
      sizeBytes: artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0),
      places: Object.keys(seals) as DestinationId[],
    };
  }

  /** How its places stand to it, as the jobs wrote it down. */
  async states({ backupId, places }: KeptDump): Promise<StoredState[]> {
    const read = (id: DestinationId) => readPlace(this.folder(backupId), id);
    return Promise.all(places.map(async (id) => (await read(id))?.stored ?? dueIn({ destination: id })));
  }

  /** For a job that ended without writing it down itself. */
  async setState(backupId: BackupId, stored: StoredState): Promise<void> {
    const before = await readPlace(this.folder(backupId), stored.destination);
    writePlace(this.folder(backupId), { uploads: before?.uploads ?? {}, stored });
  }

  async drop(backupId: BackupId): Promise<void> {
    this.#read.delete(backupId);
    await dropKept(this.folder(backupId));
  }

  /** The dump alone: what places that wait have of it is gone on with, from a place that has the set. */
  async #dropDump(backupId: BackupId): Promise<void> {
    this.#read.delete(backupId);
    await dropKept(this.folder(backupId), await this.#unfinishedIn(backupId));
  }

  /** Places that have a part of it and wait for the rest. */
  async #unfinishedIn(backupId: BackupId): Promise<DestinationId[]> {
    const waiting = this.#rooms.catalog.backups.card(backupId)?.stored.filter(({ state }) => state === 'waiting') ?? [];
    return (await listPlaces(this.folder(backupId)))
      .filter(({ uploads, stored }) => Object.keys(uploads).length > 0 && stored.state === 'waiting')
      .map(({ stored }) => stored.destination)
      .filter((id) => waiting.some(({ destination }) => destination === id));
  }

  /** A place that does not wait for a copy any more has nothing to go on with. */
  async forgetPlace(backupId: BackupId, place: DestinationId): Promise<void> {
    if (!this.has(backupId)) await forgetPlace(this.folder(backupId), place);
  }

  /** Removes what an owner before left: dumps that were not whole, and how far copies came that nobody waits for any more. */
  async sweep(): Promise<void> {
    const { spool } = this.#rooms.folders;
    for (const name of await readdir(spool)) {
      const backupId = z.safeParse(BackupId, name).data;
      if (backupId === undefined) await rm(path.join(spool, name), { recursive: true, force: true });
      else if (!this.has(backupId)) await this.#dropDump(backupId);
    }
  }

  /**
   * Removes it where no place waits and one has it. What is nowhere else stays until a person decides.
   * @returns whether it is gone.
   */
  async dropWhereDone(backupId: BackupId): Promise<boolean> {
    if (!this.has(backupId)) return true;
    const states = await this.states(await this.get(backupId));
    if (states.some(({ state }) => state === 'waiting')) return false;
    if (states.length > 0 && !states.some(({ state }) => state === 'stored')) return false;
    await this.#dropDump(backupId);
    return true;
  }

  /**
   * Sees that `wantedBytes` and the reserve are free on the spool's disk: dumps that some place holds are dropped, oldest
   * first, and copied from there later. `busy` ones are left alone.
   * @throws Fail spool.full where dumps that are nowhere else take the room.
   */
  async makeRoom(wantedBytes: number, busy: (backupId: BackupId) => boolean): Promise<void> {
    const { spool } = this.#rooms.folders;
    const needed = wantedBytes + (await spoolReserveBytes(spool));
    const nowhereElse: KeptDump[] = [];
    for (const dump of await this.list()) {
      if ((await freeBytesOn(spool)) >= needed) return;
      const held = (await this.states(dump)).some(({ state }) => state === 'stored');
      if (held && !busy(dump.backupId)) {
        this.#rooms.log.info('A kept dump made room: a place has it.', { backupId: dump.backupId });
        await this.#dropDump(dump.backupId);
      } else if (!held) nowhereElse.push(dump);
    }
    if (nowhereElse.length === 0 || (await freeBytesOn(spool)) >= needed) return;
    const room = `${bytes(needed)} are needed in ${spool} and ${bytes(await freeBytesOn(spool))} are free`;
    throw new Fail(
      'spool.full',
      `${room}: ${plural(nowhereElse.length, 'dump')} that no place has yet take the room.`,
      {
        hint: 'Bring back a place that takes them (holdfast waiting shows which), or make room on this disk.',
      },
    );
  }
}

/** What jobs that ended without an owner left in the spool is told to the catalog. */
export async function takeOverKept(rooms: Rooms): Promise<void> {
  for (const { backupId } of await rooms.kept.list()) {
    try {
      await takeOver(rooms, backupId);
    } catch (thrown) {
      rooms.log.warn('A kept dump cannot be taken over.', { backupId, thrown });
    }
  }
}
