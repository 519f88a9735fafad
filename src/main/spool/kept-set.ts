/**
 * A dump that is whole, on its way to its places: what was written down of it in its folder of the spool.
 * `docs/rooms/spool.md` shows the files.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { BackupId, DestinationId, Sha256 } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { writePrivateFile } from '../base/private-file.ts';

const KeptSet = z.strictObject({
  format: z.literal('holdfast.spool'),
  version: z.literal(1),
  /** As the catalog will keep it: with its inventory open. */
  manifest: ManifestBody,
  /** Of the manifest's first line. */
  manifestSha256: Sha256,
  /** The manifest's first line as it will lie in every place, without its newline. */
  line: z.string(),
  /** The second line, for each place. */
  seals: z.record(DestinationId, z.string()),
});
export type KeptSet = z.output<typeof KeptSet>;

/** How far one place has come. */
const PlaceFile = z.strictObject({
  stored: StoredState,
  uploads: z.record(z.string(), z.strictObject({ done: z.optional(z.boolean()), token: z.optional(z.string()) })),
});
export type PlaceFile = z.output<typeof PlaceFile>;

const setFile = 'set.json';
const placeFile = (id: DestinationId): string => `place-${id}.json`;
const placePattern = /^place-(.+)[.]json$/;

export const keptFolder = (spool: string, backupId: BackupId): string => path.join(spool, backupId);

/** From now on the dump is whole. On stable storage when it returns. */
export function keepSet(folder: string, set: Omit<KeptSet, 'format' | 'version'>): KeptSet {
  const whole: KeptSet = { format: 'holdfast.spool', version: 1, ...set };
  writePrivateFile(path.join(folder, setFile), JSON.stringify(whole));
  return whole;
}

/** Whether a dump was whole when its folder was left. */
export const isKept = (folder: string): boolean => existsSync(path.join(folder, setFile));

/** @throws Fail spool.damaged where it is not as it was written; backup.unknown where there is none. */
export async function readKept(folder: string): Promise<KeptSet> {
  if (!isKept(folder)) throw new Fail('backup.unknown', `No dump is kept in ${path.basename(folder)}.`);
  const text = await readFile(path.join(folder, setFile), 'utf8');
  const parsed = z.safeParse(KeptSet, parse(text));
  if (!parsed.success || !fits(parsed.data, path.basename(folder)))
    throw new Fail('spool.damaged', `The kept dump ${path.basename(folder)} is not as it was written.`);
  return parsed.data;
}

function fits({ manifest, manifestSha256, line }: KeptSet, name: string): boolean {
  if (manifest.backupId !== name) return false;
  if (createHash('sha256').update(line).digest('hex') !== manifestSha256) return false;
  const { artifacts } = (parse(line) ?? {}) as Partial<ManifestBody>;
  return JSON.stringify(artifacts) === JSON.stringify(manifest.artifacts);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The backups whose dumps are kept, oldest first. */
export async function listKept(spool: string): Promise<BackupId[]> {
  const names = await readdir(spool).catch(() => []);
  return names
    .toSorted((a, b) => (a < b ? -1 : 1))
    .filter((name): name is BackupId => z.safeParse(BackupId, name).success && isKept(path.join(spool, name)));
}

/** Removes everything of a folder but how far these places have come, and the folder where nothing is left in it. */
export async function dropKept(folder: string, but: readonly DestinationId[] = []): Promise<void> {
  // What is half removed must not be taken for whole by the next start.
  await rm(path.join(folder, setFile), { force: true });
  const stays = new Set(but.map(placeFile));
  for (const name of await readdir(folder).catch(() => []))
    if (!stays.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  if (stays.size === 0) await rm(folder, { recursive: true, force: true });
  else await rmdir(folder).catch(() => {});
}

/** How far this place has come; undefined where nobody wrote it down, or not in its form. */
export async function readPlace(folder: string, id: DestinationId): Promise<PlaceFile | undefined> {
  const text = await readFile(path.join(folder, placeFile(id)), 'utf8').catch(() => undefined);
  const parsed = z.safeParse(PlaceFile, text === undefined ? undefined : parse(text));
  return parsed.success && parsed.data.stored.destination === id ? parsed.data : undefined;
}

/** Every place of which it is written down how far it has come, whether the dump is kept beside it or not. */
export async function listPlaces(folder: string): Promise<PlaceFile[]> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.flatMap((name) => z.safeParse(DestinationId, placePattern.exec(name)?.[1]).data ?? []);
  return (await Promise.all(ids.map((id) => readPlace(folder, id)))).filter((place) => place !== undefined);
}

export async function forgetPlace(folder: string, id: DestinationId): Promise<void> {
  await rm(path.join(folder, placeFile(id)), { force: true });
  // Whatever else is written there stays.
  await rmdir(folder).catch(() => {});
}

/** In one step and at once: what is told of an upload must not be lost with the process that told it. */
export function writePlace(folder: string, place: PlaceFile): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivateFile(path.join(folder, placeFile(place.stored.destination)), JSON.stringify(place));
}
