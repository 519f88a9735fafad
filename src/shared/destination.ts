import { ByteCount, DestinationId, Instant } from './id.ts';
import { PlaceRules } from './place-rules.ts';
import { z } from './schema.ts';
import { ScrubSettings } from './scrub.ts';
import { SshHop } from './source.ts';

/** What a person calls a place on the command line. Folders that came with a source are named after themselves. */
export const DestinationName = z.string().check(z.minLength(1), z.maxLength(255));

export const FolderSettings = z.strictObject({
  kind: z.literal('folder'),
  /** Absolute path. */
  path: z.string().check(z.minLength(1), z.maxLength(4096)),
});

/** A folder of an SFTP server. The password, or the passphrase of the key, is in the vault. */
export const SftpSettings = z.extend(SshHop, {
  kind: z.literal('sftp'),
  /** Absolute path on the server. */
  path: z.string().check(z.regex(/^\/[^\0]*$/), z.maxLength(4096)),
});
export type SftpSettings = z.output<typeof SftpSettings>;

const oneMiB = 1024 * 1024;
const shortText = z.string().check(z.minLength(1), z.maxLength(255));

/** Bytes a second, for everything that this computer's jobs send to one place together: 10 kB to 10 GB. */
export const MaxBytesPerSecond = z.int().check(z.gte(10_000), z.lte(10_000_000_000));
/** Of one stored file; what is larger lies in numbered parts. Below 1 MiB there would be too many of them, above 5 TB no place takes one. */
export const MaxFileBytes = z.int().check(z.gte(oneMiB), z.lte(5_000_000_000_000));

/** Without a slash at its ends; `''` for the bucket or container itself. */
const FolderInside = z.string().check(
  z.regex(/^$|^[^/\s][^\0]*$/),
  z.refine((text) => !text.endsWith('/')),
  z.maxLength(100),
);
const PartBytes = z.int().check(z.gte(5 * oneMiB), z.lte(1024 * oneMiB));

/** A bucket of S3 or of a service that speaks its language. The secret access key is in the vault. */
export const S3Settings = z.strictObject({
  kind: z.literal('s3'),
  /** `https://…`; left out for AWS itself. Plain HTTP only to this computer. */
  endpoint: z.optional(z.string().check(z.maxLength(1024), z.refine(isSafeEndpoint))),
  region: shortText,
  bucket: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/)),
  /** Folder in the bucket. */
  prefix: FolderInside,
  /** `https://host/bucket/…` instead of `https://bucket.host/…`. */
  pathStyle: z.boolean(),
  accessKeyId: shortText,
  /** Of the data; manifests and proofs stay in the standard class, where they can be read at once. */
  storageClass: z.optional(shortText),
  /** What the service encrypts with, beside our own sealing. */
  encryption: z.optional(
    z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('s3') }),
      z.strictObject({ by: z.literal('kms'), keyId: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))) }),
    ]),
  ),
  /** Larger bodies go in parts of this size. */
  partBytes: z.optional(PartBytes),
});
export type S3Settings = z.output<typeof S3Settings>;

/** A container of Azure's blob storage. The account's key, or the SAS, is in the vault. */
export const AzureSettings = z.strictObject({
  kind: z.literal('azure'),
  account: z.string().check(z.regex(/^[a-z0-9]{3,24}$/)),
  /** Of the account, where it is not `https://ACCOUNT.blob.core.windows.net`: another cloud, or an emulator on this computer. */
  endpoint: z.optional(z.string().check(z.maxLength(1024), z.refine(isSafeEndpoint))),
  container: z.string().check(z.regex(/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/)),
  prefix: FolderInside,
  auth: z.enum(['key', 'sas']),
  /** Of the data; manifests and proofs stay in the account's own tier, where they can be read at once. */
  tier: z.optional(z.enum(['Hot', 'Cool', 'Cold', 'Archive'])),
  /** Larger bodies go in blocks of this size. */
  partBytes: z.optional(PartBytes),
});
export type AzureSettings = z.output<typeof AzureSettings>;

export function azureContainerUrl({ account, endpoint, container }: AzureSettings): string {
  return `${(endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/$/, '')}/${container}`;
}

/** Whether nobody on the way can read along. */
function isSafeEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

export const DestinationSettings = z.discriminatedUnion('kind', [
  FolderSettings,
  SftpSettings,
  S3Settings,
  AzureSettings,
]);
export type DestinationSettings = z.output<typeof DestinationSettings>;

