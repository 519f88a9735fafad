/**
 * A small S3 of our own: checks signatures (SigV4) and sums, honours conditions, knows parts and open uploads, lists in
 * the order of bytes, and misbehaves when it is told to.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { S3Settings } from '../../src/shared/destination.ts';
import { archiveHeaders, demandReadable, restoreCall, type Thaw } from './fake-s3-archive.ts';
import { actionOf, newSetup, setupCall, type BucketSetup } from './fake-s3-setup.ts';
import { demandSum, lockFor, lockHeaders, refuseLocked } from './fake-s3-lock.ts';
import { lagBehindPut, lagBehindRemoval, listedNow, type Lagging } from './fake-s3-lag.ts';
import { arrived, give as answerWith, listening, stopped, type Mischief } from './mischief.ts';

export const accessKeyId = 'AKIDEXAMPLE';
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

export interface Kept {
  thaw?: Thaw;
  bytes: Buffer;
  etag: string;
  modifiedAt: Date;
  headers: Record<string, string>;
}

interface OpenUpload {
  name: string;
  initiatedAt: Date;
  headers: Record<string, string>;
  parts: Map<number, { bytes: Buffer; etag: string }>;
}

/** What a rule may do to a request instead of answering it. */
export interface Seen {
  method: string;
  name: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

export interface ObjectLock {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  until: Date;
}

export interface KeptVersion {
  name: string;
  id: string;
  /** Null for the mark of a removal. */
  kept: Kept | null;
  /** Before then it cannot be removed, under governance but by whoever may bypass it. */
  lock: ObjectLock | null;
}

export interface FakeS3 {
  endpoint: string;
  objects: Map<string, Kept>;
  uploads: Map<string, OpenUpload>;
  seen: Seen[];
  /** Asked for every request; undefined lets it pass. */
  mischief: (request: Seen) => Mischief | undefined;
  ignoresConditions: boolean;
  /** From now on older objects are kept as versions, and a removal leaves a mark. */
  versioning: boolean;
  versions: KeptVersion[];
  /** Its lists lag: they tell what was put or removed only after so many lists of the same folder. */
  listsLag: number;
  lagging: Lagging;
  /** How the bucket is set up. */
  setup: BucketSetup;
  /** So much later than now its lifecycle and its archive are. */
  laterMs: number;
  /** Secrets by access key ID. */
  keys: Map<string, string>;
  /** What a key may not do (`s3:DeleteObject`), by its ID. */
  denied: Map<string, ReadonlySet<string>>;
  /** Added to this server's clock. */
  skewMs: number;
  /** Clocks may differ by so much. */
  maxSkewMs: number;
  stop(): Promise<void>;
}

const hex = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  /** More of the answer, in XML. */
  readonly more: string;

