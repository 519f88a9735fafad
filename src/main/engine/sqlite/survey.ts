/** Reads a stored database file from a stream and holds its header against the inventory. */
import type { Readable } from 'node:stream';
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import type { CheckNote, Problem } from '../../../shared/verify.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import { headerSizeBytes, readHeader } from './header.ts';

export async function surveyFile(
  body: Readable,
  inventory: DatabaseInventory,
  clock: Clock,
  watch: Watch,
): Promise<{ problems: Problem[]; checks: CheckNote[] }> {
  const started = clock.elapsed();
  const head: Buffer[] = [];
  let headBytes = 0;
  let sizeBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    watch.signal.throwIfAborted();
    if (headBytes < headerSizeBytes) {
      head.push(chunk.subarray(0, headerSizeBytes - headBytes));
      headBytes += Math.min(chunk.length, headerSizeBytes - headBytes);
    }
    sizeBytes += chunk.length;
  }
  const differences = compare(Buffer.concat(head), sizeBytes, inventory);
  const problems = differences.map((message): Problem => ({
    grade: 'fatal',
    code: 'survey.differs',
    subject: inventory.name,
    message,
  }));
  return {
    problems,
    checks: [
      {
        name: 'Database header',
        outcome: problems.length === 0 ? 'ok' : 'failed',
        detail:
          problems.length === 0
            ? `${sizeBytes} bytes, as many pages as the inventory says, and the same settings.`
            : differences.join(' '),
        durationMs: Math.round(clock.elapsed() - started),
      },
    ],
  };
}

/** In sentences, where the file is not the one of the inventory. */
function compare(head: Buffer, sizeBytes: number, inventory: DatabaseInventory): string[] {
  const { engine } = inventory;
  if (engine.kind !== 'sqlite') return ['The inventory is not of a SQLite database.'];
  const header = readHeader(head);
  if (header === undefined) return ['The content does not begin like a SQLite database.'];
  const differences: string[] = [];
  const expect = (what: string, found: string | number, promised: string | number): void => {
    if (found !== promised) differences.push(`The ${what} is ${found}; the inventory says ${promised}.`);
  };
  expect('size in bytes', sizeBytes, engine.pageSizeBytes * engine.pageCount);
  expect('page size', header.pageSizeBytes, engine.pageSizeBytes);
  if (header.pageCount !== null) expect('page count', header.pageCount, engine.pageCount);
  expect('encoding', header.encoding, engine.encoding);
  expect('journal mode', header.journalMode, engine.journalMode);
  expect('user_version', header.userVersion, engine.userVersion);
  expect('application_id', header.applicationId, engine.applicationId);
  expect('auto_vacuum', header.autoVacuum, engine.autoVacuum);
  return differences;
}
