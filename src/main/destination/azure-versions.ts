/** What a container of Azure keeps of blobs that were removed or replaced: versions, snapshots, and for some days what was deleted. */
import type { BlobItem } from '@azure/storage-blob';
import type { AzureSettings } from '../../shared/destination.ts';
import { plural } from '../../shared/plural.ts';
import { systemClock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import { openContainer, type Container } from './azure-client.ts';
import { softDeleteDays } from './azure-soft-delete.ts';
import { patient, type Pace } from './retry.ts';
import type { Version, Versions } from './versions.ts';

const snapshotMark = 'snapshot ';

/** An account without versioning lists each blob once, as the version `null`. */
export function azureVersions(
  settings: AzureSettings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Versions {
  const container = openContainer(settings, secret, pace);
  return {
    async *list(prefix, signal) {
      let from: string | undefined;
      do {
        const page: Page = await pageOf(container, container.nameOf(prefix), from, signal);
        yield* page.versions;
        from = page.next;
      } while (from !== undefined);
    },
    async remove({ name, versionId }) {
      await container.ask(name, (client, { abortSignal }) => {
        const blob = client.getBlobClient(name);
        const one = versionId.startsWith(snapshotMark)
          ? blob.withSnapshot(versionId.slice(snapshotMark.length))
          : blob.withVersion(versionId);
        return one.deleteIfExists({ abortSignal });
      });
    },
    staysAfterwards: (signal) => softDelete(container, signal),
    close: () => {},
  };
}

interface Page {
  versions: Version[];
  next: string | undefined;
}

async function pageOf(
  container: Container,
  prefix: string,
  from: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const { value: page } = await container.ask(
    'the versions of the container',
    (client, { abortSignal }) =>
      client
        .listBlobsFlat({ prefix, includeVersions: true, includeSnapshots: true, abortSignal })
        .byPage(from === undefined ? {} : { continuationToken: from })
        .next(),
    { signal },
  );
  const items: BlobItem[] = page?.segment.blobItems ?? [];
  return { versions: items.map(versionOf), next: page?.continuationToken === '' ? undefined : page?.continuationToken };
}

function versionOf({ name, versionId, snapshot, properties }: BlobItem): Version {
  const mark = snapshot === '' ? undefined : `${snapshotMark}${snapshot}`;
  return { name, versionId: mark ?? versionId ?? 'null', sizeBytes: properties.contentLength ?? 0, isMark: false };
}

async function softDelete(container: Container, signal: AbortSignal | undefined): Promise<string | null> {
  const days = await softDeleteDays(container, signal);
  if (days === null)
    return 'Whether Azure keeps what is deleted for some days (soft delete) a SAS cannot ask: the portal tells.';
  if (days === 0) return null;
  return `Azure keeps what is deleted for ${plural(days, 'more day')} (soft delete): until then whoever has the account can bring it back.`;
}
