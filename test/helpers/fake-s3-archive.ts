/** Archived objects of the small S3: they cannot be read until they were asked for and their time has gone by. */
import { Refused, type FakeS3, type Given, type Kept } from './fake-s3.ts';

const hourMs = 60 * 60 * 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html, at most. */
const hours: Record<string, Record<string, number>> = {
  GLACIER: { Expedited: 5 / 60, Standard: 5, Bulk: 12 },
  DEEP_ARCHIVE: { Standard: 12, Bulk: 48 },
};

/** Since when it is asked for, and how long it stays readable. */
export interface Thaw {
  readyAt: number;
  goneAt: number;
}

const nowOf = (fake: FakeS3): number => Date.now() + fake.laterMs;
const classOf = ({ headers }: Kept): string => headers['x-amz-storage-class'] ?? 'STANDARD';
const isArchived = (kept: Kept): boolean => classOf(kept) in hours;

/** @throws Refused InvalidObjectState where it cannot be read now. */
export function demandReadable(fake: FakeS3, kept: Kept): void {
  if (!isArchived(kept)) return;
  const now = nowOf(fake);
  if (kept.thaw === undefined || now < kept.thaw.readyAt || now >= kept.thaw.goneAt)
    throw new Refused(403, 'InvalidObjectState', `<StorageClass>${classOf(kept)}</StorageClass>`);
}

/** What a HEAD tells of it. */
export function archiveHeaders(fake: FakeS3, kept: Kept): Record<string, string> {
  const storageClass = classOf(kept);
  const told = storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass };
  if (!isArchived(kept) || kept.thaw === undefined || nowOf(fake) >= kept.thaw.goneAt) return told;
  const restore =
    nowOf(fake) < kept.thaw.readyAt
      ? 'ongoing-request="true"'
      : `ongoing-request="false", expiry-date="${new Date(kept.thaw.goneAt).toUTCString()}"`;
  return { ...told, 'x-amz-restore': restore };
}

/** `POST ?restore`: 202 where it begins, 200 where it is thawed already and stays so for longer. */
export function restoreCall(fake: FakeS3, kept: Kept, body: string): Given {
  if (!isArchived(kept)) throw new Refused(403, 'InvalidObjectState');
  const days = Number(/<Days>(\d+)<\/Days>/.exec(body)?.[1] ?? 0);
  const tier = /<Tier>(\w+)<\/Tier>/.exec(body)?.[1] ?? 'Standard';
  if (days < 1) throw new Refused(400, 'MalformedXML');
  const takes = hours[classOf(kept)]?.[tier];
  if (takes === undefined) throw new Refused(400, 'InvalidArgument');
  const now = nowOf(fake);
  if (kept.thaw !== undefined && now < kept.thaw.readyAt) throw new Refused(409, 'RestoreAlreadyInProgress');
  const readable = kept.thaw !== undefined && now < kept.thaw.goneAt;
  const readyAt = readable ? now : now + takes * hourMs;
  kept.thaw = { readyAt, goneAt: readyAt + days * 24 * hourMs };
  return { status: readable ? 200 : 202 };
}
