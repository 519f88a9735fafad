/** The object lock of the small S3, as https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html has it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { BucketSetup } from './fake-s3-setup.ts';
import { Refused, xml, type FakeS3, type Given, type KeptVersion, type ObjectLock } from './fake-s3.ts';

const dayMs = 24 * 60 * 60 * 1000;
const longestDays = 36_500;

/** What every new object of the bucket gets; a bucket that was made without a lock does not know the call. */
export function lockCall(setup: BucketSetup, method: string, headers: IncomingHttpHeaders, body: string): Given {
  if (method === 'PUT') return putLock(setup, headers, body);
  if (setup.lock === null) throw new Refused(404, 'ObjectLockConfigurationNotFoundError');
  return xml(
    `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${
      setup.lock === 'without-default'
        ? ''
        : `<Rule><DefaultRetention><Mode>${setup.lock.mode}</Mode><Days>${setup.lock.days}</Days></DefaultRetention></Rule>`
    }</ObjectLockConfiguration>`,
  );
}

function putLock(setup: BucketSetup, headers: IncomingHttpHeaders, body: string): Given {
  if (!hasSum(headers)) throw new Refused(400, 'InvalidRequest');
  if (setup.lock === null) throw new Refused(409, 'InvalidBucketState');
  if (!body.includes('<ObjectLockEnabled>Enabled</ObjectLockEnabled>')) throw new Refused(400, 'MalformedXML');
  if (!body.includes('<Rule>')) {
    setup.lock = 'without-default';
    return {};
  }
  const mode = /<Mode>(GOVERNANCE|COMPLIANCE)<\/Mode>/.exec(body)?.[1];
  const days = Number(/<Days>(-?\d+)<\/Days>/.exec(body)?.[1] ?? Number.NaN);
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || Number.isNaN(days)) throw new Refused(400, 'MalformedXML');
  if (days < 1 || days > longestDays) throw new Refused(400, 'InvalidArgument');
  setup.lock = { mode, days };
  return {};
}

export const hasSum = (headers: IncomingHttpHeaders): boolean =>
  headers['content-md5'] !== undefined || Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-'));

const defaultOf = ({ setup: { lock } }: FakeS3) => (lock === null || lock === 'without-default' ? null : lock);

/** What is locked by itself has to come with a sum of its bytes. */
export function demandSum(fake: FakeS3, headers: IncomingHttpHeaders): void {
  if (defaultOf(fake) !== null && !hasSum(headers)) throw new Refused(400, 'InvalidRequest');
}

/** Asked for by the object itself, or else what the bucket gives to every one. */
export function lockFor(fake: FakeS3, headers: Record<string, string>): ObjectLock | null {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  if (mode !== undefined && until !== undefined)
    return { mode: mode === 'COMPLIANCE' ? mode : 'GOVERNANCE', until: new Date(until) };
  const byItself = defaultOf(fake);
  return byItself && { mode: byItself.mode, until: new Date(Date.now() + fake.laterMs + byItself.days * dayMs) };
}

export const lockHeaders = (version: KeptVersion | undefined): Record<string, string> =>
  version === undefined || version.lock === null
    ? {}
    : {
        'x-amz-object-lock-mode': version.lock.mode,
        'x-amz-object-lock-retain-until-date': version.lock.until.toISOString(),
      };

/** Of a version that is named; without a version a mark is made, and nothing is refused. */
export function refuseLocked(fake: FakeS3, lock: ObjectLock | null, bypass: boolean): void {
  if (lock === null || lock.until.getTime() <= Date.now() + fake.laterMs) return;
  if (!bypass || lock.mode === 'COMPLIANCE') throw new Refused(403, 'AccessDenied');
}
