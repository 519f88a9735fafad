/** What an account of Azure keeps of deleted blobs for some days. */
import { BlobServiceClient } from '@azure/storage-blob';
import type { Container } from './azure-client.ts';

/** Days; 0 where it keeps nothing. Null: only the account's key may ask, and this is a SAS of a container. */
export async function softDeleteDays(container: Container, signal: AbortSignal | undefined): Promise<number | null> {
  if (container.settings.auth === 'sas') return null;
  const { deleteRetentionPolicy: policy } = await container.ask(
    'the properties of the account',
    (client, { abortSignal }) => {
      const account = client.url.slice(0, client.url.lastIndexOf('/'));
      return new BlobServiceClient(account, client.credential).getProperties({ abortSignal });
    },
    { signal },
  );
  return policy?.enabled === true ? (policy.days ?? 0) : 0;
}
