/** A kept dump as a set to store. */
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { StoredState } from '../../shared/artifact.ts';
import type { DestinationId } from '../../shared/id.ts';
import type { Log } from '../base/log.ts';
import { openChecked } from '../spool/checked-file.ts';
import { readPlace, writePlace, type KeptSet } from '../spool/kept-set.ts';
import type { SetToStore } from './store.ts';
import { Uploads } from './uploads.ts';

/** @param fresh this very process wrote the files, so that a place on the same disk may link them unread. */
export function setFromSpool(kept: KeptSet, folder: string, fresh: boolean): SetToStore {
  return {
    backupId: kept.manifest.backupId,
    artifacts: kept.manifest.artifacts.map((facts) => {
      const file = path.join(folder, facts.name);
      const body = { sizeBytes: facts.sizeBytes, open: (from = 0) => openChecked(file, facts, from) };
      return { facts, body: fresh ? { ...body, file } : body };
    }),
    manifestFor: (place) => {
      const seal = kept.seals[place];
      if (seal === undefined) throw new Fail('seal.not-recipient', 'The kept dump was not made for this place.');
      return Buffer.from(`${kept.line}\n${seal}\n`);
    },
  };
}

/** How far the kept dump has come in this place. @param fresh nothing was tried yet. */
export async function uploadsIn(folder: string, id: DestinationId, fresh: boolean): Promise<Uploads> {
  return new Uploads(id, await readPlace(folder, id), !fresh, (record) => writePlace(folder, record));
}

/** How far a set has come there that is copied from another place; it goes on also where that cannot be written down. */
export async function uploadsOfCopy(folder: string, stored: StoredState, log: Log): Promise<Uploads> {
  const { uploads = {} } = (await readPlace(folder, stored.destination)) ?? {};
  return new Uploads(stored.destination, { stored, uploads }, true, (record) => {
    try {
      writePlace(folder, record);
    } catch (thrown) {
      log.warn('how far it came cannot be written down', { destination: stored.destination, reason: thrown });
    }
  });
}
