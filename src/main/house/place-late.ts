/** Copies that a place should have and has not, whoever has them meanwhile. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { LateCopies, LateCopy } from '../../shared/health.ts';
import type { BackupId } from '../../shared/id.ts';
import type { Rooms } from './rooms.ts';

const most = 500;

export async function lateIn(
  { catalog, kept }: Pick<Rooms, 'catalog' | 'kept'>,
  { id }: DestinationCard,
): Promise<LateCopies> {
  const found = new Map<BackupId, LateCopy>();
  const note = (copy: Omit<LateCopy, 'stored'>, states: readonly LateCopy['stored'][]): void => {
    const stored = states.find(({ destination }) => destination === id);
    if (stored === undefined) return;
    if (stored.state === 'waiting' || stored.state === 'failed') found.set(copy.backupId, { ...copy, stored });
    else found.delete(copy.backupId);
  };
  for (const { backupId, source, takenAt, sizeBytes, stored } of [
    ...catalog.backups.waiting(),
    ...catalog.backups.refused(),
  ])
    note({ backupId, source, takenAt, sizeBytes, listed: true }, stored);
  // What the spool says is newer than what the catalog does.
  for (const dump of await kept.list()) {
    const { backupId, source, takenAt, sizeBytes } = dump;
    const listed = catalog.backups.card(backupId) !== undefined;
    note({ backupId, source: source.name, takenAt, sizeBytes, listed }, await kept.states(dump));
  }
  const copies = [...found.values()].toSorted((a, b) => a.takenAt - b.takenAt);
  return { all: copies.length, copies: copies.slice(0, most) };
}
