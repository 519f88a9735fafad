/** Pure: from what was typed to settings, or to what is still wrong with it, field by field. */
import {
  AzureSettings,
  DestinationName,
  S3Settings,
  SftpSettings,
  type DestinationSettings,
} from '../../shared/destination.ts';
import { endpointOf } from '../../shared/s3-presets.ts';
import { z } from '../../shared/schema.ts';
import { isFingerprint, isPort } from '../frame/host-key.ts';
import { placeWizard as destinations } from '../words/place-wizard.ts';
import {
  addressField,
  presetWith,
  secretOf,
  type PlaceDraft,
  type PlaceFaults,
  type PlaceField,
  type AzureDraft,
  type S3Draft,
  type SftpDraft,
} from './draft.ts';

const { fault } = destinations;

/** @param saved whether the secret of this account is kept already. */
export function checkWhere(draft: PlaceDraft, secret: string, saved: boolean): PlaceFaults {
  const faults = whereFaults(draft);
  if (secretOf(draft) === 'needed' && secret === '' && !saved)
    faults.secret = {
      message:
        draft.kind === 's3'
          ? fault.secretMissing
          : draft.kind === 'azure'
            ? fault.azureSecretMissing[draft.azure.auth]
            : fault.passwordMissing,
    };
  return faults;
}

function whereFaults(draft: PlaceDraft): PlaceFaults {
  switch (draft.kind) {
    case 'folder':
      return checkFolder(draft);
    case 's3':
      return checkS3(draft.s3);
    case 'azure':
      return checkAzure(draft.azure);
    case 'sftp':
      return checkSftp(draft.sftp);
  }
}

export function checkName(name: string, taken: readonly string[]): PlaceFaults {
  if (!z.safeParse(DestinationName, name.trim()).success) return { name: { message: fault.nameMissing } };
  return taken.includes(name.trim()) ? { name: { message: fault.nameTaken(name.trim()) } } : {};
}

/** Null where something is missing still. */
export function settingsOf(draft: PlaceDraft): DestinationSettings | null {
  switch (draft.kind) {
    case 'folder':
      return draft.folder.path === '' ? null : { kind: 'folder', path: draft.folder.path };
    case 'sftp': {
      const parsed = z.safeParse(SftpSettings, sftpOf(draft.sftp));
      return parsed.success ? parsed.data : null;
    }
    case 'azure': {
      const parsed = z.safeParse(AzureSettings, azureOf(draft.azure));
      return parsed.success ? parsed.data : null;
    }
    case 's3': {
      const parsed = z.safeParse(S3Settings, s3Of(draft.s3));
      return parsed.success ? parsed.data : null;
    }
  }
}

const checkFolder = ({ folder }: PlaceDraft): PlaceFaults =>
  folder.path === '' ? { path: { message: fault.folderMissing } } : {};

function sftpOf({ host, port, user, auth, keyFile, hostKey, path }: SftpDraft): object {
  const key = auth === 'key' ? { keyFile } : {};
  return {
    kind: 'sftp',
    host: host.trim(),
    port: Number(port),
    user: user.trim(),
    auth,
    ...key,
    hostKey,
    path: path.trim(),
  };
}

function checkSftp({ host, port, user, auth, keyFile, hostKey, path }: SftpDraft): PlaceFaults {
  const faults: PlaceFaults = {};
  if (host.trim() === '') faults.host = { message: fault.hostMissing };
  if (!isPort(port)) faults.port = { message: fault.port };
  if (user.trim() === '') faults.user = { message: fault.userMissing };
  if (auth === 'key' && keyFile === '') faults.keyFile = { message: fault.keyFileMissing };
  if (hostKey === '') faults.hostKey = { message: fault.hostKeyMissing };
  else if (!isFingerprint(hostKey)) faults.hostKey = { message: fault.hostKeyForm };
  if (!path.trim().startsWith('/')) faults.remotePath = { message: fault.remotePath };
  return faults;
}

function s3Of(draft: S3Draft): object {
  const { service, region, bucket, pathStyle, accessKeyId, storageClass, encryption, kmsKeyId } = draft;
  const preset = presetWith(service);
  const endpoint = preset.needs.includes('endpoint')
    ? draft.endpoint.trim()
    : endpointOf(preset, { region: region.trim(), account: draft.account.trim() });
  return {
    kind: 's3',
    ...(endpoint === undefined ? {} : { endpoint }),
    region: region.trim(),
    bucket: bucket.trim(),
    prefix: prefixOf(draft),
    pathStyle,
    accessKeyId: accessKeyId.trim(),
    ...(storageClass.trim() === '' ? {} : { storageClass: storageClass.trim() }),
    ...encryptionOf(encryption, kmsKeyId.trim()),
  };
}

function azureOf(draft: AzureDraft): object {
  const { account, endpoint, container, auth, tier } = draft;
  return {
    kind: 'azure',
    account: account.trim(),
    ...(endpoint.trim() === '' ? {} : { endpoint: endpoint.trim() }),
    container: container.trim(),
    prefix: prefixOf(draft),
    auth,
    ...(tier === '' ? {} : { tier }),
  };
}

function checkAzure(draft: AzureDraft): PlaceFaults {
  const { account, endpoint, container, prefix } = fault.azure;
  const messages: Partial<Record<PlaceField, string>> = { account, endpoint, container, prefix };
  return faultsAt(z.safeParse(AzureSettings, azureOf(draft)), messages);
}

const prefixOf = ({ prefix }: { prefix: string }): string => prefix.trim().replace(/^\/+|\/+$/g, '');

function encryptionOf(encryption: S3Draft['encryption'], keyId: string): object {
  if (encryption === 'none') return {};
  if (encryption === 's3') return { encryption: { by: 's3' } };
  return { encryption: { by: 'kms', ...(keyId === '' ? {} : { keyId }) } };
}

function checkS3(draft: S3Draft): PlaceFaults {
  const { endpoint, ...faults } = faultsAt(z.safeParse(S3Settings, s3Of(draft)), s3Messages(draft));
  const at = addressField(draft);
  const account: PlaceFaults =
    at === 'account' && draft.account.trim() === '' ? { account: { message: fault.accountMissing } } : {};
  const address: PlaceFaults = endpoint === undefined || at === null ? {} : { [at]: endpoint };
  return { ...address, ...faults, ...account };
}

function faultsAt(
  { error }: { error?: z.core.$ZodError | undefined },
  messages: Partial<Record<PlaceField, string>>,
): PlaceFaults {
  const faults: PlaceFaults = {};
  for (const { path } of error?.issues ?? []) {
    const field = String(path[0]) as PlaceField;
    const message = messages[field];
    if (message !== undefined) faults[field] ??= { message };
  }
  return faults;
}

const s3Messages = (draft: S3Draft): Partial<Record<PlaceField, string>> => ({
  endpoint:
    addressField(draft) !== 'endpoint'
      ? fault.noAddress
      : draft.endpoint.trim() === ''
        ? fault.endpointMissing
        : fault.endpoint,
  region: fault.regionMissing,
  bucket: draft.bucket.trim() === '' ? fault.bucketMissing : fault.bucket,
  prefix: fault.prefix,
  accessKeyId: fault.accessKeyMissing,
  storageClass: fault.storageClass,
});