/** Where it is, in the form that its kind is known by: a path, or an address without a secret. No two places share one. */
export function addressOf(settings: DestinationSettings): string {
  switch (settings.kind) {
    case 'folder':
      return settings.path;
    case 'sftp': {
      const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
      return `sftp://${settings.user}@${host}:${settings.port}${settings.path}`;
    }
    case 'azure':
      return `${azureContainerUrl(settings)}${settings.prefix === '' ? '' : `/${settings.prefix}`}`;
    case 's3': {
      const { endpoint = `https://s3.${settings.region}.amazonaws.com`, bucket, prefix } = settings;
      return `${endpoint.replace(/\/$/, '')}/${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    }
  }
}

export const PlaceStep = z.strictObject({
  what: z.enum(['put', 'read', 'range', 'list', 'refuse']),
  outcome: z.enum(['ok', 'failed']),
  code: z.nullable(z.string()),
  message: z.string(),
});
export type PlaceStep = z.output<typeof PlaceStep>;

/** What a place does when it is tried, and what the key that we have there could destroy. */
export const PlaceReport = z.strictObject({
  steps: z.array(PlaceStep),
  /** Null where it was not found out. */
  oneWinner: z.nullable(z.boolean()),
  mayOverwrite: z.boolean(),
  mayRemove: z.boolean(),
  /** Backups that lie there; null where they could not be listed. */
  backups: z.nullable(z.int()),
});
export type PlaceReport = z.output<typeof PlaceReport>;

/** What the last test of a saved place came to. */
export const PlaceTested = z.strictObject({
  at: Instant,
  /** The first thing that failed; null where everything did what it should. */
  failure: z.nullable(z.strictObject({ code: z.nullable(z.string()), message: z.string() })),
  /** When it last answered a test, which may be an earlier one. */
  reachedAt: z.nullable(Instant),
  /** Measured by trying; null where the test did not come so far. */
  mayOverwrite: z.nullable(z.boolean()),
  mayRemove: z.nullable(z.boolean()),
  backups: z.nullable(z.int()),
});
export type PlaceTested = z.output<typeof PlaceTested>;

/** Whether this failure says that nothing answered there; any other came from the place itself. */
export const isUnreachable = (code: string | null): boolean =>
  code === 'destination.unreachable' || code === 'tunnel.unreachable' || code === 'tunnel.lost';

/** What a place holds and how much room there is, as far as is known without asking it: copies that it should hold and does not among it. */
export const PlaceTally = z.strictObject({
  destination: DestinationId,
  stored: z.int(),
  waiting: z.int(),
  failed: z.int(),
  damaged: z.int(),
  /** When the newest that it holds was taken. */
  newestAt: z.nullable(Instant),
  /** What the backups there take, as they were stored. */
  sizeBytes: ByteCount,
  /** Free there when somebody last looked; null where nobody did, or the place cannot tell. */
  free: z.nullable(z.strictObject({ at: Instant, bytes: ByteCount })),
  /** What a day's backups take there, from those of the last thirty days; null before the second. */
  bytesADay: z.nullable(ByteCount),
  /** Until it is full, where nothing is removed. */
  daysLeft: z.nullable(z.int()),
});
export type PlaceTally = z.output<typeof PlaceTally>;

/** The recovery secret of a place, and whether somebody has shown that its kit exists on paper. */
/** A secret that a place was sealed with before; it opens what was sealed for it, and nothing new is. */
export const EarlierKey = z.strictObject({
  keyId: z.string(),
  madeAt: Instant,
  provenAt: z.nullable(Instant),
  replacedAt: Instant,
});
export type EarlierKey = z.output<typeof EarlierKey>;

export const RecoveryState = z.strictObject({
  keyId: z.string(),
  madeAt: Instant,
  /** Null: the kit was never proven. */
  provenAt: z.nullable(Instant),
  /** When a page was last made of it. */
  printedAt: z.optional(Instant),
  /** Who showed which copy when; the newest last. */
  copies: z.optional(z.array(z.strictObject({ holder: z.string(), provenAt: Instant }))),
  /** Oldest first. */
  earlier: z.optional(z.array(EarlierKey)),
});
export type RecoveryState = z.output<typeof RecoveryState>;

/** Somebody's own OpenPGP key, that what goes to a place is sealed for as well. */
export const SealKey = z.strictObject({
  /** Hexadecimal, in small letters. */
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  /** Whose it says it is. */
  label: z.string(),
  /** Null: it does not end. From then on nothing can be sealed for it, and no backup to the place is made. */
  expiresAt: z.nullable(Instant),
  armored: z.string(),
});
export type SealKey = z.output<typeof SealKey>;

/** Another login of the same place, for deletions alone. Its secret is in the vault. */
export const DeletionLogin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('s3'), accessKeyId: shortText }),
  z.strictObject({ kind: z.literal('azure'), auth: AzureSettings.shape.auth }),
  /** By password. */
  z.strictObject({ kind: z.literal('sftp'), user: SftpSettings.shape.user }),
]);
export type DeletionLogin = z.output<typeof DeletionLogin>;

export const DestinationCard = z.strictObject({
  id: DestinationId,
  name: z.string(),
  settings: DestinationSettings,
  /** Whether what goes there is sealed; absent means no. */
  seal: z.optional(z.boolean()),
  /** Keys that it is sealed for, beside the recovery secret. */
  sealKeys: z.optional(z.array(SealKey)),
  /** It is sealed for those keys and for no secret: this computer cannot open it, and nobody can say who wrote it. */
  keysAlone: z.optional(z.boolean()),
  /** Present once it had a recovery secret; it stays when sealing is switched off, because earlier sets need it. */
  recovery: z.optional(RecoveryState),
  /** Absent: it was never tested. */
  tested: z.optional(PlaceTested),
  /** When what lies there is read again; left out until somebody chose. */
  scrub: z.optional(ScrubSettings),
  /** Who removes backups there; left out, whoever stores them. */
  deletion: z.optional(DeletionLogin),
  /** How fast backups go there, in all jobs together; left out, as fast as it goes. */
  maxBytesPerSecond: z.optional(MaxBytesPerSecond),
  /** Data files that are larger lie there in numbered parts of this size; left out, each is one file. It holds for what is stored from now on. */
  maxFileBytes: z.optional(MaxFileBytes),
  /** What the place does by itself with data, as it was last read; left out, nobody has looked yet. */
  rules: z.optional(PlaceRules),
});
export type DestinationCard = z.output<typeof DestinationCard>;

/** What goes there is sealed, and nobody has shown that its kit is on paper: it does not protect yet. */
export const awaitsKit = ({
  seal,
  keysAlone,
  recovery,
}: Pick<DestinationCard, 'seal' | 'keysAlone' | 'recovery'>): boolean =>
  seal === true && keysAlone !== true && recovery?.provenAt === null;
