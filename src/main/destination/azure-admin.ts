/** How a container is set up, as far as its own endpoint tells: what Azure calls management needs a login of Entra, which a key is not. */
import type { AzureSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { PlaceAdvice, PlaceFact, VersioningFact } from '../../shared/place-admin.ts';
import { rightsWithoutDelete } from '../../shared/place-policy.ts';
import { plural } from '../../shared/plural.ts';
import { systemClock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { PlaceAdmin, SeenLock } from './admin.ts';
import { openContainer, type Container } from './azure-client.ts';
import { azureRights } from './azure-rights.ts';
import { softDeleteDays } from './azure-soft-delete.ts';
import { patient, type Pace } from './retry.ts';
import { ServiceFail } from './service-fail.ts';

export function azureAdmin(
  settings: AzureSettings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): PlaceAdmin {
  const container = openContainer(settings, secret, pace);
  const refusal = (what: string): Fail =>
    new Fail(
      'destination.unsupported',
      `Azure sets ${what} with a login of its management, and not with a key or SAS.`,
    );
  const refuse = (what: string): never => {
    throw refusal(what);
  };
  return {
    async look(signal) {
      const properties = await container.ask(
        `the container ${settings.container}`,
        (client, { abortSignal }) => client.getProperties({ abortSignal }),
        { signal },
      );
      return {
        versioning: await versioningOf(container, signal),
        lifecycle: {
          state: 'unknown',
          words: 'Lifecycle rules belong to the account’s management: a key or SAS neither reads nor sets them.',
          wish: null,
          rules: [],
          canSet: false,
          classes: [],
          otherClasses: false,
          digest: '',
        },
        lock: { ...lockOf(properties), refusal: refusal('a lock (a policy of immutability)') },
        encryption: {
          state: 'on',
          words: `Azure encrypts everything at rest, here with ${properties.defaultEncryptionScope ?? 'the account’s own key'}.`,
        },
        publicBlock: publicBlockOf(properties.blobPublicAccess),
        advice: [
          lifecycleAdvice(settings),
          versioningAdvice(settings),
          softDeleteAdvice(await softDeleteDays(container, signal)),
        ],
      };
    },
    switchVersioningOn: async () => refuse('versioning'),
    rulesFor: () => [],
    setLifecycle: async () => refuse('a lifecycle'),
    setLock: async () => refuse('a lock (a policy of immutability)'),
    rights: (signal) => azureRights(container, secret, signal),
    rightsAdvice: () => [
      {
        title: 'Store and read, not remove',
        words:
          'A SAS of the container with create, read and list, and without write and delete: what is there is neither replaced nor removed.',
        paste: rightsWithoutDelete(settings),
      },
    ],
    close: () => {},
  };
}

/** A blob of an account with versioning has the id of its version in the list. */
async function versioningOf(container: Container, signal: AbortSignal | undefined): Promise<VersioningFact> {
  const no = { canSwitchOn: false };
  try {
    const { value: page } = await container.ask(
      'the versions of the container',
      (client, { abortSignal }) =>
        client
          .listBlobsFlat({ prefix: container.nameOf(''), includeVersions: true, abortSignal })
          .byPage({ maxPageSize: 1 })
          .next(),
      { signal },
    );
    const [first] = page?.segment.blobItems ?? [];
    if (first === undefined)
      return { ...no, state: 'unknown', words: 'Nothing lies there yet whose version would tell.' };
    if (first.versionId === undefined)
      return { ...no, state: 'off', words: 'What is removed or replaced is gone, unless soft delete keeps it.' };
    return { ...no, state: 'on', words: 'What is removed or replaced is kept as an older version.' };
  } catch (thrown) {
    if (!(thrown instanceof ServiceFail) || thrown.code !== 'destination.permission') throw thrown;
    return { ...no, state: 'unknown', words: 'This SAS may not list versions.' };
  }
}

function lockOf({
  hasImmutabilityPolicy,
  hasLegalHold,
  isImmutableStorageWithVersioningEnabled: byVersion,
}: {
  hasImmutabilityPolicy?: boolean;
  hasLegalHold?: boolean;
  isImmutableStorageWithVersioningEnabled?: boolean;
}): Omit<SeenLock, 'refusal'> {
  const fact = { mode: null, days: null };
  if (hasLegalHold === true)
    return { ...fact, state: 'on', words: 'A legal hold of Azure is on the container: nothing can be removed.' };
  if (hasImmutabilityPolicy === true)
    return {
      ...fact,
      state: 'on',
      words: 'A policy of immutability is on the container. Its days are shown in the portal.',
    };
  if (byVersion === true)
    return { ...fact, state: 'on', words: 'Versions can be made immutable, and are not by themselves.' };
  if (hasImmutabilityPolicy === undefined)
    return { ...fact, state: 'unknown', words: 'The service does not say whether a policy of immutability is there.' };
  return { ...fact, state: 'off', words: 'Nothing is locked: whoever may remove, removes.' };
}

const publicBlockOf = (access: string | undefined): PlaceFact =>
  access === undefined
    ? { state: 'on', words: 'The container is not open to everybody.' }
    : { state: 'off', words: `Everybody may read (${access}). Close it: access level “private”.` };

/** https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-configure */
function lifecycleAdvice({ account, container, prefix }: AzureSettings): PlaceAdvice {
  const folder = prefix === '' ? '' : `${prefix}/`;
  const policy = {
    rules: [
      {
        enabled: true,
        name: 'holdfast-data',
        type: 'Lifecycle',
        definition: {
          // Of the data alone: manifests stay where they can be read at once.
          filters: { blobTypes: ['blockBlob'], prefixMatch: [`${container}/${folder}data/`] },
          actions: { baseBlob: { tierToArchive: { daysAfterModificationGreaterThan: 30 } } },
        },
      },
    ],
  };
  return {
    title: 'Archive after 30 days',
    words: `Portal: ${account}, Data management, Lifecycle management, Code view. Or save it as policy.json: az storage account management-policy create --account-name ${account} --resource-group GROUP --policy @policy.json`,
    paste: JSON.stringify(policy, null, 2),
  };
}

const versioningAdvice = ({ account }: AzureSettings): PlaceAdvice => ({
  title: 'Versions and soft delete',
  words: `Portal: ${account}, Data protection, “Enable versioning for blobs” and “Enable soft delete for blobs”.`,
  paste: `az storage account blob-service-properties update --account-name ${account} --resource-group GROUP --enable-versioning true --enable-delete-retention true --delete-retention-days 30`,
});

function softDeleteAdvice(days: number | null): PlaceAdvice {
  const title = 'Soft delete';
  if (days === null)
    return {
      title,
      words: 'A SAS of a container cannot ask whether soft delete is on. The portal tells.',
      paste: null,
    };
  const words =
    days === 0
      ? 'Soft delete is off: what is removed is gone.'
      : `What is removed can be brought back for ${plural(days, 'day')}.`;
  return { title, words, paste: null };
}
