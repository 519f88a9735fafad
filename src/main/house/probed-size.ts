/**
 * How large a database was when its source was last tested: what is expected of a first backup (BS-15). It is kept by
 * where the database is and not by source, because a wizard tests before it saves.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { ProbeReport, SourceSettings } from '../../shared/source.ts';
import type { Rooms } from './rooms.ts';

type Sizes = Record<string, number>;

/** Bytes of all databases of a source together; null where one of them is not known. */
export function probedBytes({ catalog }: Pick<Rooms, 'catalog'>, settings: SourceSettings): number | null {
  const text = catalog.meta.get(keyOf(settings));
  if (text === undefined) return null;
  const sizes = JSON.parse(text) as Sizes;
  const wanted = namesOf(settings).map((name) => sizes[name]);
  return wanted.reduce<number | null>((sum, one) => (sum === null || one === undefined ? null : sum + one), 0);
}

/** Remembers the sizes that a test saw; a test that failed tells nothing. */
export function keepProbedSize(
  { catalog }: Pick<Rooms, 'catalog'>,
  settings: SourceSettings,
  report: ProbeReport,
): void {
  if (!report.ok) return;
  const sizes = sizesOf(settings, report);
  if (Object.keys(sizes).length > 0) catalog.meta.set(keyOf(settings), JSON.stringify(sizes));
}

function sizesOf(settings: SourceSettings, report: ProbeReport): Sizes {
  if (settings.kind === 'sqlite') {
    // The test has just read it, so it is there and does not make anybody wait.
    const size = statSync(settings.file, { throwIfNoEntry: false })?.size;
    return size === undefined ? {} : { [settings.file]: size };
  }
  return Object.fromEntries(
    report.databases.flatMap(({ name, sizeBytes }) => (sizeBytes === null ? [] : [[name, sizeBytes]])),
  );
}

const namesOf = (settings: SourceSettings): string[] =>
  settings.kind === 'sqlite' ? [settings.file] : settings.databases;

function keyOf(settings: SourceSettings): string {
  const place =
    settings.kind === 'sqlite' ? [settings.file] : [settings.host, settings.port, settings.tunnel?.server.host ?? null];
  return `probed/${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 24)}`;
}
