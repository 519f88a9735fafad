/** SQLite files. What this engine promises is in `docs/rooms/engine-sqlite.md`. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import type { Scope } from '../../../shared/source.ts';
import { freeBytesOn } from '../../base/file.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import type { Counted, Engine, Place, Scratch, Surroundings } from '../engine.ts';
import { checkDatabase } from './check.ts';
import { contentOf } from './content.ts';
import { copyDatabase, removeDatabase } from './copy.ts';
import { busyWaitOf, dumpFile, yieldAfterOf } from './dump.ts';
import { exchangeFiles } from './exchange.ts';
import { explain } from './explain.ts';
import { findKeptFile, inheritFile, removeKeptFile } from './kept.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { realPath } from './live-file.ts';
import { examine, openPrivate, openSnapshot, sizeOf, type Connection } from './open.ts';
import { keptFileName, meetOriginalFile } from './original.ts';
import { probeFile } from './probe.ts';
import { rehearseFile } from './rehearse.ts';
import { restoreFile, standInOf, sweepFile } from './restore.ts';
import { refuseScope } from './scope.ts';
import { surveyFile } from './survey.ts';

/** @param limits how far a dump may go at others' cost, where it is not the default. */
export function sqliteEngine(surroundings: Pick<Surroundings, 'clock'>, limits: Partial<Limits> = {}): Engine {
  const tools = { clock: surroundings.clock, limits: { ...defaultLimits, ...limits } };
  const { clock } = tools;
  return {
    kind: 'sqlite',
    probe: (place, watch) => probeFile(fileOf(place), clock, watch),
    estimate: async (place) => estimateOf(fileOf(place)),
    dump: (place, options, sink, watch) => dumpFile(fileOf(place), options, sink, tools, watch),
    count: (place, options, watch) => countFile(fileOf(place), options, tools, watch),
    survey: (body, inventory, watch) => surveyFile(body, inventory, clock, watch),
    rehearse: (target, _secrets, from) => rehearseFile(target, from),
    restore: async (target, _secrets, opened, watch) => restoreFile(fileIn(target), opened, watch),
    sweepTarget: async (target, _secrets, token, watch) =>
      target.kind === 'file' ? sweepFile(target.file, token, watch) : [],
    check: async (place, from, watch) => {
      watch.signal.throwIfAborted();
      return checkFile(fileOf(place), from, clock);
    },
    openScratch: async (from, watch) => ({ scratch: await openScratch(from, watch), problems: [] }),
    meetOriginal: (target, _secrets, now) => meetOriginalFile(fileIn(target), now),
    standIn: (target, token) => ({ kind: 'file', file: standInOf(fileIn(target), token) }),
    inherit: async (target, _secrets, incoming) => {
      await inheritFile(fileIn(target), incoming);
      return [];
    },
    undoneName: async (target, _secrets, now) => keptFileName(realPath(fileIn(target)), 'undone', now),
    exchange: (exchange, _secrets, watch) => exchangeFiles(exchange, clock, watch),
    findKept: (target, _secrets, wanted) => findKeptFile(fileIn(target), wanted),
    removeKept: (target, _secrets, _restoreId, name) => removeKeptFile(fileIn(target), name),
  };
}

function fileOf(place: Place): string {
  if (place.settings.kind !== 'sqlite') throw new Fail('restore.wrong-kind', 'This place is not a SQLite file.');
  return place.settings.file;
}

function fileIn(target: RestoreTarget): string {
  if (target.kind !== 'file') throw new Fail('restore.wrong-kind', 'A SQLite backup is restored to a file.');
  return target.file;
}

function estimateOf(file: string): number | null {
  try {
    return sizeOf(file);
  } catch {
    return null;
  }
}

type Tools = Parameters<typeof dumpFile>[3];

/**
 * Digesting takes many times as long as copying, and a snapshot that is held blocks writers (rollback journal) or lets
 * the `-wal` grow. So a copy is counted, unless nobody else has the file, counting is quick, or there is no room.
 */
async function countFile(
  file: string,
  options: { digests: boolean; scope: Scope },
  tools: Tools,
  watch: Watch,
): Promise<Counted> {
  refuseScope(options.scope);
  const work = { clock: tools.clock, watch };
  const count = async (db: Connection): Promise<Counted> => {
    const { unreadable, ...counted } = await contentOf(db, options, work);
    if (unreadable.length > 0) {
      watch.log.warn('tables that cannot be counted here', { tables: unreadable.map((table) => table.name) });
    }
    return counted;
  };
  try {
    const { header, sizeBytes, walBytes } = examine(file);
    const quick = header.journalMode === 'wal' && !options.digests;
    if (!isInside(watch.work, file) && !quick && (await freeBytesOn(watch.work)) > sizeBytes + (walBytes ?? 0)) {
      return await countCopy(file, tools, watch, count);
    }
    const { db } = await openSnapshot(file, { ...work, busyWaitMs: busyWaitOf({}) });
    try {
      return await count(db);
    } finally {
      db.close();
    }
  } catch (thrown) {
    watch.signal.throwIfAborted();
    throw explain(thrown, file, 'source');
  }
}

async function countCopy(
  file: string,
  tools: Tools,
  watch: Watch,
  count: (db: Connection) => Promise<Counted>,
): Promise<Counted> {
  const copy = path.join(watch.work, 'counted.sqlite');
  try {
    await copyDatabase(
      file,
      copy,
      { limits: tools.limits, yieldAfterMs: yieldAfterOf({}), busyWaitMs: busyWaitOf({}) },
      tools.clock,
      watch,
    );
    const db = openPrivate(copy, 'copy', { readonly: true });
    try {
      return await count(db);
    } finally {
      db.close();
    }
  } finally {
    removeDatabase(copy);
  }
}

/** Files of the work folder are ours alone: nobody waits for them. */
const isInside = (folder: string, file: string): boolean => !path.relative(folder, file).startsWith('..');

/** Not on a read-only connection: SQLite forgets CHECK constraints there, and finds nothing wrong with rows that break them. */
function checkFile(file: string, from: DatabaseInventory, clock: Clock): Awaited<ReturnType<Engine['check']>> {
  const known = (from.engine.kind === 'sqlite' ? from.engine.violations : undefined) ?? [];
  examine(file);
  const db = openPrivate(file, 'target', { readonly: true });
  try {
    const { problems, checks } = checkDatabase(db, known, clock);
    return { problems: [...problems, ...uncounted(from)], checks };
  } catch (thrown) {
    throw explain(thrown, file, 'target');
  } finally {
    db.close();
  }
}

/** Tables that could not be counted when they were backed up cannot be proven now. */
const uncounted = (from: DatabaseInventory): Awaited<ReturnType<Engine['check']>>['problems'] =>
  from.omissions
    .filter(({ what }) => what === 'count')
    .map(({ name, why }) => ({ grade: 'unchecked', code: 'table.uncounted', subject: name, message: why }));

async function openScratch(from: DatabaseInventory, watch: Watch): Promise<Scratch> {
  const folder = await mkdtemp(path.join(watch.work, 'scratch-'));
  // A job process that is ended from outside leaves its work folder to its owner; one that exits takes this along.
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    where: 'a copy in the data folder',
    target: {
      kind: 'file',
      file: path.join(folder, `${from.name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(-60)}.proof`),
    },
    secrets: {},
    deepChecks: async () => ({ problems: [], checks: [] }),
    dispose: async () => {
      process.off('exit', removeNow);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
