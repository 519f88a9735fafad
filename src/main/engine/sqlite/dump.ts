/** One backup of a SQLite file: a private copy, what is in it, and its bytes. */
import { bytes } from '../../../shared/bytes.ts';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import type { DatabaseInventory, Omission, SqliteFacts } from '../../../shared/inventory.ts';
import { freeBytesOn } from '../../base/file.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import type { DumpFacts, DumpOptions, Sink } from '../engine.ts';
import { foreignKeysOf, integrityOf, type Violations } from './check.ts';
import { contentOf, type Content } from './content.ts';
import { copyDatabase, removeDatabase, type Copied } from './copy.ts';
import { digestMethod } from './digest.ts';
import { explain } from './explain.ts';
import type { Limits } from './limits.ts';
import { examine, numberOf, openPrivate, sizeOf, type Connection } from './open.ts';
import { reduceCopy, refuseScope } from './scope.ts';

const defaultYieldAfterMs = 5_000;
const defaultAttempts = 5;

/** How long locks of others are waited for: `attempts` times as long as others may wait for us. */
export const busyWaitOf = (options: Pick<DumpOptions, 'yieldAfterMs' | 'attempts'>): number =>
  (options.attempts ?? defaultAttempts) * yieldAfterOf(options);

export const yieldAfterOf = (options: Pick<DumpOptions, 'yieldAfterMs'>): number =>
  options.yieldAfterMs ?? defaultYieldAfterMs;

export interface DumpTools {
  clock: Clock;
  limits: Limits;
}

/**
 * Copies the database at one moment into the work folder, counts and digests that very copy, and hands its bytes on.
 * The source is let go before anything is counted. Nothing is left in the work folder, whatever happens.
 * @throws Fail source.*, spool.full; the signal's reason
 */
export async function dumpFile(
  file: string,
  options: DumpOptions,
  sink: Sink,
  tools: DumpTools,
  watch: Watch,
): Promise<DumpFacts> {
  refuseScope(options.scope);
  const { sizeBytes, walBytes } = examine(file);
  await refuseSmallDisk(watch.work, file, sizeBytes + (walBytes ?? 0));
  const copy = path.join(watch.work, 'copy.sqlite');
  try {
    watch.progress({ phase: 'Copying', bytes: 0, totalBytes: sizeBytes });
    const limits = { limits: tools.limits, yieldAfterMs: yieldAfterOf(options), busyWaitMs: busyWaitOf(options) };
    const copied = await copyDatabase(file, copy, limits, tools.clock, watch);
    watch.log.info('copied', {
      method: copied.method,
      sizeBytes: sizeOf(copy),
      writersWaitedMs: copied.writersWaitedMs,
    });
    const liveSizeBytes = sizeOf(copy);
    const { inventory, missing } = await describeCopy(copy, path.basename(file), copied, options, tools, watch);
    watch.progress({ phase: 'Storing', bytes: 0, totalBytes: sizeOf(copy), table: null });
    const head = { name: artifactName(file), content: 'sqlite-file' as const, expectedBytes: sizeOf(copy) };
    const { artifact } = await sink(head, createReadStream(copy, { highWaterMark: 1024 * 1024, signal: watch.signal }));
    return {
      takenAt: copied.takenAt,
      missing,
      inventory: { databases: [{ ...inventory, artifact, liveSizeBytes }], globals: null },
    };
  } catch (thrown) {
    watch.signal.throwIfAborted();
    throw explain(thrown, file, 'copy');
  } finally {
    removeDatabase(copy);
    await rm(`${copy}-anew`, { force: true });
  }
}

/** A name that any file system and any manifest takes, and that still says which file it was. */
function artifactName(file: string): string {
  const plain = path
    .basename(file)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .slice(-60)
    .replace(/^\.+/, '_');
  return plain === '' || plain === '_' ? 'database.sqlite' : plain;
}

async function refuseSmallDisk(folder: string, file: string, neededBytes: number): Promise<void> {
  const freeBytes = await freeBytesOn(folder);
  if (freeBytes < neededBytes) {
    throw new Fail(
      'spool.full',
      `Copying ${file} takes ${bytes(neededBytes)}; the data folder's disk has ${bytes(freeBytes)} free.`,
    );
  }
}

async function describeCopy(
  copy: string,
  name: string,
  copied: Copied,
  options: DumpOptions,
  tools: DumpTools,
  watch: Watch,
): Promise<{ inventory: Omit<DatabaseInventory, 'artifact' | 'liveSizeBytes'>; missing: string[] }> {
  const whole = refuseDamage(copy, name);
  watch.signal.throwIfAborted();
  const missing = reduceCopy(copy, options.scope);
  const db = openPrivate(copy, 'copy', { readonly: true });
  try {
    watch.progress({ phase: options.digests ? 'Counting and digesting rows' : 'Counting rows' });
    const content = await contentOf(
      db,
      { digests: options.digests, scope: options.scope },
      { clock: tools.clock, watch },
    );
    const inventory = {
      name,
      engine: factsOf(db, copied, missing.length === 0 ? whole : integrityOf(db, 'quick_check').violations),
      scope: options.scope,
      tables: content.tables,
      sequences: content.sequences.map(({ name: sequence, value }) => ({
        name: sequence,
        before: value,
        after: value,
      })),
      objects: content.objects,
      largeObjects: null,
      omissions: omissionsOf(content),
      digest: content.digestProbe === null ? null : { method: digestMethod, probe: content.digestProbe },
    };
    return { inventory, missing };
  } finally {
    db.close();
  }
}

/** A damaged source is told now, while an older backup may still be good. The full check is the proof's. Returns the rules that rows break. */
function refuseDamage(copy: string, name: string): Violations {
  const db = openPrivate(copy, 'copy', { readonly: true });
  try {
    const { damage, violations } = integrityOf(db, 'quick_check');
    const [first, ...more] = damage;
    if (first !== undefined)
      throw new Fail(
        'source.corrupt',
        `${name} is damaged: ${first.replaceAll('\n', '; ')}${more.length === 0 ? '' : ` (and ${more.length} more)`}.`,
      );
    return violations;
  } finally {
    db.close();
  }
}

function factsOf(db: Connection, copied: Copied, integrity: Violations): SqliteFacts {
  const violations = [...integrity, ...foreignKeysOf(db).violations];
  return {
    kind: 'sqlite',
    libraryVersion: db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '',
    pageSizeBytes: numberOf(db, 'page_size'),
    pageCount: numberOf(db, 'page_count'),
    encoding: String(db.pragma('encoding', { simple: true })),
    journalMode: db.pragma('journal_mode', { simple: true }) === 'wal' ? 'wal' : 'delete',
    userVersion: numberOf(db, 'user_version'),
    applicationId: numberOf(db, 'application_id'),
    autoVacuum: numberOf(db, 'auto_vacuum'),
    method: copied.method,
    writersWaitedMs: copied.writersWaitedMs,
    ...(violations.length === 0 ? {} : { violations }),
  };
}

const omissionsOf = (content: Content): Omission[] =>
  content.unreadable.map(({ name, why }) => ({
    what: 'count',
    name,
    why: `The table is in the backup, but its rows cannot be counted here: ${why}`,
  }));
