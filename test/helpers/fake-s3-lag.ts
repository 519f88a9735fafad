/** Lists of the fake S3 that lag behind what was put and removed, as those of an eventually consistent service do. */
import type { FakeS3, Kept } from './fake-s3.ts';

export interface Lagging {
  /** Names that are there and not told yet, and by how many lists of their folder. */
  unlisted: Map<string, number>;
  /** Names that are gone and told still. */
  ghosts: Map<string, { kept: Kept; left: number }>;
}

export function lagBehindPut({ listsLag, lagging, objects }: FakeS3, name: string): void {
  if (listsLag === 0) return;
  if (!objects.has(name) && !lagging.ghosts.has(name)) lagging.unlisted.set(name, listsLag);
  lagging.ghosts.delete(name);
}

export function lagBehindRemoval({ listsLag, lagging, objects }: FakeS3, name: string): void {
  const kept = objects.get(name);
  if (listsLag > 0 && kept !== undefined && !lagging.unlisted.has(name))
    lagging.ghosts.set(name, { kept, left: listsLag });
  lagging.unlisted.delete(name);
}

/** What this list tells; each list brings the next one closer to the truth. */
export function listedNow({ lagging: { unlisted, ghosts }, objects }: FakeS3, prefix: string): Map<string, Kept> {
  const told = new Map([...objects].filter(([name]) => !unlisted.has(name)));
  for (const [name, { kept }] of ghosts) told.set(name, kept);
  for (const [name, left] of unlisted)
    if (!name.startsWith(prefix)) continue;
    else if (left > 1) unlisted.set(name, left - 1);
    else unlisted.delete(name);
  for (const [name, { kept, left }] of ghosts)
    if (!name.startsWith(prefix)) continue;
    else if (left > 1) ghosts.set(name, { kept, left: left - 1 });
    else ghosts.delete(name);
  return told;
}
