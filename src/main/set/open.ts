/** A stored backup, found and checked against what the catalog remembers, before anything of it is used. */
import { buffer, text } from 'node:stream/consumers';
import type { ArtifactFacts, ManifestBody } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { DatabaseInventory, Inventory } from '../../shared/inventory.ts';
import { plural } from '../../shared/plural.ts';
import { thawHoursAt } from '../../shared/thaw-report.ts';
import { openInventory } from '../artifact/inventory.ts';
import { readManifest } from '../artifact/manifest.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import { unpack, unpackTo, type UnpackOptions } from '../artifact/unpack.ts';
import type { Keyring } from '../artifact/unseal.ts';
import type { Cold, Destination } from '../destination/destination.ts';

/** A backup as the catalog remembers it, and where it lies. */
export interface OrderedSet {
  backupId: BackupId;
  /** What the catalog saw when it was made; another manifest under this id is refused. */
  manifestSha256: string;
  destinations: DestinationCard[];
}

export interface OpenPlace {
  id: DestinationId;
  destination: Destination;
  /** What may open sealed sets there. */
  keyring?: Keyring;
}

export interface OpenSet {
  backupId: BackupId;
  place: OpenPlace;
  manifest: ManifestBody;
  inventory: Inventory;
  /** False: it is sealed, and nobody can say who wrote it (public keys alone). Null: it is not sealed. */
  authenticated: boolean | null;
}

/**
 * Reads the manifest from a place and holds it against the catalog's memory of it.
 * @throws Fail manifest.missing, manifest.tampered, manifest.malformed, manifest.newer, manifest.replaced, seal.no-key.
 */
export async function openSet(
  backupId: BackupId,
  manifestSha256: string,
  place: OpenPlace,
  signal: AbortSignal,
): Promise<OpenSet> {
  const name = manifestKey(backupId);
  if ((await place.destination.stat(name)) === undefined) {
    throw new Fail('manifest.missing', `The manifest of ${backupId} is gone.`);
  }
  const keyring = keyringOf(place);
  const { body, sha256, authenticated } = readManifest(
    await buffer(await place.destination.get(name, { signal })),
    backupId,
    keyring,
  );
  if (sha256 !== manifestSha256) {
    throw new Fail(
      'manifest.replaced',
      `The manifest of ${backupId} is not the one that was written when the backup was made.`,
    );
  }
  const inventory = await openInventory(body, keyring);
  return { backupId, place, manifest: body, inventory, authenticated: body.sealing === null ? null : authenticated };
}

const keyringOf = ({ keyring }: OpenPlace): Keyring => keyring ?? { secrets: [] };

function unpackOptions(set: OpenSet, signal: AbortSignal, onBytes?: (rawBytes: number) => void): UnpackOptions {
  const { sealing } = set.manifest;
  return {
    signal,
    ...(onBytes === undefined ? {} : { onBytes }),
    ...(sealing === null ? {} : { opener: { sealing, keyring: keyringOf(set.place) } }),
  };
}

/** The first place whose manifest and artifacts are all there. The failure of the first place is told when none is. */
export async function openFirst(
  backupId: BackupId,
  manifestSha256: string,
  places: OpenPlace[],
  signal: AbortSignal,
): Promise<OpenSet> {
  let firstFailure: Fail | undefined;
  for (const place of places) {
    try {
      const set = await openSet(backupId, manifestSha256, place, signal);
      await demandArtifacts(set);
      return set;
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      firstFailure ??= thrown;
    }
  }
  throw firstFailure ?? new Fail('manifest.missing', `No place holds ${backupId}.`);
}

async function demandArtifacts(set: OpenSet): Promise<void> {
  for (const artifact of set.manifest.artifacts) {
    const stored = await set.place.destination.stat(dataKey(set.backupId, artifact.name));
    if (stored === undefined) throw new Fail('artifact.missing', `${artifact.name} of ${set.backupId} is gone.`);
    if (stored.sizeBytes < artifact.sizeBytes)
      throw new Fail('artifact.truncated', `${artifact.name} of ${set.backupId} is shorter than it was.`);
    if (stored.cold !== undefined) throw archived(set, stored.cold);
  }
}

function archived({ backupId }: OpenSet, { storageClass, thawing }: Cold): Fail {
  const hours = thawHoursAt(storageClass, 'standard');
  const most = hours === null ? '' : ` That takes up to ${plural(hours, 'hour')}.`;
  return new Fail(
    'destination.archived',
    thawing
      ? `${backupId} is being thawed from ${storageClass}.${most}`
      : `${backupId} lies in ${storageClass} and has to be thawed before it can be read.${most}`,
    {
      hint: `holdfast thaw ${backupId} ${thawing ? 'waits for it' : 'asks for it and waits'}; restore --thaw goes on by itself then.`,
    },
  );
}

/** The database of this name, or the only one. */
export function databaseOf(set: OpenSet, name: string | undefined): DatabaseInventory {
  const { databases } = set.inventory;
  const names = databases.map((database) => database.name).join(', ');
  const found =
    name === undefined
      ? databases.length === 1
        ? databases[0]
        : undefined
      : databases.find((database) => database.name === name);
  if (found !== undefined) return found;
  if (name === undefined)
    throw new Fail('usage.wrong', `This backup holds several databases: ${names}.`, {
      hint: 'Name one with --database.',
    });
  throw new Fail('usage.wrong', `This backup holds no database ${name}; it holds ${names}.`);
}

export function artifactOf(set: OpenSet, name: string): ArtifactFacts {
  const facts = set.manifest.artifacts.find((artifact) => artifact.name === name);
  if (facts === undefined)
    throw new Fail('manifest.malformed', `The inventory names ${name}, which the set does not have.`);
  return facts;
}

/** The raw content of an artifact as a stream; each range is checked before its bytes come out. */
export function contentOf(
  set: OpenSet,
  facts: ArtifactFacts,
  signal: AbortSignal,
  onBytes?: (rawBytes: number) => void,
): ReturnType<typeof unpack> {
  const options = unpackOptions(set, signal, onBytes);
  return unpack(set.place.destination, dataKey(set.backupId, facts.name), facts, options);
}

/** The raw content of an artifact in a new 0600 file. */
export async function expandTo(
  file: string,
  set: OpenSet,
  facts: ArtifactFacts,
  signal: AbortSignal,
  onBytes?: (rawBytes: number) => void,
): Promise<void> {
  const options = unpackOptions(set, signal, onBytes);
  await unpackTo(file, set.place.destination, dataKey(set.backupId, facts.name), facts, options);
}

/** Roles and other globals of the set as SQL text; null without them. */
export async function globalsOf(set: OpenSet, signal: AbortSignal): Promise<string | null> {
  const { globals } = set.inventory;
  if (globals === null) return null;
  return text(contentOf(set, artifactOf(set, globals.artifact), signal));
}
