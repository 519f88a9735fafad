/**
 * Services that speak the language of S3, as data: what a person has to know of each to fill in the settings. Checked against the vendors' own pages:
 * - AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html (minimum days),
 *   …/userguide/restoring-objects-retrieval-options.html (hours)
 * - B2: https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api (endpoint, no master key, no CRC32 of newer clients),
 *   https://www.backblaze.com/apidocs/s3-put-lifecycle-configuration (an expiry hides, the expiry of older versions deletes, nothing moves)
 * - R2: https://developers.cloudflare.com/r2/api/s3/api/ (region `auto`; lifecycle, and no versions, lock or checksum header with it),
 *   https://developers.cloudflare.com/r2/reference/data-location/ (jurisdictions have endpoints of their own)
 * - Wasabi: https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions (regions), https://docs.wasabi.com/apidocs/wasabi-api (lock)
 * - Spaces: https://docs.digitalocean.com/products/spaces/details/availability/ (regions), …/reference/s3-compatibility/ (versions by the API only, expiry and no moves, no lock,
 *   no encryption setting)
 * - Google: https://docs.cloud.google.com/storage/docs/aws-simple-migration (HMAC keys, its own names of classes; of bucket settings only ACLs are taken in
 *   the form of S3)
 * Whether a service honours conditional writes is not here: it is measured (`features.oneWinner`).
 */
export interface S3Preset {
  id: 'aws' | 'b2' | 'r2' | 'wasabi' | 'minio' | 'spaces' | 'gcs' | 'other';
  name: string;
  /** With `{region}` and `{account}` where they belong; null: the client knows it (AWS), or a person gives it (`needs`). */
  endpoint: string | null;
  /** What a person has to give beside bucket and key. */
  needs: readonly ('region' | 'account' | 'endpoint')[];
  /** Where there is one and the same for everybody. */
  region: string | null;
  /** Names to choose from; others may exist. */
  regions: readonly string[];
  pathStyle: boolean;
  /**
   * Classes for the data. `thawHours`: how long an object takes before it can be read, at most; 0 is at once.
   * `minimumDays`: so many are billed, also of an object that is removed earlier.
   */
  storageClasses: readonly { id: string; thawHours: number; minimumDays: number }[];
  /** What a lifecycle can do there by the calls of S3: expire only, move to colder classes as well, or nothing. */
  lifecycle: 'moves' | 'expires' | 'none';
  /** What the service can encrypt with by itself, beside our sealing. */
  encryption: readonly ('s3' | 'kms')[];
  /** Whether it knows object lock by the calls of S3. */
  lock: boolean;
  /** Whether it keeps what is overwritten or removed, by the calls of S3. */
  versioning: boolean;
  /** What its console calls these things. */
  called: { bucket: string; accessKeyId: string; secretAccessKey: string };
  /** Where a key is made there. */
  keys: string;
  /** What surprises people. */
  notes: readonly string[];
}

const usual = { bucket: 'bucket', accessKeyId: 'access key ID', secretAccessKey: 'secret access key' };

