/** Requests to one container: signed, watched, tried again, and refused in stable codes. */
import { AnonymousCredential, ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { azureContainerUrl, type AzureSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import { asking } from './asking.ts';
import { azureFailure } from './azure-failure.ts';
import { keyOrUndefined } from './folder-read.ts';
import type { Pace } from './retry.ts';
import { watched, type Watch } from './watch.ts';

export interface Container {
  settings: AzureSettings;
  pace: Pace;
  /** One request with its retries. `what` is told in failures. */
  ask<T>(
    what: string,
    send: (client: ContainerClient, watch: Watch) => Promise<T>,
    options?: { signal?: AbortSignal | undefined; once?: boolean },
  ): Promise<T>;
  /** The name in the container. */
  nameOf(key: string): string;
  /** Undefined for what cannot be a key of ours. */
  keyOf(name: string): Key | undefined;
  /** Throws what is wrong with the container, as far as a reading of its list tells. */
  examine(signal?: AbortSignal): Promise<void>;
}

/** @param secret the account's key, or the text of a SAS. */
export function openContainer(settings: AzureSettings, secret: Secret | undefined, pace: Pace): Container {
  const { container, prefix } = settings;
  const asked = asking(pace, azureFailure);
  const folder = prefix === '' ? '' : `${prefix}/`;
  let client: ContainerClient | undefined;
  const opened = (): ContainerClient => (client ??= clientOf(settings, secret));
  const mine: Container = {
    settings,
    pace,
    ask: (what, send, options = {}) =>
      asked(what, () => watched(what, pace.idleMs, options.signal, (watch) => send(opened(), watch)), options),
    nameOf: (key) => `${folder}${key}`,
    keyOf: (name) => (name.startsWith(folder) ? keyOrUndefined(name.slice(folder.length)) : undefined),
    async examine(signal) {
      await mine.ask(
        `the container ${container}`,
        (to, { abortSignal }) => to.listBlobsFlat({ prefix: folder, abortSignal }).byPage({ maxPageSize: 1 }).next(),
        { signal },
      );
    },
  };
  return mine;
}

function clientOf(settings: AzureSettings, secret: Secret | undefined): ContainerClient {
  if (secret === undefined)
    throw new Fail('vault.missing-secret', `The secret of ${settings.container} was not handed to this job.`);
  // Tried again by `retrying`, which tells a refusal from a busy service.
  const options = { retryOptions: { maxTries: 1 }, keepAliveOptions: { enable: true } };
  const url = azureContainerUrl(settings);
  if (settings.auth === 'sas') {
    const query = secret
      .reveal()
      .trim()
      .replace(/^[^?]*\?/, '');
    return new ContainerClient(`${url}?${query}`, new AnonymousCredential(), options);
  }
  return new ContainerClient(url, sharedKey(settings, secret), options);
}

function sharedKey({ account }: AzureSettings, secret: Secret): StorageSharedKeyCredential {
  const key = secret.reveal().trim();
  if (!/^[A-Za-z0-9+/]{86}==$/.test(key))
    throw new Fail('destination.auth-failed', 'An account key of Azure has 88 characters and ends in ==.');
  return new StorageSharedKeyCredential(account, key);
}
