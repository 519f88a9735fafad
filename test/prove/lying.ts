/** What lies in the three places of a disturbed upload, and whether it is whole and the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Azurite } from '../helpers/azurite.ts';
import type { FakeS3 } from '../helpers/fake-s3.ts';

export interface Lying {
  manifests: Map<string, Buffer>;
  data: Map<string, Buffer>;
}

/** What lies in each place, under the keys that it has in all of them. */
export async function lyingIn({ server, azure }: { server: FakeS3; azure: Azurite }, attic: string): Promise<Lying[]> {
  const container = azure.container('backups');
  const blobs: [string, Buffer][] = [];
  for await (const { name } of container.listBlobsFlat())
    blobs.push([name.replace(/^cloud\//, ''), await container.getBlobClient(name).downloadToBuffer()]);
  const objects = [...server.objects].map(([name, { bytes }]): [string, Buffer] => [
    name.replace(/^bucket\//, ''),
    bytes,
  ]);
  const files = filesBelow(attic)
    .filter((file) => !path.basename(file).startsWith('.holdfast-'))
    .map((file): [string, Buffer] => [path.relative(attic, file), readFileSync(file)]);
  return [objects, blobs, files].map((lying) => {
    const of = (folder: string): Map<string, Buffer> => new Map(lying.filter(([key]) => key.startsWith(`${folder}/`)));
    return { manifests: of('manifests'), data: of('data') };
  });
}

/** A manifest may lie in a place only with all of its data. */
export function halfListed(places: Lying[]): string[] {
  return places.flatMap(({ manifests, data }) =>
    [...manifests].flatMap(([key, manifest]) => {
      const missing = namesIn(manifest).filter((name) => ![...data.keys()].some((one) => one.endsWith(`/${name}`)));
      return missing.length === 0 ? [] : [`${key} is listed without ${missing.join()}`];
    }),
  );
}

const namesIn = (manifest: Buffer): string[] =>
  (JSON.parse(firstLine(manifest)) as { artifacts: { name: string }[] }).artifacts.map(({ name }) => name);

export function wholeInAll(places: Lying[]): string[] {
  const [first] = places;
  const faults: string[] = [];
  for (const { manifests, data } of places) {
    const [manifest = Buffer.from('{"artifacts":[]}\n')] = manifests.values();
    if (manifests.size !== 1 || data.size !== namesIn(manifest).length)
      faults.push(`a place holds ${manifests.size} manifests and ${data.size} files`);
    for (const [key, bytes] of first?.data ?? [])
      if (data.get(key)?.equals(bytes) !== true) faults.push(`${key} is not the same in all places`);
  }
  const firstLines = new Set(places.map(({ manifests }) => [...manifests.values()].map(firstLine).join()));
  if (firstLines.size !== 1) faults.push('the manifests speak of different sets');
  return faults;
}

export async function uncommittedIn(azure: Azurite): Promise<string[]> {
  const names = async (includeUncommitedBlobs: boolean): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of azure.container('backups').listBlobsFlat({ includeUncommitedBlobs })) found.push(name);
    return found;
  };
  const committed = await names(false);
  return (await names(true)).filter((name) => !committed.includes(name));
}

const firstLine = (manifest: Buffer): string => manifest.subarray(0, manifest.indexOf('\n')).toString();

export const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [];
