/** A container of Azure's blob storage as a place for backups. */
import { Readable } from 'node:stream';
import type { AzureSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { systemClock } from '../base/clock.ts';
import type { Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import { openContainer } from './azure-client.ts';
import { putBlob } from './azure-put.ts';
import { headBlob, listBlobs, readBlob } from './azure-read.ts';
import type { Destination } from './destination.ts';
import { patient, type Pace } from './retry.ts';
import { asSent } from './sent-parts.ts';

/** @param secret the account's key, or a SAS. */
export function azureDestination(
  settings: AzureSettings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Destination {
  const container = openContainer(settings, secret, pace);
  const remove = async (key: Key): Promise<void> => {
    await container.ask(key, (client, { abortSignal }) =>
      client.getBlobClient(container.nameOf(key)).deleteIfExists({ deleteSnapshots: 'include', abortSignal }),
    );
  };
  return {
    features: { atomicPut: true, rangeRead: true, freeSpace: false, resume: true, oneWinner: true },

    async put(key, body, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      // Said before the bytes go on their way.
      if (options.ifAbsent === true && (await headBlob(container, key, signal)) !== undefined)
        throw new Fail('destination.exists', `${key} is there already.`);
      const put = await putBlob(container, key, body, options);
      return asSent(key, body, put, await headBlob(container, key, signal), () => remove(key));
    },

    async get(key, { from = 0, to = Infinity, signal } = {}) {
      signal?.throwIfAborted();
      if (to > from) return readBlob(container, key, { from, to }, signal);
      if ((await headBlob(container, key, signal)) === undefined)
        throw new Fail('artifact.missing', `${key} is not in ${settings.container}.`);
      return Readable.from([]);
    },

    async stat(key) {
      const there = await headBlob(container, key);
      if (there === undefined) return undefined;
      const { put: _put, ...stored } = there;
      return stored;
    },

    async *list(prefix, signal) {
      signal?.throwIfAborted();
      yield* listBlobs(container, prefix, signal);
    },

    remove,

    async thaw(key, { speed }) {
      if ((await headBlob(container, key))?.cold?.thawing !== false) return;
      // It is moved for good: what a lifecycle archived before goes back when that comes by again.
      await container.ask(key, (client, { abortSignal }) =>
        client
          .getBlobClient(container.nameOf(key))
          .setAccessTier('Hot', { rehydratePriority: speed === 'expedited' ? 'High' : 'Standard', abortSignal }),
      );
    },

    freeBytes: async () => null,

    close: async () => {},
  };
}

/** @throws Fail destination.* when the container is not there, or this key may not look into it. */
export const examineAzure = (
  settings: AzureSettings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Promise<void> => openContainer(settings, secret, pace).examine();

/** Makes a container that only its owner can read; one that is there already stays as it is. @throws Fail destination.* */
export async function createContainer(
  settings: AzureSettings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Promise<void> {
  await openContainer(settings, secret, pace).ask(`the container ${settings.container}`, (client, { abortSignal }) =>
    client.createIfNotExists({ abortSignal }),
  );
}
