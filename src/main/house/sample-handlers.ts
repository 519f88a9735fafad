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
import { released } from './settle-restore.ts';
import { addSource, removeSource } from './source-handlers.ts';

const sampleName = 'bookshop';

export function sampleHandlers(rooms: Rooms): Handlers<HoldfastContract>['sample'] {
  return {
    make: async (_input, caller) => {
      const known = sampleOf(rooms);
      if (known === undefined) clearFolder(rooms, caller.actor);
      if (!existsSync(fileOf(rooms))) makeFile(rooms);
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
      clearFolder(rooms, caller.actor);
      return {};
    },
  };
}

const sampleOf = (rooms: Rooms): Source | undefined =>
  rooms.catalog.sources.list().find((source) => source.sample === true);

const fileOf = (rooms: Rooms): string => path.join(rooms.folders.home, 'sample', 'bookshop.sqlite');

function makeFile(rooms: Rooms): void {
  const file = fileOf(rooms);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // A log without its database would be played into the new one.
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  makeBookshop(file);
}

/** The file of a sample that nobody knows any more, and what restores kept beside it. */
function clearFolder(rooms: Rooms, actor: string): void {
  const file = fileOf(rooms);
  rmSync(path.dirname(file), { recursive: true, force: true });
  for (const { record, target } of rooms.catalog.restores.list()) {
    if (record.state === 'released' || target.kind !== 'file' || target.file !== file) continue;
    released(rooms, actor, record, target, record.keptAs);
  }
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
