/** Everything that lies in a place of which this machine knows nothing but the address and a kit. It only reads. */
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import { backupIdIn, data, manifestIdOf } from '../artifact/set.ts';
import type { Watch } from '../base/watch.ts';
import type { Destination } from '../destination/destination.ts';
import type { OpenPlace } from '../set/open.ts';
import { readPlace, type PlaceContents } from '../set/read-place.ts';

export interface FindOrder {
  kind: 'find';
  /** The card that the place has, or is to have. */
  place: DestinationCard;
  /** The key of the kit that was given for it; null without one. */
  kit: string | null;
  /** Whether the place was known before: then it stays so, whatever comes out. */
  known: boolean;
}

export interface Found extends PlaceContents {
  /** Backups whose data lies there without a manifest. */
  withoutManifest: number;
}

/**
 * @throws Fail destination.no-backups, seal.no-key, kit.other-place where nothing there can be had with what was given;
 * destination.* when the place cannot be read; the signal's reason.
 */
export async function find(order: FindOrder, { place }: { place: OpenPlace }, watch: Watch): Promise<Found> {
  const { destination, keyring = { secrets: [] } } = place;
  watch.progress({ phase: 'Listing' });
  const contents = await readPlace(destination, keyring, {
    signal: watch.signal,
    onRead: ({ manifests, ofManifests, bytes, ofBytes }) =>
      watch.progress({
        phase: 'Reading manifests',
        bytes,
        totalBytes: ofBytes,
        table: `${manifests} of ${ofManifests} manifests`,
      }),
  });
  watch.progress({ phase: 'Looking at the data' });
  const withData = await idsWithData(destination, watch.signal);
  if (contents.sets.length + contents.closed.length === 0)
    throw new Fail('destination.no-backups', await nothingThere(order, destination, contents, withData, watch.signal));
  demandFittingKit(order, contents);
  return wholeOnly(contents, withData);
}

async function idsWithData(destination: Destination, signal: AbortSignal): Promise<Set<BackupId>> {
  const ids = new Set<BackupId>();
  for await (const stored of destination.list(data, signal)) {
    const id = backupIdIn(stored.key.split('/')[1]);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

/** How much of what is there a person needs to see to know the wrong place. */
const shownNames = 3;

async function nothingThere(
  { place }: FindOrder,
  destination: Destination,
  { skipped }: PlaceContents,
  withData: ReadonlySet<BackupId>,
  signal: AbortSignal,
): Promise<string> {
  const [first] = skipped;
  if (first !== undefined)
    return `${place.name} has ${plural(skipped.length, 'file')} among its manifests, and none can be used: ${first.why}`;
  if (withData.size > 0)
    return `${place.name} has the data of ${plural(withData.size, 'backup')} and no manifest. Its list may be cut short.`;
  const names: string[] = [];
  for await (const { key } of destination.list('', signal)) {
    names.push(key);
    if (names.length > shownNames) break;
  }
  if (names.length === 0) return `${place.name} is empty.`;
  const more = names.length > shownNames ? ' …' : '';
  return `${place.name} holds other things (${names.slice(0, shownNames).join(', ')}${more}) and no backup.`;
}

/**
 * A kit that opens nothing is the kit of something else, also where open backups lie beside the sealed ones: what is
 * stored there from now on would be sealed for a secret that nobody looks for.
 */
function demandFittingKit({ place, kit }: FindOrder, { sets, closed }: PlaceContents): void {
  const keys = [...new Set(closed.map(({ keyId }) => keyId))];
  if (kit === null) {
    if (sets.length > 0) return;
    throw new Fail(
      'seal.no-key',
      `The ${plural(closed.length, 'backup')} in ${place.name} are sealed, for ${keys.join(' or ')}.`,
      { hint: 'Give the recovery kit of this place; one that carries this key opens them.' },
    );
  }
  if (sets.some(({ manifest }) => manifest.sealing?.recipients.includes(kit))) return;
  const needs = keys.length === 0 ? 'nothing there is sealed' : `what lies in ${place.name} needs ${keys.join(' or ')}`;
  throw new Fail('kit.other-place', `This kit carries ${kit}; ${needs}.`);
}

/** A manifest without any data is no backup. Whether the data is whole shows when it is read. */
function wholeOnly(contents: PlaceContents, withData: ReadonlySet<BackupId>): Found {
  const { sets, closed, skipped } = contents;
  const lost = sets.filter(({ manifest }) => !withData.has(manifest.backupId));
  const listed = new Set([
    ...sets.map(({ manifest }) => manifest.backupId),
    ...closed.map(({ backupId }) => backupId),
    ...skipped.map(({ key }) => manifestIdOf(key)),
  ]);
  return {
    ...contents,
    sets: sets.filter(({ manifest }) => withData.has(manifest.backupId)),
    skipped: [
      ...skipped,
      ...lost.map(({ manifest }) => ({ key: manifest.backupId, why: 'Its manifest is there, and no data.' })),
    ],
    withoutManifest: [...withData].filter((id) => !listed.has(id)).length,
  };
}