  constructor(status: number, code: string, more = '') {
    super(code);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** How the bucket of a fake is reached. */
export const s3SettingsOf = ({ endpoint }: Pick<FakeS3, 'endpoint'>, change: Partial<S3Settings> = {}): S3Settings => ({
  kind: 's3',
  endpoint,
  region: 'eu-test-1',
  bucket: 'backups',
  prefix: '',
  pathStyle: true,
  accessKeyId,
  ...change,
});

export async function fakeS3(bucket = 'backups', region = 'eu-test-1'): Promise<FakeS3> {
  const fake: FakeS3 = {
    endpoint: '',
    objects: new Map(),
    uploads: new Map(),
    seen: [],
    mischief: () => undefined,
    ignoresConditions: false,
    versioning: false,
    versions: [],
    listsLag: 0,
    lagging: { unlisted: new Map(), ghosts: new Map() },
    setup: newSetup(),
    laterMs: 0,
    keys: new Map([[accessKeyId, secretAccessKey]]),
    denied: new Map(),
    skewMs: 0,
    maxSkewMs: 15 * 60 * 1000,
    stop: () => stopped(server),
  };
  const server = createServer((request, response) => {
    void answer(fake, { bucket, region }, request, response).catch(() => request.socket.destroy());
  });
  fake.endpoint = await listening(server);
  return fake;
}

async function answer(
  fake: FakeS3,
  home: { bucket: string; region: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const [, bucket = '', ...rest] = (request.url ?? '/').split('?')[0]?.split('/') ?? [];
  const name = rest.map((part) => decodeURIComponent(part)).join('/');
  const seen: Seen = { method: request.method ?? '', name, query: url.searchParams, headers: request.headers };
  fake.seen.push(seen);
  const mischief = fake.mischief(seen);
  const given = await arrived(request, mischief);
  if (given === null) return;
  const { sent, body } = given;
  try {
    if (mischief?.kind === 'answer') throw new Refused(mischief.status, mischief.code);
    const keyId = checkSignature(fake, home.region, request, url, sent);
    const action = actionOf(seen.method, name, url.searchParams, request.headers);
    if (fake.denied.get(keyId)?.has(action) === true) throw new Refused(403, 'AccessDenied');
    if (bucket !== home.bucket) throw new Refused(404, 'NoSuchBucket');
    const { status = 200, headers = {}, bytes = Buffer.alloc(0) } = handle(fake, seen, body);
    answerWith(request, response, { status, headers, bytes }, mischief);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${thrown.code}</Code><Message>No.</Message>${thrown.more}</Error>`;
    response.writeHead(thrown.status, { 'content-type': 'application/xml' });
    response.end(request.method === 'HEAD' ? undefined : text);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function checkSignature(fake: FakeS3, region: string, request: IncomingMessage, url: URL, body: Buffer): string {
  const { authorization = '' } = request.headers;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null) throw new Refused(403, 'AccessDenied');
  const [, id, day = '', itsRegion = '', names = '', signature] = parts;
  const secret = fake.keys.get(id ?? '');
  if (secret === undefined) throw new Refused(403, 'InvalidAccessKeyId');
  if (itsRegion !== region) throw new Refused(400, 'AuthorizationHeaderMalformed');
  const at = String(request.headers['x-amz-date']);
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Math.abs(Date.now() + fake.skewMs - time) > fake.maxSkewMs) throw new Refused(403, 'RequestTimeTooSkewed');
  const said = String(request.headers['x-amz-content-sha256']);
  const strict = (text: string): string =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .toSorted()
    .join('&');
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, path, query, headers.join(''), names, said].join('\n');
  const scope = `${day}/${itsRegion}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, hex(canonical)].join('\n');
  let signing: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of [day, itsRegion, 's3', 'aws4_request'])
    signing = createHmac('sha256', signing).update(part).digest();
  if (createHmac('sha256', signing).update(toSign).digest('hex') !== signature)
    throw new Refused(403, 'SignatureDoesNotMatch');
  if (said !== hex(body)) throw new Refused(400, 'XAmzContentSHA256Mismatch');
  const sum = request.headers['content-md5'];
  if (sum !== undefined && sum !== md5(body).toString('base64')) throw new Refused(400, 'BadDigest');
  return id ?? '';
}

export interface Given {
  status?: number;
  headers?: Record<string, string>;
  bytes?: Buffer;
}

function handle(fake: FakeS3, { method, name, query, headers }: Seen, body: Buffer): Given {
  const id = query.get('uploadId');
  const setup = name === '' ? setupCall(fake, method, query, headers, body.toString()) : undefined;
  if (setup !== undefined) return setup;
  if (name === '' && query.has('versions')) return listVersions(fake, query);
  if (name === '') return query.has('uploads') ? listUploads(fake, query) : list(fake, query);
  if (method === 'POST' && query.has('uploads')) {
    const uploadId = randomUUID();
    fake.uploads.set(uploadId, { name, initiatedAt: new Date(), headers: keptHeaders(headers), parts: new Map() });
    return xml(`<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`);
  }
  if (id !== null) return handleUpload(fake, method, id, name, query, headers, body);
  if (method === 'PUT') {
    refuseTaken(fake, name, headers);
    demandSum(fake, headers);
    const etag = keep(fake, name, body, `"${md5(body).toString('hex')}"`, keptHeaders(headers));
    const version = fake.versioning ? fake.versions.at(-1) : undefined;
    return { headers: { etag, ...(version === undefined ? {} : { 'x-amz-version-id': version.id }) } };
  }
  if (method === 'DELETE')
    return remove(fake, name, query.get('versionId'), headers['x-amz-bypass-governance-retention'] === 'true');
  const version = fake.versions.find((one) => one.name === name && one.id === query.get('versionId'));
  if (version?.kept === null) throw new Refused(405, 'MethodNotAllowed');
  const kept = version?.kept ?? fake.objects.get(name);
  if (kept === undefined) throw new Refused(404, 'NoSuchKey');
  if (method === 'POST' && query.has('restore')) return restoreCall(fake, kept, body.toString());
  if (method === 'GET') demandReadable(fake, kept);
  const given = give(kept, headers);
  return { ...given, headers: { ...given.headers, ...archiveHeaders(fake, kept), ...lockHeaders(version) } };
}

function refuseTaken(fake: FakeS3, name: string, headers: Seen['headers']): void {
  if (!fake.ignoresConditions && headers['if-none-match'] === '*' && fake.objects.has(name))
    throw new Refused(412, 'PreconditionFailed');
}

const keptHeaders = (headers: Seen['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^x-amz-(?:meta-|storage|server|object-lock-)/.test(name)),
  ) as Record<string, string>;

function keep(fake: FakeS3, name: string, bytes: Buffer, etag: string, headers: Record<string, string>): string {
  const kept = { bytes, etag, modifiedAt: new Date(), headers };
  lagBehindPut(fake, name);
  fake.objects.set(name, kept);
  if (fake.versioning) fake.versions.push({ name, id: randomUUID(), kept, lock: lockFor(fake, headers) });
  return etag;
}

/** Without a version it is marked as removed; the newest version that is left is what is there. */
function remove(fake: FakeS3, name: string, versionId: string | null, bypass: boolean): Given {
  if (versionId === null || (versionId === 'null' && !fake.versioning)) {
    lagBehindRemoval(fake, name);
    fake.objects.delete(name);
    if (fake.versioning) fake.versions.push({ name, id: randomUUID(), kept: null, lock: null });
    return { status: 204 };
  }
  const index = fake.versions.findIndex((one) => one.name === name && one.id === versionId);
  refuseLocked(fake, fake.versions[index]?.lock ?? null, bypass);
  if (index !== -1) fake.versions.splice(index, 1);
  const newest = fake.versions.findLast((one) => one.name === name)?.kept ?? null;
  if (newest === null) fake.objects.delete(name);
  else fake.objects.set(name, newest);
  return { status: 204 };
}

function listVersions(fake: FakeS3, query: URLSearchParams): Given {
  const prefix = query.get('prefix') ?? '';
  const versioned = fake.versions.filter(({ name }) => name.startsWith(prefix));
  const plain = fake.versioning ? [] : [...fake.objects].filter(([name]) => name.startsWith(prefix));
  const entries = [
    ...versioned.map(({ name, id, kept }) =>
      kept === null
        ? `<DeleteMarker><Key>${name}</Key><VersionId>${id}</VersionId></DeleteMarker>`
        : `<Version><Key>${name}</Key><VersionId>${id}</VersionId><Size>${kept.bytes.length}</Size></Version>`,
    ),
    ...plain.map(
      ([name, { bytes }]) =>
        `<Version><Key>${name}</Key><VersionId>null</VersionId><Size>${bytes.length}</Size></Version>`,
    ),
  ];
  return xml(`<ListVersionsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListVersionsResult>`);
}

function give(kept: Kept, asked: Seen['headers']): Given {
  if (asked['if-match'] !== undefined && asked['if-match'] !== kept.etag) throw new Refused(412, 'PreconditionFailed');
  const headers = {
    etag: kept.etag,
    'last-modified': kept.modifiedAt.toUTCString(),
    ...Object.fromEntries(Object.entries(kept.headers).filter(([name]) => name.startsWith('x-amz-meta-'))),
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked.range ?? '');
  if (range === null)
    return { headers: { ...headers, 'content-length': String(kept.bytes.length) }, bytes: kept.bytes };
  const from = Number(range[1]);
  if (from >= kept.bytes.length) throw new Refused(416, 'InvalidRange');
  const last = Math.min(range[2] === '' ? Infinity : Number(range[2]), kept.bytes.length - 1);
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${last}/${kept.bytes.length}` },
    bytes: kept.bytes.subarray(from, last + 1),
  };
}

function handleUpload(
  fake: FakeS3,
  method: string,
  id: string,
  name: string,
  query: URLSearchParams,
  headers: Seen['headers'],
  body: Buffer,
): Given {
  const upload = fake.uploads.get(id);
  if (upload === undefined || upload.name !== name) throw new Refused(404, 'NoSuchUpload');
  if (method === 'PUT') {
    const etag = `"${md5(body).toString('hex')}"`;
    demandSum(fake, headers);
    upload.parts.set(Number(query.get('partNumber')), { bytes: body, etag });
    return { headers: { etag } };
  }
  if (method === 'GET') {
    const parts = [...upload.parts].toSorted(([a], [b]) => a - b);
    const after = Number(query.get('part-number-marker') ?? 0);
    const page = parts.filter(([number]) => number > after).slice(0, 2);
    const more = page.at(-1)?.[0] !== parts.at(-1)?.[0];
    return xml(
      `<ListPartsResult><IsTruncated>${more}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.[0] ?? 0}</NextPartNumberMarker>${page.map(([number, part]) => `<Part><PartNumber>${number}</PartNumber><ETag>${part.etag}</ETag><Size>${part.bytes.length}</Size></Part>`).join('')}</ListPartsResult>`,
    );
  }
  if (method === 'DELETE') {
    fake.uploads.delete(id);
    return { status: 204 };
  }
  const wanted = [
    ...body
      .toString()
      .matchAll(
        /<ETag>(?:&quot;|")?([0-9a-f]{32})(?:&quot;|")?<\/ETag><PartNumber>(\d+)<|<PartNumber>(\d+)<\/PartNumber><ETag>(?:&quot;|")?([0-9a-f]{32})/g,
      ),
  ].map((found) => ({ number: Number(found[2] ?? found[3]), etag: `"${found[1] ?? found[4]}"` }));
  if (wanted.length === 0 || wanted.some(({ number, etag }) => upload.parts.get(number)?.etag !== etag))
    throw new Refused(400, 'InvalidPart');
  refuseTaken(fake, name, headers);
  const parts = wanted.map(({ number }) => upload.parts.get(number) as { bytes: Buffer; etag: string });
  const sum = md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag.slice(1, -1), 'hex')))).toString('hex');
  keep(fake, name, Buffer.concat(parts.map((part) => part.bytes)), `"${sum}-${parts.length}"`, upload.headers);
  fake.uploads.delete(id);
  return xml(`<CompleteMultipartUploadResult><ETag>"${sum}-${parts.length}"</ETag></CompleteMultipartUploadResult>`);
}

export const xml = (inner: string): Given => ({
  headers: { 'content-type': 'application/xml' },
  bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${inner}`),
});