export const s3Presets: readonly S3Preset[] = [
  {
    id: 'aws',
    name: 'Amazon S3',
    endpoint: null,
    needs: ['region'],
    region: null,
    regions: ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'eu-north-1', 'ap-southeast-2'],
    pathStyle: false,
    storageClasses: [
      { id: 'STANDARD_IA', thawHours: 0, minimumDays: 30 },
      { id: 'INTELLIGENT_TIERING', thawHours: 0, minimumDays: 0 },
      { id: 'GLACIER_IR', thawHours: 0, minimumDays: 90 },
      { id: 'GLACIER', thawHours: 12, minimumDays: 90 },
      { id: 'DEEP_ARCHIVE', thawHours: 48, minimumDays: 180 },
    ],
    lifecycle: 'moves',
    encryption: ['s3', 'kms'],
    lock: true,
    versioning: true,
    called: usual,
    keys: 'IAM, Users, your user, Security credentials, Create access key',
    notes: ['AWS has no right to write without the right to overwrite: switch versioning on.'],
  },
  {
    id: 'b2',
    name: 'Backblaze B2',
    endpoint: 'https://s3.{region}.backblazeb2.com',
    needs: ['region'],
    region: null,
    regions: ['us-west-004', 'us-east-005', 'eu-central-003', 'ca-east-006'],
    pathStyle: false,
    storageClasses: [],
    lifecycle: 'expires',
    encryption: ['s3'],
    lock: true,
    versioning: true,
    called: { bucket: 'bucket', accessKeyId: 'keyID', secretAccessKey: 'applicationKey' },
    keys: 'Application Keys, Add a New Application Key; the master key does not work here',
    notes: [
      'The region is the second part of the endpoint that the bucket shows.',
      'Every bucket keeps versions: what expires is hidden, and deleted once its older versions expire, too.',
    ],
  },
  {
    id: 'r2',
    name: 'Cloudflare R2',
    endpoint: 'https://{account}.r2.cloudflarestorage.com',
    needs: ['account'],
    region: 'auto',
    regions: ['auto'],
    pathStyle: true,
    storageClasses: [{ id: 'STANDARD_IA', thawHours: 0, minimumDays: 30 }],
    lifecycle: 'moves',
    encryption: [],
    lock: false,
    versioning: false,
    called: usual,
    keys: 'R2, API Tokens, Create API token, Object Read & Write for one bucket',
    notes: [
      'No versions: what this key removes is gone. A bucket of a jurisdiction has the account ID followed by .eu, .us or .fedramp.',
    ],
  },
  {
    id: 'wasabi',
    name: 'Wasabi',
    endpoint: 'https://s3.{region}.wasabisys.com',
    needs: ['region'],
    region: null,
    regions: [
      'us-east-1',
      'us-east-2',
      'us-central-1',
      'us-west-1',
      'us-west-2',
      'ca-central-1',
      'eu-central-1',
      'eu-central-2',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-south-1',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-southeast-1',
      'ap-southeast-2',
    ],
    pathStyle: false,
    storageClasses: [],
    lifecycle: 'expires',
    encryption: ['s3'],
    lock: true,
    versioning: true,
    called: { bucket: 'bucket', accessKeyId: 'access key', secretAccessKey: 'secret key' },
    keys: 'Access Keys, Create Access Key',
    notes: ['Objects are billed for 90 days at least, also those that are removed earlier.'],
  },
  {
    id: 'minio',
    name: 'MinIO',
    endpoint: null,
    needs: ['endpoint'],
    region: 'us-east-1',
    regions: ['us-east-1'],
    pathStyle: true,
    storageClasses: [],
    lifecycle: 'expires',
    encryption: ['s3', 'kms'],
    lock: true,
    versioning: true,
    called: { bucket: 'bucket', accessKeyId: 'access key', secretAccessKey: 'secret key' },
    keys: 'Access Keys, Create access key',
    notes: ['TLS is needed, but on this computer itself. Object lock has to be switched on when the bucket is made.'],
  },
  {
    id: 'spaces',
    name: 'DigitalOcean Spaces',
    endpoint: 'https://{region}.digitaloceanspaces.com',
    needs: ['region'],
    region: null,
    regions: ['nyc3', 'sfo2', 'sfo3', 'ams3', 'fra1', 'lon1', 'sgp1', 'syd1', 'blr1', 'tor1', 'atl1'],
    pathStyle: false,
    storageClasses: [],
    lifecycle: 'expires',
    encryption: [],
    lock: false,
    versioning: true,
    called: { bucket: 'Space', accessKeyId: 'access key ID', secretAccessKey: 'secret key' },
    keys: 'Spaces Object Storage, Access Keys, Create Access Key',
    notes: ['The region is the beginning of the Space’s address.'],
  },
  {
    id: 'gcs',
    name: 'Google Cloud Storage',
    endpoint: 'https://storage.googleapis.com',
    needs: [],
    region: 'auto',
    regions: ['auto'],
    pathStyle: true,
    storageClasses: [
      { id: 'NEARLINE', thawHours: 0, minimumDays: 30 },
      { id: 'COLDLINE', thawHours: 0, minimumDays: 90 },
      { id: 'ARCHIVE', thawHours: 0, minimumDays: 365 },
    ],
    lifecycle: 'none',
    encryption: [],
    lock: false,
    versioning: true,
    called: { bucket: 'bucket', accessKeyId: 'access key (HMAC)', secretAccessKey: 'secret (HMAC)' },
    keys: 'Cloud Storage, Settings, Interoperability, Create a key for a service account',
    notes: ['Its S3 interface takes HMAC keys and no JSON key files.'],
  },
  {
    id: 'other',
    name: 'Another service',
    endpoint: null,
    needs: ['endpoint', 'region'],
    region: null,
    regions: [],
    pathStyle: true,
    storageClasses: [],
    lifecycle: 'moves',
    encryption: ['s3'],
    lock: false,
    versioning: false,
    called: usual,
    keys: '',
    notes: [],
  },
];

export const s3PresetIds = s3Presets.map(({ id }) => id);

/** The endpoint with its blanks filled in; undefined where the client knows it, or a person gives it. */
export function endpointOf(preset: S3Preset, given: { region: string; account?: string }): string | undefined {
  return preset.endpoint?.replace('{region}', given.region).replace('{account}', given.account ?? '');
}

/** The service that these settings lead to; `other` where it is none of those known. */
export function presetOf({ endpoint }: { endpoint?: string | undefined }): S3Preset {
  const host = endpoint === undefined ? '' : (URL.parse(endpoint)?.host ?? '');
  const id = ends.find(([ending]) => host === ending || host.endsWith(`.${ending}`))?.[1];
  const wanted = endpoint === undefined ? 'aws' : (id ?? 'other');
  return s3Presets.find((preset) => preset.id === wanted) as S3Preset;
}

const ends: readonly (readonly [string, S3Preset['id']])[] = [
  ['amazonaws.com', 'aws'],
  ['backblazeb2.com', 'b2'],
  ['r2.cloudflarestorage.com', 'r2'],
  ['wasabisys.com', 'wasabi'],
  ['digitaloceanspaces.com', 'spaces'],
  ['storage.googleapis.com', 'gcs'],
];

/** How long an object of this class takes at most before it can be read; 0 is at once. */
export const thawHoursOf = (storageClass: string): number =>
  s3Presets.flatMap(({ storageClasses }) => storageClasses).find(({ id }) => id === storageClass)?.thawHours ?? 0;
