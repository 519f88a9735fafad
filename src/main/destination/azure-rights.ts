/** What a key or a SAS could destroy in a container: tried with a blob of our own, or read from the SAS, which says what it is for. */
import { randomUUID } from 'node:crypto';
import type { PlaceRight } from '../../shared/place-admin.ts';
import type { Secret } from '../base/secret.ts';
import type { Container } from './azure-client.ts';
import { ServiceFail } from './service-fail.ts';

const probe = 'Holdfast asks what this login may do. This blob holds nothing.\n';

export async function azureRights(
  container: Container,
  secret: Secret | undefined,
  signal: AbortSignal | undefined,
): Promise<PlaceRight[]> {
  return [
    await mayRemoveVersion(container, signal),
    ...(container.settings.auth === 'key' ? ofKey : ofSas(secret?.reveal() ?? '')),
  ];
}

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
const ofKey: readonly PlaceRight[] = [
  {
    what: 'delete-place',
    answer: 'yes',
    words: 'Not tried: the key of an account opens everything in it, and may delete every container.',
  },
];

/** https://learn.microsoft.com/rest/api/storageservices/create-account-sas: `srt` with `c` and `sp` with `d`. */
function ofSas(text: string): PlaceRight[] {
  const query = new URLSearchParams(text.trim().replace(/^[^?]*\?/, ''));
  const [kinds, rights] = [query.get('srt'), query.get('sp') ?? ''];
  const may = kinds?.includes('c') === true && rights.includes('d');
  return [
    {
      what: 'delete-place',
      answer: may ? 'yes' : 'no',
      words: may
        ? 'Not tried: this SAS of the account says that it may delete containers.'
        : 'A SAS like this one cannot delete a container.',
    },
  ];
}

async function mayRemoveVersion(container: Container, signal: AbortSignal | undefined): Promise<PlaceRight> {
  const what = 'remove-version';
  const name = container.nameOf(`tests/${randomUUID()}`);
  const made = await tried(() =>
    container.ask(
      'a blob that asks for rights',
      (client, { abortSignal }) => client.getBlockBlobClient(name).upload(probe, probe.length, { abortSignal }),
      { signal },
    ),
  );
  if ('refused' in made) return { what, answer: 'unknown', words: 'Not tried: this login may not store anything.' };
  const { versionId } = made.got;
  const remove = (version: string | undefined) =>
    container.ask('a blob that asks for rights', (client, { abortSignal }) => {
      const blob = client.getBlobClient(name);
      return (version === undefined ? blob : blob.withVersion(version)).delete({ abortSignal });
    });
  // The newest version is only marked as removed; then it is one that can be removed for good.
  await tried(() => remove(undefined));
  if (versionId === undefined)
    return { what, answer: 'none', words: 'The account keeps no versions: what is removed is gone.' };
  return 'refused' in (await tried(() => remove(versionId)))
    ? { what, answer: 'no', words: 'It was refused: what is removed can be brought back.' }
    : { what, answer: 'yes', words: 'It removed an older version for good.' };
}

async function tried<T>(work: () => Promise<T>): Promise<{ got: T } | { refused: ServiceFail }> {
  try {
    return { got: await work() };
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status !== undefined && thrown.status < 500) return { refused: thrown };
    throw thrown;
  }
}
