/** Everything of Holdfast's that lies in a place, by the id that it lies under. */
import type { Destination } from '../destination/destination.ts';
import { key } from '../destination/destination.ts';
import type { Heap, Listed } from './health.ts';

/** @throws Fail destination.*; the signal's reason. */
export async function listPlace(destination: Destination, signal: AbortSignal): Promise<Listed> {
  const manifests = new Set<string>();
  const heaps = new Map<string, Heap>();
  let sizeBytes = 0;
  for (const part of ['data', 'proofs', 'manifests']) {
    for await (const stored of destination.list(key(part), signal)) {
      const [, name = ''] = stored.key.split('/');
      sizeBytes += stored.sizeBytes;
      if (part === 'manifests') {
        if (name.endsWith('.jsonl')) manifests.add(name.slice(0, -'.jsonl'.length));
        continue;
      }
      const heap = heaps.get(name) ?? { objects: 0, sizeBytes: 0, dataBytes: 0, newestAt: 0 };
      heap.objects += 1;
      heap.sizeBytes += stored.sizeBytes;
      if (part === 'data') heap.dataBytes += stored.sizeBytes;
      heap.newestAt = Math.max(heap.newestAt, stored.modifiedAt);
      heaps.set(name, heap);
    }
  }
  return { manifests, heaps, sizeBytes };
}
