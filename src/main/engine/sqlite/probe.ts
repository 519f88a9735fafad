/** "Test this source" for a SQLite file, step by step. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import type { ProbeReport, ProbeStep } from '../../../shared/source.ts';
import { plural } from '../../../shared/plural.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import { probeSteps } from '../probe-steps.ts';
import { examine, openSnapshot, type Examined, type Snapshot } from './open.ts';
import { entriesOf, shadowsOf } from './schema.ts';

const ok = (step: string, detail: string): ProbeStep => ({ step, outcome: 'ok', detail });
const warning = (step: string, detail: string, hint: string): ProbeStep => ({ step, outcome: 'warning', detail, hint });

/** Stops at the first step that fails; a cancel throws. */
export async function probeFile(file: string, clock: Clock, watch: Watch): Promise<ProbeReport> {
  const steps = probeSteps(watch);
  let tables: string[] = [];
  try {
    const examined = examine(file);
    steps.add(ok('File', `${file} is there and can be read, ${examined.sizeBytes} bytes.`));
    steps.add(folderStep(path.dirname(examined.realFile)));
    steps.begin('Database');
    const snapshot = await openSnapshot(file, { clock, watch, busyWaitMs: 5_000 });
    try {
      for (const step of databaseSteps(snapshot, examined)) steps.add(step);
      tables = tablesOf(snapshot);
    } finally {
      snapshot.db.close();
    }
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    steps.fail(steps.taken.length === 0 ? 'File' : 'Database', thrown);
  }
  return { ok: steps.ok(), steps: [...steps.taken], databases: [], tables };
}

/** What a scope may name. A shadow table goes where its virtual table goes, so it is not offered. */
function tablesOf({ db }: Snapshot): string[] {
  const entries = entriesOf(db);
  const shadows = shadowsOf(db, entries);
  return entries
    .filter((entry) => entry.type === 'table' && !shadows.has(entry.name) && !entry.name.startsWith('sqlite_'))
    .map((entry) => entry.name)
    .slice(0, 10_000);
}

function folderStep(folder: string): ProbeStep {
  try {
    accessSync(folder, constants.W_OK);
    return ok('Folder', `${folder} can be written: SQLite can make what WAL needs beside the file.`);
  } catch {
    return warning(
      'Folder',
      `${folder} cannot be written by your user.`,
      'A WAL database can be read from here only while an application has it open.',
    );
  }
}

function databaseSteps({ db, journalMode, pageSizeBytes, pageCount }: Snapshot, examined: Examined): ProbeStep[] {
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  const entries = entriesOf(db);
  const tables = entries.filter((entry) => entry.type === 'table' && !entry.virtual).length;
  const virtual = entries.filter((entry) => entry.virtual).length;
  return [
    ok(
      'Database',
      `Read with SQLite ${version}: ${plural(pageCount, 'page')} of ${pageSizeBytes} bytes, ${examined.header.encoding}.`,
    ),
    journalMode === 'wal'
      ? ok('Journal mode', 'WAL: a backup does not make writers wait.')
      : warning(
          'Journal mode',
          'Rollback journal: writers wait while a backup copies the file.',
          'PRAGMA journal_mode=WAL, run once, ends that.',
        ),
    ok('Tables', `${plural(tables, 'table')}${virtual === 0 ? '' : ` and ${plural(virtual, 'virtual table')}`}.`),
    ok(
      'Size',
      `${pageCount * pageSizeBytes} bytes${examined.walBytes === null ? '' : `, and ${examined.walBytes} in the WAL`}.`,
    ),
  ];
}
