/** What a search of a place came to: its backups are in the catalog as if they had always been there. */
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { FoundReport, FoundSource } from '../../shared/found.ts';
import type { BackupId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Found, FindOrder } from '../find/find.ts';
import type { JobEnd } from '../job/message.ts';
import type { FoundSet } from '../set/read-place.ts';
import { snapshotBackups } from './app-handlers.ts';
import { forgetWhatWasKept } from './find-handler.ts';
import { keepSettings } from './keepsake.ts';
import { learnProofs } from './rebuild.ts';
import { recallReseals } from './recall-reseals.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

const skippedTold = 200;

export async function settleFind(rooms: Rooms, job: Job, { order, actor }: AskedOrder, end: JobEnd): Promise<void> {
  if (order.kind !== 'find') return;
  if (end.kind !== 'done') return forgetWhatWasKept(rooms, order);
  try {
    const { report, added } = rooms.catalog.together(() => takeIn(rooms, job, { order, actor }, end.result as Found));
    keepSettings(rooms);
    audit(rooms, 'place.found', actor, report.destination.name, {
      destination: report.destination.id,
      keyId: order.kit,
      backups: report.backups,
      added: report.added,
      machines: new Set(report.sources.map(({ machine }) => machine.id)).size,
    });
    tell(rooms, report.destination, added);
  } catch (thrown) {
    await forgetWhatWasKept(rooms, order);
    throw thrown;
  }
}

function takeIn(
  rooms: Rooms,
  job: Job,
  { order, actor }: { order: FindOrder; actor: string },
  found: Found,
): { report: FoundReport; added: BackupId[] } {
  const destination = keepPlace(rooms, order);
  const skipped = [...found.skipped];
  const added: BackupId[] = [];
  const taken: ManifestBody[] = [];
  for (const set of found.sets.toSorted((a, b) => a.manifest.takenAt - b.manifest.takenAt)) {
    const outcome = takeSet(rooms, destination, set);
    if (outcome === 'other')
      skipped.push({ key: set.manifest.backupId, why: 'Another manifest is known here under this id.' });
    else taken.push(set.manifest);
    if (outcome === 'added') added.push(set.manifest.backupId);
  }
  learnProofs(rooms, found.proofs);
  recallReseals(rooms, actor);
  const report: FoundReport = {
    destination,
    backups: taken.length,
    added: added.length,
    sources: sourcesIn(rooms, taken),
    closed: closedByKey(found),
    skipped: skipped.slice(0, skippedTold),
    skippedInAll: skipped.length,
    withoutManifest: found.withoutManifest,
  };
  rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
  return { report, added };
}

/** A place that is known may have been changed while it was searched; only what the kit says is new. */
function keepPlace({ catalog }: Rooms, { place, known, kit }: FindOrder): DestinationCard {
  if (!known) {
    if (catalog.destinations.byName(place.name) !== undefined)
      throw new Fail('destination.exists', `There is a destination named ${place.name} already.`);
    catalog.destinations.add(place);
    return place;
  }
  const present = catalog.destinations.byId(place.id);
  if (present === undefined) throw new Fail('destination.unknown', `${place.name} was removed while it was searched.`);
  if (kit === null || place.recovery === undefined) return present;
  const card = { ...present, seal: true, recovery: place.recovery };
  catalog.destinations.change(card);
  return card;
}

function takeSet(
  { catalog }: Rooms,
  { id }: DestinationCard,
  { manifest, sha256 }: FoundSet,
): 'added' | 'known' | 'other' {
  const known = catalog.backups.card(manifest.backupId);
  if (known !== undefined && catalog.backups.manifestSha256(manifest.backupId) !== sha256) return 'other';
  const here: StoredState = { destination: id, state: 'stored', message: null };
  const elsewhere = known?.stored.filter(({ destination }) => destination !== id) ?? [];
  catalog.backups.put({ manifest, manifestSha256: sha256, stored: [...elsewhere, here] });
  return known === undefined ? 'added' : 'known';
}

function sourcesIn({ catalog }: Rooms, manifests: readonly ManifestBody[]): FoundSource[] {
  const sources = new Map<string, FoundSource>();
  for (const { machine, source, takenAt, artifacts } of manifests) {
    const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
    const key = `${machine.id} ${source.id}`;
    const before = sources.get(key);
    sources.set(key, {
      machine,
      sourceId: source.id,
      // Oldest first: the newest manifest has the name that it bears now.
      name: source.name,
      kind: source.kind,
      backups: (before?.backups ?? 0) + 1,
      oldestAt: before?.oldestAt ?? takenAt,
      newestAt: takenAt,
      sizeBytes: (before?.sizeBytes ?? 0) + sizeBytes,
      setUp: catalog.sources.byId(source.id) !== undefined,
    });
  }
  const newestOf = new Map<string, number>();
  for (const { machine, newestAt } of sources.values())
    newestOf.set(machine.id, Math.max(newestAt, newestOf.get(machine.id) ?? 0));
  const newest = ({ machine }: FoundSource): number => newestOf.get(machine.id) ?? 0;
  return [...sources.values()].toSorted(
    (a, b) =>
      newest(b) - newest(a) ||
      (a.machine.id < b.machine.id ? -1 : a.machine.id > b.machine.id ? 1 : 0) ||
      b.newestAt - a.newestAt,
  );
}

function closedByKey({ closed }: Found): FoundReport['closed'] {
  const counts = new Map<string, number>();
  for (const { keyId } of closed) counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
  return [...counts].map(([keyId, backups]) => ({ keyId, backups })).toSorted((a, b) => b.backups - a.backups);
}

/** As many as a door shows at first; it asks for older ones by itself. */
function tell({ announce, catalog }: Rooms, destination: DestinationCard, added: readonly BackupId[]): void {
  announce.destination.changed({ card: destination });
  for (const backupId of added.slice(-snapshotBackups)) {
    const card = catalog.backups.card(backupId);
    if (card !== undefined) announce.backup.added({ card });
  }
}