function list(fake: FakeS3, query: URLSearchParams): Given {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const told = listedNow(fake, prefix);
  const names = [...told.keys()]
    .filter((name) => name.startsWith(prefix) && Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = names.slice(0, Number(query.get('max-keys') ?? 1000));
  const last = page.at(-1);
  const more = last !== undefined && last !== names.at(-1);
  const entries = page.map((name) => {
    const kept = told.get(name) as Kept;
    return `<Contents><Key>${encodeURIComponent(name).replaceAll('%20', '+')}</Key><LastModified>${kept.modifiedAt.toISOString()}</LastModified><Size>${kept.bytes.length}</Size><StorageClass>${kept.headers['x-amz-storage-class'] ?? 'STANDARD'}</StorageClass></Contents>`;
  });
  const next = more
    ? `<NextContinuationToken>${last.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</NextContinuationToken>`
    : '';
  return xml(
    `<ListBucketResult><IsTruncated>${more}</IsTruncated><EncodingType>url</EncodingType>${next}${entries.join('')}</ListBucketResult>`,
  );
}

function listUploads(fake: FakeS3, query: URLSearchParams): Given {
  const prefix = query.get('prefix') ?? '';
  const entries = [...fake.uploads]
    .filter(([, upload]) => upload.name.startsWith(prefix))
    .map(
      ([id, upload]) =>
        `<Upload><Key>${upload.name}</Key><UploadId>${id}</UploadId><Initiated>${upload.initiatedAt.toISOString()}</Initiated></Upload>`,
    );
  return xml(
    `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`,
  );
}
