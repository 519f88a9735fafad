import { statSync } from 'node:fs';
import { holdsFor, neededFor, type DirectPreview } from '../../shared/direct.ts';
import type { Source } from '../../shared/source.ts';
import { freeBytesOn } from '../base/file.ts';
import { destinationsOf } from './order.ts';
import { probedBytes } from './probed-size.ts';
import type { Rooms } from './rooms.ts';

/** From what is known here alone: nothing is connected to. */
export async function directPreview(rooms: Rooms, source: Source): Promise<DirectPreview> {
  const { catalog, folders } = rooms;
  const [first, ...others] = destinationsOf(rooms, source.destinations);
  const storedBytes = catalog.backups.latest(source.id)?.sizeBytes ?? null;
  const rawBytes = probedBytes(rooms, source.settings) ?? fileBytes(source);
  const neededBytes = neededFor({ kind: source.settings.kind, rawBytes, storedBytes });
  const freeBytes = await freeBytesOn(folders.spool);
  const lastMs = catalog.timings.backupMs(source.id);
  return {
    place: first?.name ?? '',
    others: others.map(({ name }) => name),
    neededBytes,
    freeBytes,
    folder: folders.spool,
    hasRoom: neededBytes === null || freeBytes >= neededBytes,
    ...holdsFor({ lastMs, rawBytes, storedBytes, maxBytesPerSecond: first?.maxBytesPerSecond }),
    holdsTransaction: source.settings.kind === 'postgres',
  };
}

/** A file is looked at here and now. */
const fileBytes = ({ settings }: Source): number | null =>
  settings.kind === 'sqlite' ? (statSync(settings.file, { throwIfNoEntry: false })?.size ?? null) : null;
