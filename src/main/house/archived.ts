/** Which copies of a backup are archived: their places are asked, since only they know. */
import type { ArchivedCopy } from '../../shared/archived.ts';
import type { ArtifactFacts, BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Instant } from '../../shared/id.ts';
import { isEnded } from '../job/state.ts';
import type { Job } from '../../shared/job.ts';
import { thawHoursAt, ThawSpeed } from '../../shared/thaw-report.ts';
import { dataKey } from '../artifact/set.ts';
import type { ThawOrder } from '../thaw/thaw.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';

const hourMs = 3_600_000;
/** The last thaws of one backup; more were asked for other places, or longer ago than any takes. */
const thawsLookedAt = 20;

/** Every copy in a kind of place that may archive; one that cannot be asked says why. */
export async function archivedCopies(rooms: Rooms, card: BackupCard, signal: AbortSignal): Promise<ArchivedCopy[]> {
  const artifacts = rooms.catalog.backups.manifest(card.backupId)?.artifacts ?? [];
  const holding = card.stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination);
  const places = holding
    .flatMap((id) => rooms.catalog.destinations.byId(id) ?? [])
    .filter(({ settings: { kind } }) => kind === 's3' || kind === 'azure');
  return Promise.all(places.map((place) => copyIn(rooms, card, place, artifacts, signal)));
}

type Cold = Pick<ArchivedCopy, 'storageClass' | 'files' | 'sizeBytes'> & { thawing: boolean };

async function copyIn(
  rooms: Rooms,
  card: BackupCard,
  place: DestinationCard,
  artifacts: readonly ArtifactFacts[],
  signal: AbortSignal,
): Promise<ArchivedCopy> {
  const asked = lastThaw(rooms, card, place);
  const jobId = asked === undefined || isEnded(asked.job.state) ? null : asked.job.id;
  const nothing = { destination: place.id, message: null, storageClass: null, files: 0, sizeBytes: 0, speeds: [] };
  const rest = { goesBack: place.settings.kind === 's3', readyAt: null, jobId };
  try {
    const cold = await coldIn(rooms, card, place, artifacts, signal);
    if (cold.storageClass === null) return { ...nothing, ...rest, state: 'readable' };
    const { thawing, storageClass, ...told } = cold;
    const speeds = ThawSpeed.options.flatMap((speed) => {
      const hours = thawHoursAt(storageClass, speed);
      return hours === null ? [] : [{ speed, hours }];
    });
    const readyAt = thawing && asked !== undefined ? readyAtOf(asked, storageClass) : null;
    const state = thawing ? ('thawing' as const) : ('archived' as const);
    return { ...nothing, ...rest, ...told, storageClass, speeds, state, readyAt };
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    return { ...nothing, ...rest, state: 'unknown', message: thrown.message };
  }
}

const coldIn = (
  rooms: Rooms,
  { backupId }: BackupCard,
  place: DestinationCard,
  artifacts: readonly ArtifactFacts[],
  signal: AbortSignal,
): Promise<Cold> =>
  withPlace(rooms, place, async (destination) => {
    const found: Cold = { storageClass: null, files: 0, sizeBytes: 0, thawing: true };
    for (const { name, sizeBytes } of artifacts) {
      signal.throwIfAborted();
      const cold = (await destination.stat(dataKey(backupId, name)))?.cold;
      if (cold === undefined) continue;
      found.storageClass ??= cold.storageClass;
      found.files += 1;
      found.sizeBytes += sizeBytes;
      found.thawing &&= cold.thawing;
    }
    return found;
  });

export interface AskedThaw {
  job: Job;
  order: ThawOrder;
}

/** The newest that reached the place: what it asked for comes, also where nobody waits for it any more. */
export function lastThaw(
  { catalog, queue }: Rooms,
  card: BackupCard,
  place: Pick<DestinationCard, 'id'>,
): AskedThaw | undefined {
  const jobs = catalog.jobs.list({ kinds: ['thaw'], backupId: card.backupId, limit: thawsLookedAt });
  const job = jobs
    .map((one) => queue.current(one))
    .find((one) => one.destinationId === place.id && (one.startedAt !== null || !isEnded(one.state)));
  if (job === undefined) return undefined;
  return { job, order: (queue.order(job.id) as AskedOrder).order as ThawOrder };
}

/** When the place was asked; null: it was not yet. */
export const askedAtOf = ({ job, order }: AskedThaw): Instant | null => order.askedAt ?? job.startedAt;

function readyAtOf({ job, order }: AskedThaw, storageClass: string): Instant | null {
  const askedAt = askedAtOf({ job, order });
  const hours = thawHoursAt(storageClass, order.speed);
  return askedAt === null || hours === null ? null : askedAt + hours * hourMs;
}
