/** The built-in sample: a source like any other, but for its mark, and that its backups go with it. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import { wholeScope, type Source } from '../../shared/source.ts';
import { haveAccident, makeBookshop } from '../sample/bookshop.ts';
import { freeName } from './free-name.ts';
import { removeBackup } from './remove-backup.ts';
import type { Rooms } from './rooms.ts';
import { addSource, removeSource } from './source-handlers.ts';

const sampleName = 'bookshop';

export function sampleHandlers(rooms: Rooms): Handlers<HoldfastContract>['sample'] {
  return {
    make: async (_input, caller) => {
      const known = sampleOf(rooms);
      makeFile(rooms, known);
      return known ?? addSample(rooms, caller);
    },
    damage: async () => {
      if (sampleOf(rooms) === undefined || !existsSync(fileOf(rooms)))
        throw new Fail('source.unknown', 'There is no sample database.', { hint: 'Make the sample first.' });
      return { rows: haveAccident(fileOf(rooms)) };
    },
    remove: async (_input, caller) => {
      const sample = sampleOf(rooms);
      if (sample !== undefined) await removeSample(rooms, sample, caller);
      // Also what a restore kept beside the file.
      rmSync(path.dirname(fileOf(rooms)), { recursive: true, force: true });
      return {};
    },
  };
}

const sampleOf = (rooms: Rooms): Source | undefined =>
  rooms.catalog.sources.list().find((source) => source.sample === true);

const fileOf = (rooms: Rooms): string => path.join(rooms.folders.home, 'sample', 'bookshop.sqlite');

/** The file of a sample that is known stays as it is; one that nobody knows any more is made anew. */
function makeFile(rooms: Rooms, known: Source | undefined): void {
  const file = fileOf(rooms);
  if (known !== undefined && existsSync(file)) return;
  const folder = path.dirname(file);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  makeBookshop(file);
}

function addSample(rooms: Rooms, caller: Caller): Promise<Source> {
  const input = {
    name: freeName(rooms, sampleName),
    settings: { kind: 'sqlite' as const, file: fileOf(rooms) },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    folders: [],
    secrets: {},
    replace: false,
  };
  return addSource(rooms, input, caller, { sample: true });
}

/** Its jobs end first: one that runs would make a backup that nobody knows the way to remove. */
async function removeSample(rooms: Rooms, sample: Source, caller: Caller): Promise<void> {
  for (const job of rooms.catalog.jobs.unfinished().filter(({ sourceId }) => sourceId === sample.id)) {
    await rooms.queue.cancel(job.id).catch((thrown: unknown) => {
      if (!(thrown instanceof Fail && thrown.code === 'job.not-running')) throw thrown;
    });
    await rooms.queue.wait(job.id, caller.signal);
  }
  for (const card of rooms.catalog.backups.cards({ sourceId: sample.id })) await removeBackup(rooms, card, caller);
  await removeSource(rooms, sample, caller);
}
