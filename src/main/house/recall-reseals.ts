/**
 * Two sets of one moment are one backup that was being sealed anew. A catalog that was lost meanwhile, and another computer, learn it from
 * the sets themselves: manifests of version 1 do not name what they replace, but no two backups have the same moments and content.
 */
import type { ManifestBody } from '../../shared/artifact.ts';
import type { BackupId } from '../../shared/id.ts';
import { groupsBehind } from './behind.ts';
import type { Rooms } from './rooms.ts';

const why = 'Both were found, and nobody here knows that it was asked for. Ask again, and it goes on.';

/** Nothing is removed by it: the pair counts as one, and waits until somebody asks. */
export function recallReseals(rooms: Pick<Rooms, 'catalog' | 'clock'>, actor: string): void {
  const { reseals } = rooms.catalog;
  const isKnown = (id: BackupId): boolean => reseals.of(id) !== undefined || reseals.by(id) !== undefined;
  for (const ids of reseals.ofOneMoment()) {
    if (ids.some(isKnown)) continue;
    for (const alike of alikeIn(rooms, ids)) {
      const [first, ...later] = earliestFirst(rooms, alike);
      let replaces = first;
      for (const backupId of later) {
        if (replaces === undefined) break;
        reseals.put({ replaces, backupId, askedAt: rooms.clock.now(), actor, level: 'read', made: true, trouble: why });
        replaces = backupId;
      }
    }
  }
}

function alikeIn({ catalog }: Pick<Rooms, 'catalog'>, ids: readonly BackupId[]): BackupId[][] {
  const groups = new Map<string, BackupId[]>();
  for (const id of ids) {
    const manifest = catalog.backups.manifest(id);
    if (manifest === undefined) continue;
    const content = contentOf(manifest);
    groups.set(content, [...(groups.get(content) ?? []), id]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** What is the same however it is sealed: sizes, tables, counts and digests. Only the names of artifacts differ. */
function contentOf({ artifacts, inventory }: ManifestBody): string {
  const numbers = new Map(artifacts.map(({ name }, index) => [name, `${index}`]));
  const facts = artifacts.map(({ content, rawSizeBytes }) => [content, rawSizeBytes]);
  const withoutNames = (key: string, value: unknown): unknown =>
    key === 'artifact' && typeof value === 'string' ? (numbers.get(value) ?? value) : value;
  return JSON.stringify([facts, inventory], withoutNames);
}

/** What is behind comes before what is not; where neither is, what lies in fewer places was still on its way. */
function earliestFirst(rooms: Pick<Rooms, 'catalog'>, ids: readonly BackupId[]): BackupId[] {
  const { backups, destinations } = rooms.catalog;
  const behind = destinations.list().flatMap((place) => groupsBehind(rooms, place));
  const isBehind = (id: BackupId): number => Number(backups.groupOf(id, behind) !== undefined);
  const places = (id: BackupId): number =>
    backups.card(id)?.stored.filter(({ state }) => state === 'stored').length ?? 0;
  return ids.toSorted((a, b) => isBehind(b) - isBehind(a) || places(b) - places(a) || (a < b ? -1 : 1));
}
