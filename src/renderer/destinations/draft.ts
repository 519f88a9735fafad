/** Pure: what is written while a place is added or changed. The secret is no part of it: it is in memory, and goes into the call. */
import type { DestinationCard, DestinationSettings, S3Settings } from '../../shared/destination.ts';
import { endpointOf, presetOf, s3Presets, type S3Preset } from '../../shared/s3-presets.ts';
import type { SshHop } from '../../shared/source.ts';
import type { Fault } from '../ui/fault.ts';

export type PlaceKind = DestinationSettings['kind'];
export type PlaceStep = 'kind' | 'where' | 'finish';
export const placeSteps: readonly PlaceStep[] = ['kind', 'where', 'finish'];

export interface SftpDraft {
  host: string;
  port: string;
  user: string;
  auth: SshHop['auth'];
  keyFile: string;
  /** Empty while nobody has trusted one. */
  hostKey: string;
  path: string;
}

export interface S3Draft {
  service: S3Preset['id'];
  /** Of services that want the address of an account. */
  account: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  pathStyle: boolean;
  accessKeyId: string;
  storageClass: string;
  encryption: 'none' | 's3' | 'kms';
  kmsKeyId: string;
}

export interface AzureDraft {
  account: string;
  /** Empty: Azure's own address of the account. */
  endpoint: string;
  container: string;
  prefix: string;
  auth: 'key' | 'sas';
  /** Empty: the account's own. */
  tier: '' | 'Hot' | 'Cool' | 'Cold' | 'Archive';
}

/** Every kind keeps what was typed for it. */
export interface PlaceDraft {
  step: PlaceStep;
  kind: PlaceKind;
  folder: { path: string };
  sftp: SftpDraft;
  s3: S3Draft;
  azure: AzureDraft;
  name: string;
  /** Whether a person wrote the name; else it follows what is known. */
  nameIsOwn: boolean;
  /** Null: as it is right for the kind. */
  seal: boolean | null;
}

export type PlaceField =
  | 'path'
  | 'host'
  | 'port'
  | 'user'
  | 'keyFile'
  | 'hostKey'
  | 'remotePath'
  | 'secret'
  | 'endpoint'
  | 'region'
  | 'bucket'
  | 'prefix'
  | 'accessKeyId'
  | 'storageClass'
  | 'kmsKeyId'
  | 'account'
  | 'container'
  | 'name';
export type PlaceFaults = Partial<Record<PlaceField, Fault>>;

export const newPlace: PlaceDraft = {
  step: 'kind',
  kind: 'folder',
  folder: { path: '' },
  sftp: { host: '', port: '22', user: '', auth: 'agent', keyFile: '', hostKey: '', path: '' },
  s3: {
    service: 'aws',
    account: '',
    endpoint: '',
    region: '',
    bucket: '',
    prefix: '',
    pathStyle: false,
    accessKeyId: '',
    storageClass: '',
    encryption: 'none',
    kmsKeyId: '',
  },
  azure: { account: '', endpoint: '', container: '', prefix: '', auth: 'key', tier: '' },
  name: '',
  nameIsOwn: false,
  seal: null,
};

/** The form of a place that is there. */
export function draftOf({ name, settings, seal = false }: DestinationCard): PlaceDraft {
  const draft: PlaceDraft = { ...newPlace, step: 'where', kind: settings.kind, name, nameIsOwn: true, seal };
  switch (settings.kind) {
    case 'folder':
      return { ...draft, folder: { path: settings.path } };
    case 'sftp': {
      const { host, port, user, auth, keyFile = '', hostKey, path } = settings;
      return { ...draft, sftp: { host, port: String(port), user, auth, keyFile, hostKey, path } };
    }
    case 'azure': {
      const { account, endpoint = '', container, prefix, auth, tier = '' } = settings;
      return { ...draft, azure: { account, endpoint, container, prefix, auth, tier } };
    }
    case 's3':
      return { ...draft, s3: s3DraftOf(settings) };
  }
}

function s3DraftOf({ endpoint, storageClass = '', encryption, ...settings }: S3Settings): S3Draft {
  const { region, bucket, prefix, pathStyle, accessKeyId } = settings;
  const kmsKeyId = encryption?.by === 'kms' ? (encryption.keyId ?? '') : '';
  const account = (URL.parse(endpoint ?? '')?.host ?? '').replace(/\.r2\.cloudflarestorage\.com$/, '');
  const preset = presetOf({ endpoint });
  // An address that its service does not give by itself stays as it was typed.
  const named = endpointOf(preset, { region, account }) === endpoint;
  return {
    service: named ? preset.id : 'other',
    account: named && preset.needs.includes('account') ? account : '',
    endpoint: named ? '' : (endpoint ?? ''),
    encryption: encryption?.by ?? 'none',
    region,
    bucket,
    prefix,
    pathStyle,
    accessKeyId,
    storageClass,
    kmsKeyId,
  };
}

/** What leaves this computer is sealed unless a person says otherwise. */
export const isSealed = ({ seal, kind }: Pick<PlaceDraft, 'seal' | 'kind'>): boolean => seal ?? kind !== 'folder';

/** Which secret the place needs: none, one that may be left out, or one. */
export function secretOf({ kind, sftp }: Pick<PlaceDraft, 'kind' | 'sftp'>): 'none' | 'optional' | 'needed' {
  if (kind === 'folder') return 'none';
  if (kind === 's3' || kind === 'azure') return 'needed';
  return sftp.auth === 'agent' ? 'none' : sftp.auth === 'key' ? 'optional' : 'needed';
}

/** A name that is like the place and not taken. */
export function suggestedName(draft: PlaceDraft, taken: readonly string[]): string {
  const wanted =
    draft.kind === 'folder'
      ? (draft.folder.path.split(/[/\\]/).findLast((part) => part !== '') ?? '')
      : draft.kind === 'sftp'
        ? (draft.sftp.host.split('.')[0] ?? '')
        : draft.kind === 'azure'
          ? draft.azure.container
          : draft.s3.bucket;
  if (wanted === '') return '';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

export const presetWith = (id: S3Draft['service']): S3Preset =>
  s3Presets.find((preset) => preset.id === id) ?? presetOf({ endpoint: undefined });

/** What changes with the service: its region where it has but one, and how it wants a bucket to be named. */
export function withService(draft: S3Draft, service: S3Draft['service']): S3Draft {
  const preset = presetWith(service);
  const region = preset.region ?? (presetWith(draft.service).region === null ? draft.region : '');
  return { ...draft, service, region, pathStyle: preset.pathStyle };
}

/** The field that says where the service answers; null where nothing is typed about that. */
export function addressField({ service }: Pick<S3Draft, 'service'>): 'endpoint' | 'account' | 'region' | null {
  const preset = presetWith(service);
  if (preset.needs.includes('endpoint')) return 'endpoint';
  if (preset.needs.includes('account')) return 'account';
  return preset.region === null ? 'region' : null;
}
