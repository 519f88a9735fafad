/** Which source a name means, where backups of several bear it: another machine's, one that was removed. */
import { Fail } from '../../shared/failure.ts';
import { SourceId, type BackupId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import { z } from '../../shared/schema.ts';
import type { Rooms } from './rooms.ts';

/** How many candidates are told. */
const told = 8;

type CatalogOnly = Pick<Rooms, 'catalog'>;

/** Every source that bears this name, set up here, removed, or known from backups alone; or the one with this id. */
export function sourcesCalled({ catalog }: CatalogOnly, called: string): SourceId[] {
  const id = z.safeParse(SourceId, called);
  if (id.success && (catalog.sources.byId(id.data) ?? catalog.backups.latest(id.data)) !== undefined) return [id.data];
  return catalog.backups.sourcesNamed(called);
}

/**
 * The one of them that has backups; undefined where none has.
 * @throws Fail source.ambiguous
 */
export function sourceWithBackups(rooms: CatalogOnly, called: string): SourceId | undefined {
  const holding = sourcesCalled(rooms, called).filter((id) => rooms.catalog.backups.latest(id) !== undefined);
  if (holding.length > 1) throw ambiguous(rooms, called, holding);
  return holding[0];
}

function ambiguous(rooms: CatalogOnly, called: string, ids: readonly SourceId[]): Fail {
  const more = ids.length > told ? [`${ids.length - told} more`] : [];
  const candidates = [...ids.slice(0, told).map((id) => `${id} (${aboutSource(rooms, id)})`), ...more];
  return new Fail(
    'source.ambiguous',
    `Backups of ${ids.length} sources bear the name ${called}: ${candidates.join(', ')}.`,
  );
}

/** `set up here, 3 backups by till (mac-…), the newest of 2026-11-25` */
function aboutSource({ catalog }: CatalogOnly, id: SourceId): string {
  const latest = catalog.backups.latest(id);
  const count = catalog.backups.machinesOf(id).size;
  const backups = `${plural(count, 'backup')}${latest === undefined ? '' : ` by ${machineOf(catalog, latest.backupId)}`}`;
  const newest = latest === undefined ? [] : [`the newest of ${new Date(latest.takenAt).toISOString().slice(0, 10)}`];
  const setUp = catalog.sources.byId(id) === undefined ? [] : ['set up here'];
  return [...setUp, backups, ...newest].join(', ');
}

function machineOf(catalog: Rooms['catalog'], backupId: BackupId): string {
  const machine = catalog.backups.manifest(backupId)?.machine;
  return machine === undefined ? 'an unknown machine' : `${machine.name} (${machine.id})`;
}
